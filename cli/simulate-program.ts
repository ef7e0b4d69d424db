import { type Command, InvalidArgumentError, Option } from "commander";
import { DEAREST } from "../config/sections/adaptive";
import { durationSchema } from "../config/sections/fields";
import { POLICY_NAMES, type PolicyName } from "../functions/core/replay/simulation/named-policies";
import { dollars, type RunAlone } from "./command-options";

/** Prices that are tried where nobody says which, in steps of full error. */
const PRICES = [0.1, 0.2, 0.5, 1, 2, 5];

/** Adds the command that replays a history under several policies. */
export function simulateCommand(program: Command, runAlone: RunAlone): void {
  program
    .command("simulate")
    .description("replays a history under several policies: trainings, spend, staleness, refusals, and what each costs in errors")
    .requiredOption("--history <file...>", "what happened to the models: see docs/simulate.md")
    .option("--policies <names>", `some of ${POLICY_NAMES.join(", ")}, with commas`, policyNames, [
      "periodic",
      "data",
      "hybrid",
      "adaptive",
    ])
    .option("--policy <file...>", "YAML with the sections policy, batch, drift and schedule of a model", [])
    .option("--model <name>", "of one model only")
    .option("--timezone <offset>", "of times without an offset, such as +02:00")
    .option("--config <file>", "the configuration whose limits are kept; without it, those of the defaults")
    .option("--period <duration>", "between trainings of periodic and hybrid", durationOption, "7d")
    .option("--step <duration>", "over which an error is aggregated", durationOption, "1d")
    .option("--run <duration>", "how long a run takes where the history does not tell", durationOption, "1h")
    .option("--run-usd <usd>", "what a run costs where the history does not tell (else what the policy estimates)", dollars)
    .option("--prices <numbers>", "of a training, in steps of full error, with commas", prices, PRICES)
    .addOption(
      new Option("--approvals <how>", "what people do who are asked").choices(["granted", "unanswered"]).default("granted"),
    )
    .option("--curve <file>", "CSV with age,error: the error of a model by steps since it serves")
    .option("--train <command>", "trains at each step that is asked for, and prints errors: see docs/simulate.md")
    .option("--output <file>", "the page with the result (else retrigger-simulation.html, and none with --json)")
    .option("--open", "shows the page")
    .option("--json", "print JSON")
    .action((options) => runAlone(options, async (paint) => (await import("./simulate/simulate.js")).simulate(options, paint)));
}

function policyNames(text: string): PolicyName[] {
  const names = [...new Set(text.split(","))];
  const known = names.flatMap((name) => POLICY_NAMES.filter((one) => one === name));
  if (known.length === names.length) return known;
  const unknown = names.filter((name) => !known.some((one) => one === name));
  throw new InvalidArgumentError(`Got ${unknown.join(", ")}; expected some of ${POLICY_NAMES.join(", ")}, with commas.`);
}

/** Reads a duration such as 7d. @throws InvalidArgumentError for anything else */
export function durationOption(text: string): string {
  if (durationSchema.safeParse(text).success && !/^0+[smhd]$/.test(text)) return text;
  throw new InvalidArgumentError("Expected a whole number and a unit, such as 30m, 6h or 7d.");
}

function prices(text: string): number[] {
  const numbers = text.split(",").map(Number);
  const isRight = text.split(",").every((one) => one.trim() !== "") && numbers.every((one) => one >= 0 && one <= DEAREST);
  if (!isRight || numbers.length > 20)
    throw new InvalidArgumentError(`Expected up to 20 numbers from 0 to ${DEAREST}, such as 0.1,0.5,1.`);
  return [...new Set(numbers)].sort((a, b) => a - b);
}
