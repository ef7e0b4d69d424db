import { parseArgs } from "node:util";
import { CLOUDS } from "./clouds/local-cloud";
import { LOOP_FROM } from "./promotion/golden-set";
import { FLIGHTS_FROM, FLIGHTS_UNTIL } from "./replay/landing-files";

const SCENARIOS = ["flights", "drift", "outage", "promotion", "rollout"] as const;
const STORES = ["memory", "dynamodb"] as const;

/** `both` replays on one cloud after the other and compares. */
const CLOUD_CHOICES = [...CLOUDS, "both"] as const;

type StoreName = (typeof STORES)[number];

export interface Options {
  /** The replayed period, without its end; epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly seed: number;
  readonly scenario: (typeof SCENARIOS)[number];
  readonly store: StoreName;
  readonly cloud: (typeof CLOUD_CHOICES)[number];
  /** Draws the dashboards. */
  readonly isDashboard: boolean;
  /** Does not go on with an unfinished run. */
  readonly isFresh: boolean;
  /** Of the scenario rollout: stops once a candidate has this share of the traffic, whole percent. */
  readonly stopAt?: number;
  readonly isHelp: boolean;
}

/** What a person can correct; its message needs no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Percent of the traffic, of the stages of the scenario rollout. */
const STAGES = [5, 25, 50];

const FIRST_DAY = dayOf(FLIGHTS_FROM);
const LAST_DAY = dayOf(FLIGHTS_UNTIL);
const FIRST_DAY_OF_LOOP = dayOf(LOOP_FROM);
const MAX_SEED = 2 ** 32 - 1;
const SHORTEST_ROLLOUTS_MS = 5 * 86_400_000;

export const HELP = `Replays real flights of 2001 through the functions that Retrigger deploys, on a virtual clock.

  npm start -- [options]

  --from <day>     first day of the replay, ${FIRST_DAY} or later (default ${FIRST_DAY}, of the scenario
                   promotion ${FIRST_DAY_OF_LOOP}, and no earlier there, and of rollout ${FIRST_DAY_OF_LOOP})
  --until <day>    day to stop before, ${LAST_DAY} or earlier (default 2001-02-01, of the scenario
                   drift ${LAST_DAY}, of outage 2001-01-08, of promotion 2001-01-20)
  --seed <number>  what duplicates, delays and crashes are drawn from, 0 to ${MAX_SEED} (default 1)
  --scenario <name> flights (default): files land, and schedules and people ask for trainings; or drift: a monitor looks at the
                   flights of each week, and reports how far they are from those of the first weeks; or outage: as flights, but
                   the state store answers nobody for hours of the last night, so that messages die: retrigger redrive; or
                   promotion: each run trains a small model, which must pass the guardrails before it may serve; or
                   rollout: five candidates are given the traffic of a simulated endpoint step by step, or back to the
                   champion; no flights land. Killed at any moment and started again it comes to the same ends
  --cloud <name>   whose functions: aws (default), gcp, or both: one after the other, told of no end of a run, and of no model, by
                   an event, so that both learn of it alike; ends with 1 when their decisions, manifests, runs or candidates
                   differ
  --store <name>   memory (default), or dynamodb: an emulator that is started for the run, or DYNAMODB_ENDPOINT; aws only
  --dashboard      draws the dashboards of both clouds, as they would be deployed, with the metrics of the run, or with --cloud both
                   each with those of its own run: .retrigger/dashboard.html, for a browser
  --stop-at <share> of rollout, on one cloud: stops once a candidate has ${STAGES.join(", ")} percent of the traffic, for you to try
                   the commands; started again without it the run goes on
  --fresh          starts over, where a run over DynamoDB, or of rollout, was interrupted and would be gone on with
  --help           this text

Writes .retrigger/ in the current folder, which it empties first: manifests and ledgers, summary.json, and
decisions.jsonl, runs.jsonl and state.json, on which the command retrigger answers: retrigger decisions, retrigger why <id>.
Ends with 0 when every file is in exactly one manifest of each model that watches it, and every request was started once,
rejected, or waits, by itself or as part of another one, or when what is missing is in the dead letters, which retrigger redrive
sends again; with 1 when not. The scenario rollout ends with 0 when every candidate ended as it was made to.
`;

/** @throws UsageError that names everything that is wrong */
export function parseOptions(args: readonly string[]): Options {
  const values = parseValues(args);
  const problems: string[] = [];
  const options = {
    from: parseDay("--from", values.from ?? fromOf(values.scenario), problems),
    until: parseDay("--until", values.until ?? untilOf(values.scenario), problems),
    seed: parseSeed(values.seed, problems),
    scenario: parseChoice("--scenario", values.scenario, SCENARIOS, problems),
    store: parseChoice("--store", values.store, STORES, problems),
    cloud: parseChoice("--cloud", values.cloud, CLOUD_CHOICES, problems),
    isDashboard: values.dashboard,
    isFresh: values.fresh,
    isHelp: values.help,
    ...(values["stop-at"] !== undefined && { stopAt: Number(values["stop-at"]) }),
  };
  if (options.stopAt !== undefined && !STAGES.some((percent) => String(percent) === values["stop-at"]))
    problems.push(`--stop-at ${values["stop-at"]}: expected one of ${STAGES.join(", ")}`);
  if (options.stopAt !== undefined && (options.scenario !== "rollout" || options.cloud === "both"))
    problems.push("--stop-at: expected --scenario rollout, and one cloud");
  if (options.store === "dynamodb" && options.scenario !== "flights") {
    const place = options.scenario === "rollout" ? "files" : "memory";
    problems.push(`--store dynamodb: the scenario ${options.scenario} keeps its state in ${place}; expected memory`);
  }
  if (options.store === "dynamodb" && options.cloud !== "aws")
    problems.push(
      `--store dynamodb: only the AWS functions keep their state in DynamoDB; expected memory with --cloud ${values.cloud}`,
    );
  if (options.scenario === "promotion" && options.from < LOOP_FROM)
    problems.push(
      `--from ${dayOf(options.from)}: models are judged by flights before ${FIRST_DAY_OF_LOOP}; expected that day or later`,
    );
  if (options.scenario === "rollout" && options.isDashboard)
    problems.push("--dashboard: the scenario rollout collects no metrics; expected another scenario");
  if (options.scenario === "rollout" && options.until - options.from < SHORTEST_ROLLOUTS_MS)
    problems.push(`--until ${dayOf(options.until)}: five rollouts take a day each; expected five days after --from or later`);
  if (options.from >= options.until) problems.push(`--from ${dayOf(options.from)} is not before --until ${dayOf(options.until)}`);
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return options;
}

function fromOf(scenario: string): string {
  return scenario === "promotion" || scenario === "rollout" ? FIRST_DAY_OF_LOOP : FIRST_DAY;
}

function untilOf(scenario: string): string {
  switch (scenario) {
    case "drift":
      return LAST_DAY;
    case "outage":
      return "2001-01-08";
    case "promotion":
      return "2001-01-20";
    default:
      return "2001-02-01";
  }
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: "string" },
        until: { type: "string" },
        scenario: { type: "string", default: "flights" },
        seed: { type: "string", default: "1" },
        cloud: { type: "string", default: "aws" },
        store: { type: "string", default: "memory" },
        dashboard: { type: "boolean", default: false },
        "stop-at": { type: "string" },
        fresh: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Not a number where the text is not an allowed day. */
function parseDay(name: string, text: string, problems: string[]): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time) && dayOf(time) === text && time >= FLIGHTS_FROM && time <= FLIGHTS_UNTIL) return time;
  problems.push(`${name} ${text}: expected a day from ${FIRST_DAY} to ${LAST_DAY}, written like 2001-02-01`);
  return Number.NaN;
}

function parseSeed(text: string, problems: string[]): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_SEED)
    problems.push(`--seed ${text}: expected a whole number from 0 to ${MAX_SEED}`);
  return Number(text);
}

function parseChoice<T extends string>(name: string, text: string, choices: readonly [T, ...T[]], problems: string[]): T {
  const choice = choices.find((one) => one === text);
  if (choice === undefined) problems.push(`${name} ${text}: expected ${choices.join(" or ")}`);
  return choice ?? choices[0];
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
