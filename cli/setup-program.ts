import { type Command, Option } from "commander";
import { ALL_CLOUDS } from "../config/model-cloud";
import type { RunAlone } from "./command-options";

/** Adds the commands of a configuration before, and after, its first deployment. */
export function setupCommands(program: Command, runAlone: RunAlone): void {
  program
    .command("doctor")
    .description("looks at the account of a configuration, changes nothing, and says what would keep it from working")
    .option("--config <file>", "the configuration", process.env.RETRIGGER_CONFIG || "retrigger.yaml")
    .option(
      "--environment <name>",
      "which environment of it (else RETRIGGER_ENVIRONMENT)",
      process.env.RETRIGGER_ENVIRONMENT || undefined,
    )
    .addOption(new Option("--cloud <name>", "on this cloud alone").choices(ALL_CLOUDS))
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing is wrong, and everything was looked at; 1 there are problems, or something could not be looked at; 2 wrong usage",
    )
    .action((options) => runAlone(options, async (paint) => (await import("./doctor/doctor.js")).doctor(options, paint)));
}
