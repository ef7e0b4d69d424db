import type { Command } from "commander";
import type { RunAlone } from "./command-options";

/** Adds the commands that come before a deployment. */
export function setupCommands(program: Command, runAlone: RunAlone): void {
  program
    .command("validate")
    .description("all mistakes and warnings of a configuration, without CDKTF and without a cloud")
    .argument("[file...]", "configurations (else that of --config)")
    .option("--config <file>", "the configuration (else RETRIGGER_CONFIG, else retrigger.yaml)")
    .option("--environment <name>", "the environment that is meant (else RETRIGGER_ENVIRONMENT, else that of the file)")
    .option("--strict", "ends with 1 for warnings too")
    .option("--json", "print JSON")
    .action((files: string[], options) =>
      runAlone(options, async (paint) => {
        const { RETRIGGER_CONFIG, RETRIGGER_ENVIRONMENT } = process.env;
        const environment = options.environment ?? (RETRIGGER_ENVIRONMENT || undefined);
        const named = [...files, ...(options.config === undefined ? [] : [options.config])];
        const all = named.length > 0 ? named : [RETRIGGER_CONFIG || "retrigger.yaml"];
        return (await import("./commands/validate.js")).validate(all, { ...options, environment }, paint);
      }),
    );
}
