import { userInfo } from "node:os";
import { Command, Option } from "commander";
import { CATCH_UPS, type CatchUp } from "../functions/core/coordination/coordinator-state";
import type { Outcome } from "../functions/core/coordination/decision";
import { isCandidateId } from "../functions/core/request-ids";
import type { Cause } from "../functions/core/training-request";
import { version } from "../package.json";
import { DEFAULT_LIMIT, dollars, type RunAlone, type RunCommand, STACKS, wholeNumber } from "./command-options";
import { checkSaid } from "./commands/answer";
import { decisions, exportDecisions, spanOf, timeOption } from "./commands/decisions";
import { drift } from "./commands/drift";
import { clear, erasePerson, freeze, pause, RUN_ENDS, resume, settle, thaw } from "./commands/interventions";
import { replay, replayExport } from "./commands/replay";
import { backlog, state } from "./commands/state";
import { trigger } from "./commands/trigger";
import { why } from "./commands/why";
import { whyCandidate } from "./commands/why-candidate";
import { completionCommand } from "./completion-program";
import type { Control } from "./control/control";
import { findModel } from "./find";
import { historyCommands } from "./history-program";
import { errorText, type Paint, type Printout } from "./printout";
import { promotionCommands } from "./promotion-program";
import { recommendCommand } from "./recommend-program";
import { setupCommands } from "./setup-program";
import { simulateCommand } from "./simulate-program";

const OUTCOMES: readonly Outcome[] = ["start", "defer", "merge", "ask", "reject", "duplicate"];
const CAUSE_TYPES = Object.keys({
  data: 1,
  schedule: 1,
  drift: 1,
  event: 1,
  quality: 1,
  manual: 1,
} satisfies Record<Cause["type"], 1>);

/** An evaluation takes several lines. */
const DEFAULT_DRIFTS = 5;

const EXAMPLES = `
Examples:
  $ retrigger init                                     writes a retrigger.yaml for your account
  $ retrigger validate                                 all mistakes and warnings of retrigger.yaml
  $ retrigger plan                                     what it would deploy, and what that costs a month
  $ npm start                                          in the repository: replays flights, leaves a local run
  $ retrigger decisions --outcome reject               what was rejected, newest first
  $ retrigger decisions --since 30d --export > decisions.jsonl
  $ retrigger why data/flight-delay/1                  every check with its numbers, and how the request ended
  $ retrigger replay                                   whether the recorded decisions come out the same
  $ retrigger drift flight-delay                       what drifts, how far, and how it was judged
  $ retrigger trigger west-coast --why "new labels"
  $ retrigger pause flight-delay --why "broken sensor"
  $ retrigger resume flight-delay --catch-up skip
  $ retrigger candidates                               which trained models were accepted, and what waits for you
  $ retrigger rollout flight-delay                     where the traffic is, on what evidence, and where it goes next
  $ retrigger rollback flight-delay --why "errors"     the model that served before serves again
  $ retrigger thaw flight-delay                        trainings start by themselves again
  $ retrigger redrive --dry-run                        what failed for good, and why
  $ retrigger state --stack aws --environment prod --json | jq
  $ retrigger rules test --event failed-job.json       which rules match, and what their targets would receive
  $ retrigger history import runs.json error.csv --model flight-delay --output history.jsonl
  $ retrigger simulate --history history.jsonl         what each policy would have done, and cost
  $ retrigger recommend --history history.jsonl        which policy to have, or that it cannot be told

Exit codes: 0 done, 1 not done (the message tells why), 2 wrong usage`;

/** The command line of `retrigger`. */
export function createProgram(run: RunCommand, runAlone: RunAlone): Command {
  const program = new Command("retrigger")
    .description("Tells why trainings started or did not, lets people intervene, and tries policies on a history.")
    .version(version)
    .configureOutput({ outputError: (text, write) => write(errorText(text)) })
    .showHelpAfterError("--help after the command tells what it takes")
    .addHelpText("after", EXAMPLES)
    .hook("preAction", (_program, called) => checkTyped(called));

  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .addOption(new Option("--stack <name>", "which coordinator to ask").choices(STACKS).default("local"))
      .option("--environment <name>", "the environment to ask, as named in retrigger.yaml (else RETRIGGER_ENVIRONMENT)")
      .option("--region <name>", "aws: the region (else AWS_REGION, or that of the configuration)")
      .option("--name-prefix <prefix>", "namePrefix of the configuration, where it is not retrigger (else RETRIGGER_NAME_PREFIX)")
      .option("--project <id>", "gcp: the project (else GOOGLE_CLOUD_PROJECT, or that of the credentials)")
      .option(
        "--config <file>",
        "a configuration to take environment, names, region and project from (else retrigger.yaml here, if it has --environment)",
      )
      .option("--state <name>", "aws: the state table; gcp: projects/…/databases/… (else RETRIGGER_STATE)")
      .option("--queue <name>", "aws: the request queue's name or URL; gcp: projects/…/topics/… (else RETRIGGER_REQUESTS)")
      .option("--by <name>", "who you are; used with gcp and local, because AWS attests the sender", userInfo().username)
      .option("--json", "print JSON");

  command("decisions", "the newest decisions")
    .option("--model <name>", "of one model only")
    .addOption(new Option("--outcome <name>", "of one outcome only").choices(OUTCOMES))
    .addOption(new Option("--cause <type>", "that such a cause asked for").choices(CAUSE_TYPES))
    .option("--since <time>", "from this time on: an age such as 36h or 7d, a day such as 2026-11-01, or a time with its offset")
    .option("--until <time>", "before this time, in the same form")
    .option("--limit <number>", `at most this many (else ${DEFAULT_LIMIT}, and all with --export)`, wholeNumber(1, 10_000))
    .option("--export", "prints everything selected as JSON lines, model by model")
    .action((options) =>
      run(options, async (control, paint) =>
        options.export === true
          ? { data: [], text: "", lines: exportDecisions(control, options, options.limit) }
          : decisions(control, options, options.limit ?? DEFAULT_LIMIT, paint),
      ),
    );

  command("why", "each check of a request, or guardrail of a candidate, with its numbers, and how it ended")
    .argument("<id>", "the id of a request, as decisions lists it, or of a candidate, as candidates lists it")
    .action((id: string, options) =>
      run(options, (control, paint) => (isCandidateId(id) ? whyCandidate : why)(control, id, paint)),
    );

  command("replay", "decides again what is recorded, and tells whether it comes out the same")
    .argument("[model]")
    .option("--file <path>", "what decisions --export wrote, instead of asking a coordinator")
    .action((model: string | undefined, options) =>
      options.file === undefined
        ? // What is replayed must be as it is recorded, which export has in common with it.
          run({ ...options, export: true }, (control, paint) => replay(control, model, paint))
        : runAlone(options, (paint) => replayExport(options.file, model, paint)),
    );

  command("drift", "what a model's drift reports said, and how they were judged")
    .argument("<model>")
    .option("--limit <number>", "at most this many, the newest windows first", wholeNumber(1, 10_000), DEFAULT_DRIFTS)
    .action((model: string, options) => run(options, (control, paint) => drift(control, model, options.limit, paint)));

  command("state", "the coordinator's state of a model: runs, budgets, what waits")
    .argument("[model]")
    .action((model: string | undefined, options) => run(options, (control, paint) => state(control, model, paint)));

  command("backlog", "what waits, and what of it the next run would include")
    .argument("[model]")
    .action((model: string | undefined, options) => run(options, (control) => backlog(control, model)));

  command("trigger", "asks for a training")
    .argument("<model>")
    .requiredOption("--why <text>", "the reason, for the record")
    .option("--priority <number>", "1 (highest) to 5", wholeNumber(1, 5), 3)
    .option("--force", "asks again although the same was asked today, as a new epoch")
    .option("--with <id...>", "includes the data of requests that ended without a run", [])
    .action((model: string, options) => {
      const asked = { ...options, isForced: options.force === true, takesAlong: options.with };
      return run(options, (control, paint) => trigger(control, model, asked, paint));
    });

  promotionCommands(command, run);

  command("pause", "stops all trainings of a model from starting until it is resumed")
    .argument("<model>")
    .requiredOption("--why <text>", "the reason, for the record")
    .action((model: string, options) => run(options, (control) => pause(control, model, options.by, options.why)));

  command("freeze", "as pause, but what a person asks for still starts")
    .argument("<model>")
    .requiredOption("--why <text>", "the reason, for the record")
    .action((model: string, options) => run(options, (control) => freeze(control, model, options.by, options.why)));

  for (const [name, description, end] of [
    ["resume", "ends a pause", resume],
    ["thaw", "ends a freeze", thaw],
  ] as const) {
    command(name, description)
      .argument("<model>")
      .addOption(
        new Option("--catch-up <how>", "how requests that waited are handled")
          .choices(CATCH_UPS)
          .default("merged" satisfies CatchUp),
      )
      .action((model: string, options) => run(options, (control) => end(control, model, options.by, options.catchUp)));
  }

  command("clear", "lets trainings of a model start by themselves again after critical drift")
    .argument("<model>")
    .action((model: string, options) => run(options, (control) => clear(control, model, options.by)));

  command("settle", "ends a run that its cloud no longer knows, and frees its slot and its budget")
    .argument("<id>", "the request that started it, as state lists it")
    .addOption(new Option("--status <name>", "how it ended").choices(RUN_ENDS).makeOptionMandatory())
    .option("--cost <usd>", "what it cost (else what was reserved)", dollars)
    .action((id: string, options) => run(options, (control) => settle(control, id, options)));

  command("erase-person", "replaces a person in all records by `erased`")
    .argument("<identity>", "as state and why print it, or the name alone")
    .action((identity: string, options) => run(options, (control) => erasePerson(control, identity)));

  command("redrive", "re-sends what could not be delivered or handled, and says why it failed")
    .option("--dry-run", "only shows what is there")
    .option("--since <time>", "sent from this time on: an age such as 36h or 7d, a day, or a time with its offset")
    .option("--model <name>", "that concerns this model")
    .option("--queue-name <name...>", "in these dead-letter queues only")
    .option("--include-broken", "also re-sends what will fail again")
    .option("--discard-obsolete", "removes for good what no longer matters, such as ticks of the sweeper")
    .action((options) => run(options, (control, paint) => redriveOf(control, options, paint)));

  program
    .command("rules")
    .description("the rules on events")
    .command("test")
    .description("which rules of a configuration match events, and what their targets would receive")
    .requiredOption("--event <path...>", "files with an event of EventBridge each, or folders of such .json files")
    .option("--config <file>", "the configuration", process.env.RETRIGGER_CONFIG || "retrigger.yaml")
    .option("--json", "print JSON")
    .action((options) =>
      runAlone(options, async (paint) =>
        (await import("./commands/rules-test.js")).rulesTest(options.config, options.event, paint),
      ),
    );

  simulateCommand(program, runAlone);
  recommendCommand(program, runAlone);
  historyCommands(program, runAlone);
  setupCommands(program, runAlone);
  completionCommand(program, runAlone);

  return program;
}

/** Checks what several commands are told, before anything is opened. @throws UsageError */
function checkTyped(called: Command): void {
  const { by, ...typed } = called.opts<{ since?: string; until?: string; by?: string; why?: string }>();
  spanOf(typed, Date.now());
  if (by !== undefined) checkSaid({ ...typed, by });
}

interface RedriveFlags {
  readonly dryRun?: boolean;
  readonly since?: string;
  readonly model?: string;
  readonly queueName?: readonly string[];
  readonly includeBroken?: boolean;
  readonly discardObsolete?: boolean;
}

async function redriveOf(control: Control, flags: RedriveFlags, paint: Paint): Promise<Printout> {
  const { since, model, queueName } = flags;
  const options = {
    now: control.now(),
    isDryRun: flags.dryRun === true,
    includesBroken: flags.includeBroken === true,
    discardsObsolete: flags.discardObsolete === true,
    ...(since !== undefined && { since: timeOption("since", since, control.now()) }),
    ...(model !== undefined && { model: (await findModel(control, model)).model }),
    ...(queueName !== undefined && { queues: queueName }),
  };
  const { redrive, redriveProgress } = await import("./redrive/redrive.js");
  const letters = await control.deadLetters();
  const progress = redriveProgress(process.stderr, Date.now);
  try {
    return await redrive(letters, options, paint, progress.onLetter);
  } finally {
    progress.clear();
    letters.close();
  }
}
