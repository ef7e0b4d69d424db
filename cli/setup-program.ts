// The commands about a configuration: before its deployment, and to look after it.
import { type Command, Option } from "commander";
import { ALL_CLOUDS } from "../config/model-cloud";
import type { RunAlone } from "./command-options";

/** Adds them; none needs a coordinator. */
export function setupCommands(program: Command, runAlone: RunAlone): void {
  const { RETRIGGER_CONFIG, RETRIGGER_ENVIRONMENT } = process.env;
  const configured = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--config <file>", "the configuration (else RETRIGGER_CONFIG)", RETRIGGER_CONFIG || "retrigger.yaml")
      .option("--environment <name>", "of its environments (else RETRIGGER_ENVIRONMENT)", RETRIGGER_ENVIRONMENT || undefined)
      .option("--json", "print JSON");

  configured("init", "writes a retrigger.yaml for your account, and the cdktf.json that synthesises it: asks, or takes flags")
    .addOption(new Option("--cloud <name>", "of the first model").choices(ALL_CLOUDS))
    .option("--region <name>", "of all resources (else that of your AWS profile, or GOOGLE_CLOUD_REGION)")
    .option("--project <id>", "gcp: the project of all resources")
    .option("--model <name>", "of the model (else made of its pipeline's)")
    .option("--pipeline <name>", "aws: the SageMaker pipeline that trains it")
    .option("--template <uri>", "gcp: the compiled pipeline that trains it, gs://… or https://<region>-kfp.pkg.dev/…")
    .option("--output <uri>", "gcp: the folder for the artifacts of its runs, gs://…")
    .option("--parameter <name=value...>", "to start the pipeline with, such as ManifestUri={manifestUri}")
    .option("--bucket <name>", "where its data lands")
    .option("--create-bucket", "lets Retrigger create the bucket where it cannot be seen whether it exists")
    .option("--prefix <prefix>", "of new data in the bucket")
    .option("--endpoint <name>", "whose requests are watched for drift")
    .option("--email <address>", "who is told of decisions and alarms")
    .option("--force", "overwrites the files")
    .option("--offline", "looks at no account")
    .option("--yes", "asks nothing: what is not known becomes an example")
    .action((options) =>
      runAlone(options, async (paint) => {
        const [{ init }, { surroundings }] = await Promise.all([import("./init/init.js"), import("./init/surroundings.js")]);
        const place = { ...surroundings(process.env), directory: process.cwd(), input: process.stdin, output: process.stderr };
        return init(options, place, paint);
      }),
    );

  configured("validate", "all mistakes and warnings of a configuration, without CDKTF and without a cloud")
    .argument("[file...]", "configurations (else that of --config)")
    .option("--strict", "ends with 1 for warnings too")
    .action((files: string[], options) =>
      runAlone(options, async (paint) =>
        (await import("./commands/validate.js")).validate(files.length > 0 ? files : [options.config], options, paint),
      ),
    );

  configured("plan", "what a configuration would deploy, and what that costs a month; asks no cloud").action((options) =>
    runAlone(options, async (paint) => (await import("./commands/plan.js")).plan(options.config, options.environment, paint)),
  );

  configured("doctor", "looks at the account of a configuration, changes nothing, and says what would keep it from working")
    .addOption(new Option("--cloud <name>", "on this cloud alone").choices(ALL_CLOUDS))
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing is wrong, and everything was looked at; 1 there are problems, or something could not be looked at; 2 wrong usage",
    )
    .action((options) => runAlone(options, async (paint) => (await import("./doctor/doctor.js")).doctor(options, paint)));
}
