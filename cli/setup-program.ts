import { type Command, Option } from "commander";
import type { RunAlone } from "./command-options";

/** Adds the commands for a configuration that is not deployed yet. */
export function setupCommands(program: Command, runAlone: RunAlone): void {
  program
    .command("init")
    .description("writes a retrigger.yaml for your account, and the cdktf.json that synthesises it: asks, or takes flags")
    .addOption(new Option("--cloud <name>", "of the first model").choices(["aws", "gcp"]))
    .option("--region <name>", "of all resources (else that of your AWS profile, or GOOGLE_CLOUD_REGION)")
    .option("--project <id>", "gcp: the project of all resources")
    .option("--environment <name>", "of the deployment, such as dev", process.env.RETRIGGER_ENVIRONMENT || undefined)
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
    .option("--config <file>", "the file to write", process.env.RETRIGGER_CONFIG || "retrigger.yaml")
    .option("--force", "overwrites the files")
    .option("--offline", "looks at no account")
    .option("--yes", "asks nothing: what is not known becomes an example")
    .option("--json", "print JSON")
    .action((options) =>
      runAlone(options, async (paint) => {
        const [{ init }, { surroundings }] = await Promise.all([import("./init/init.js"), import("./init/surroundings.js")]);
        const place = { ...surroundings(process.env), directory: process.cwd(), input: process.stdin, output: process.stderr };
        return init(options, place, paint);
      }),
    );
}
