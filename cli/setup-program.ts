// The commands that work on a configuration: to write it, check it, price it, and examine its account.
import { type Command, Option } from "commander";
import { ALL_CLOUDS } from "../config/model-cloud";
import type { RunAlone } from "./command-options";

/** Adds them; none needs a coordinator. */
export function setupCommands(program: Command, runAlone: RunAlone): void {
  const { RETRIGGER_CONFIG, RETRIGGER_ENVIRONMENT } = process.env;
  const configured = (name: string, description: string, environment = "the environment of the configuration to use") =>
    program
      .command(name)
      .description(description)
      .option("--config <file>", "the configuration file (else RETRIGGER_CONFIG)", RETRIGGER_CONFIG || "retrigger.yaml")
      .option("--environment <name>", `${environment} (else RETRIGGER_ENVIRONMENT)`, RETRIGGER_ENVIRONMENT || undefined)
      .option("--json", "print JSON");

  configured(
    "init",
    "writes a retrigger.yaml for your account, and a cdktf.json, from your answers or from flags",
    "the environment that the file describes",
  )
    .addOption(new Option("--cloud <name>", "the cloud of the first model").choices(ALL_CLOUDS))
    .option("--region <name>", "the region of all resources (else that of your AWS profile, or GOOGLE_CLOUD_REGION)")
    .option("--project <id>", "gcp: the project of all resources")
    .option("--model <name>", "the name of the model (else derived from the name of its pipeline)")
    .option("--pipeline <name>", "aws: the SageMaker pipeline that trains the model")
    .option("--template <uri>", "gcp: the compiled pipeline that trains the model, gs://… or https://<region>-kfp.pkg.dev/…")
    .option("--output <uri>", "gcp: the folder for the artifacts of pipeline runs, gs://…")
    .option("--parameter <name=value...>", "parameters to start the pipeline with, such as ManifestUri={manifestUri}")
    .option("--bucket <name>", "the bucket where new data lands")
    .option("--create-bucket", "lets Retrigger create the bucket if init cannot tell whether it exists")
    .option("--prefix <prefix>", "the prefix of new data in the bucket")
    .option("--endpoint <name>", "the endpoint whose requests are watched for drift")
    .option("--email <address>", "the address that receives decisions and alarms")
    .option("--force", "overwrites existing files")
    .option("--offline", "does not look at your cloud account")
    .option("--yes", "asks no questions, and fills in an example for anything unknown")
    .action((options) =>
      runAlone(options, async (paint) => {
        const [{ init }, { surroundings }] = await Promise.all([import("./init/init.js"), import("./init/surroundings.js")]);
        const place = { ...surroundings(process.env), directory: process.cwd(), input: process.stdin, output: process.stderr };
        return init(options, place, paint);
      }),
    );

  configured("validate", "lists all mistakes and warnings of a configuration, without calling a cloud")
    .argument("[file...]", "configuration files (else that of --config)")
    .option("--strict", "exits with 1 for warnings too")
    .action((files: string[], options) =>
      runAlone(options, async (paint) =>
        (await import("./commands/validate.js")).validate(files.length > 0 ? files : [options.config], options, paint),
      ),
    );

  configured("plan", "shows what a configuration would deploy and what it costs a month, without calling a cloud").action(
    (options) =>
      runAlone(options, async (paint) => (await import("./commands/plan.js")).plan(options.config, options.environment, paint)),
  );

  configured(
    "key-policy",
    "prints what the policy of the key of aws.kms must hold before the first deployment, without calling a cloud",
  ).action((options) =>
    runAlone(options, async () => (await import("./commands/key-policy.js")).keyPolicy(options.config, options.environment)),
  );

  configured("doctor", "checks your cloud account for anything that keeps a deployment from working; changes nothing")
    .addOption(new Option("--cloud <name>", "checks this cloud only").choices(ALL_CLOUDS))
    .addHelpText(
      "after",
      "\nExit codes: 0 everything was checked and nothing is wrong; 1 there are problems, or something could not be checked; 2 wrong usage",
    )
    .action((options) => runAlone(options, async (paint) => (await import("./doctor/doctor.js")).doctor(options, paint)));
}
