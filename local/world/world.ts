import type { SealReason } from "../../functions/core/batching/batch";
import type { Decision } from "../../functions/core/coordination/decision";
import { type CoordinatorAnswer, identityOf, PERSON_SOURCE } from "../../functions/core/coordination/person-answer";
import type { DecisionLog, PipelineRun } from "../../functions/core/coordination/ports";
import type { DriftLog, DriftRecord } from "../../functions/core/drift/ports";
import type { Log, LogEvent } from "../../functions/core/log/log";
import type { Refusal } from "../../functions/core/rejected-message";
import { fnv1a } from "../../functions/core/request-ids";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { ReplayPorts } from "../clouds/local-cloud";
import type { ReplayQueue } from "../files/replay-record";
import { FLIGHTS_FROM } from "../replay/landing-files";
import type { SimulatedRejections } from "./simulated-queue";
import type { VirtualClock } from "./time-and-chance";
import type { Effect, WorldJournal } from "./world-journal";

/** Everything outside the functions that they change: queues, runs, people, and what the replay notes of it. */
export interface World {
  /** Puts a request into the request queue. */
  send(request: TrainingRequest): void;
  start(request: TrainingRequest): PipelineRun;
  /** Tells people of a decision. */
  notify(decision: Decision): void;
  /** Tells people of a drift. */
  notifyDrift(subject: string): void;
  /** Notes an evaluation that was recorded in the drift log. */
  noteDrift(record: DriftRecord): void;
  /** Notes a decision that was recorded in the decision log. */
  noteDecision(decision: Decision): void;
  log(entry: LogEvent): void;
  /** Puts a message of a queue among its dead letters. */
  setAside(queue: ReplayQueue, messageId: string, refusal: Refusal): void;
  /** True for an entry that `log` uses; the others, of which every sweep writes some, need not be in the journal. */
  isNoted(entry: LogEvent): boolean;
}

/** Applies an effect to the world, once more when a run is started again. */
export function repeatEffect(world: World, effect: Effect): void {
  switch (effect.did) {
    case "send":
      world.send(effect.request);
      break;
    case "start":
      world.start(effect.request);
      break;
    case "notify":
      world.notify(effect.decision);
      break;
    case "record":
      world.noteDecision(effect.decision);
      break;
    case "notify-drift":
      world.notifyDrift(effect.subject);
      break;
    case "record-drift":
      world.noteDrift(effect.record);
      break;
    case "report":
      world.log(effect.entry);
      break;
    case "set-aside":
      world.setAside(effect.queue, effect.messageId, effect.refusal);
  }
}

/** The ports through which the functions change the world; every effect is written to the journal before it is applied. */
export function worldPorts(
  world: World,
  { decisions, drifts }: { readonly decisions: DecisionLog; readonly drifts: DriftLog },
  journal: Pick<WorldJournal, "write">,
): Pick<ReplayPorts, "requests" | "decisions" | "launcher" | "notifier" | "drifts" | "log"> {
  function act(effect: Effect): void {
    journal.write(effect);
    repeatEffect(world, effect);
  }
  return {
    requests: { send: async (request) => act({ did: "send", request }) },
    decisions: {
      record: async (decision) => {
        await decisions.record(decision);
        act({ did: "record", decision });
      },
      recordRun: (...run) => decisions.recordRun(...run),
      recordOutcome: (...outcome) => decisions.recordOutcome(...outcome),
      read: (requestId) => decisions.read(requestId),
      readRun: (requestId) => decisions.readRun(requestId),
      list: (...query) => decisions.list(...query),
      between: (...query) => decisions.between(...query),
    },
    launcher: {
      start: async (request) => {
        journal.write({ did: "start", request });
        return world.start(request);
      },
    },
    notifier: {
      notify: async ({ subject, decision }) =>
        act(decision === undefined ? { did: "notify-drift", subject } : { did: "notify", decision }),
    },
    drifts: {
      record: async (record) => {
        await drifts.record(record);
        act({ did: "record-drift", record });
      },
      list: (...query) => drifts.list(...query),
    },
    log: (entry) => {
      if (world.isNoted(entry)) act({ did: "report", entry });
    },
  };
}

/** A sealed batch that published no manifest: its objects were carried over to the next one, or none of them was new. */
interface UnpublishedBatch {
  readonly model: string;
  readonly reason: SealReason;
  readonly fate: "carried" | "empty";
}

/** The dead letters of each queue, through which the functions change the world as through `worldPorts`. */
export function worldRejections(
  world: World,
  journal: Pick<WorldJournal, "write">,
): Readonly<Record<ReplayQueue, SimulatedRejections>> {
  const rejections = (queue: ReplayQueue): SimulatedRejections => ({
    keep: async ({ messageId }, refusal) => {
      const effect = { did: "set-aside", queue, messageId, refusal } as const;
      journal.write(effect);
      repeatEffect(world, effect);
    },
  });
  return { landings: rejections("landings"), requests: rejections("requests"), drift: rejections("drift") };
}

/** What the functions logged and asked for during a replay. What a crash made them repeat counts once. */
export interface ReplayNotes {
  readonly log: Log;
  /** By request id, in the order in which they were first sent. */
  readonly requests: Map<string, TrainingRequest>;
  /** By model and generation. */
  readonly unpublished: ReadonlyMap<string, UnpublishedBatch>;
  /** Why a message was refused last, by message id. */
  readonly refusals: ReadonlyMap<string, string>;
  /** The last report of each event that is an error or a warning and not about one message. */
  readonly troubles: ReadonlyMap<string, LogEvent>;
}

/** True for an entry that the notes are made of. */
export function isNoted({ level, event }: LogEvent): boolean {
  return level !== "info" || event === "batch-carried" || event === "batch-empty";
}

/** Notes without an entry yet. */
export function createNotes(): ReplayNotes {
  const unpublished = new Map<string, UnpublishedBatch>();
  const refusals = new Map<string, string>();
  const troubles = new Map<string, LogEvent>();
  const log: Log = (entry) => {
    if (entry.event === "batch-carried" || entry.event === "batch-empty") {
      const { event, model, generation, reason } = entry;
      unpublished.set(`${model}/${generation}`, { model, reason, fate: event === "batch-empty" ? "empty" : "carried" });
    } else if ("function" in entry && entry.messageId !== undefined) refusals.set(entry.messageId, entry.error);
    else if (entry.level !== "info") troubles.set(entry.event, entry);
  };
  return { log, requests: new Map(), unpublished, refusals, troubles };
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** What the person does week by week; while the person is away, approvals expire. */
const WEEKS = ["approves", "is away", "approves", "refuses", "is away"] as const;
const THINKING_MS = 3 * HOUR_MS;

/** Gives a person's answer to a request. */
export type GiveAnswer = (answer: CoordinatorAnswer) => Promise<void>;

/** A person who is told of decisions: answers a request for approval three hours later, or is away and does not. */
export function simulatedPerson(clock: VirtualClock, give: GiveAnswer): (decision: Decision) => void {
  const told = new Set<string>();
  return ({ outcome, requestId, model, decidedAt }) => {
    const asked = `${requestId} ${decidedAt}`;
    if (outcome !== "ask" || told.has(asked)) return;
    told.add(asked);
    const mood = WEEKS[Math.floor((decidedAt - FLIGHTS_FROM) / WEEK_MS) % WEEKS.length];
    if (mood === "is away") return;
    const by = identityOf("grace", "declared");
    const answer = { source: PERSON_SOURCE, id: fnv1a(asked), model, by, requestId } as const;
    clock.at(clock.now() + THINKING_MS, () => give({ ...answer, do: mood === "approves" ? "approve" : "reject" }));
  };
}
