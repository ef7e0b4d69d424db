import type { Command } from "commander";
import type { RunAlone } from "./command-options";

/** Adds the commands that come before a deployment. */
export function setupCommands(program: Command, runAlone: RunAlone): void {
  program
    .command("plan")
    .description("what a configuration would deploy, and what that costs a month; asks no cloud")
    .option("--config <file>", "the configuration (else RETRIGGER_CONFIG)", process.env.RETRIGGER_CONFIG || "retrigger.yaml")
    .option(
      "--environment <name>",
      "of the file's environments (else RETRIGGER_ENVIRONMENT)",
      process.env.RETRIGGER_ENVIRONMENT || undefined,
    )
    .option("--json", "print JSON")
    .action((options) =>
      runAlone(options, async (paint) => (await import("./commands/plan.js")).plan(options.config, options.environment, paint)),
    );
}
