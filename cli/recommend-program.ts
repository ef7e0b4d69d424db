import { type Command, InvalidArgumentError } from "commander";
import { DEAREST } from "../config/sections/adaptive";
import { dollars, type RunAlone } from "./command-options";
import { durationOption } from "./simulate-program";

/** Adds the command that says which policy a history speaks for. */
export function recommendCommand(program: Command, runAlone: RunAlone): void {
  program
    .command("recommend")
    .description("tries a grid of policies on a history, and says which one to have, what it saves, and how sure that is")
    .requiredOption("--history <file...>", "what happened to the models: see docs/history.md")
    .option("--model <name>", "of one model only")
    .option("--config <file>", "the configuration whose limits are kept; without it, those of the defaults")
    .option("--timezone <offset>", "of times without an offset, such as +02:00")
    .option("--step <duration>", "over which an error is aggregated", durationOption, "1d")
    .option("--run <duration>", "how long a run takes where the history does not tell", durationOption, "1h")
    .option("--price <number>", "of a training, in steps of full error (else 0.5, and it is said)", priceOption)
    .option("--train-usd <usd>", "what a training costs, with --error-step-usd in place of --price", dollars)
    .option("--error-step-usd <usd>", "what a step costs on which every answer is wrong", dollars)
    .option("--json", "print JSON")
    .action((options) =>
      runAlone(options, async (paint) => (await import("./recommend/recommend-policies.js")).recommendPolicies(options, paint)),
    );
}

function priceOption(text: string): number {
  const price = Number(text);
  if (text.trim() !== "" && price > 0 && price <= DEAREST) return price;
  throw new InvalidArgumentError(`Expected a number above 0, up to ${DEAREST}, such as 0.5.`);
}
