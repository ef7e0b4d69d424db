import * as z from "zod/mini";
import { type CoordinatorState, coordinatorStateSchema, type Run } from "../coordination/coordinator-state";
import { type Decision, TAKEN_ALONG } from "../coordination/decision";
import { decideRequest } from "../coordination/handle-coordinator-message";
import { type CoordinatorPolicy, coordinatorPolicySchema } from "../coordination/policy";
import { turnCalendar } from "../coordination/turn-calendar";
import { modelNameSchema } from "../model-settings";
import { jsonValue } from "../outside-json";
import type { TrainingRequest } from "../training-request";
import { applyInput, askedRequest, type Changed, type Remembered, type StartEffect } from "./apply-input";
import { type Difference, differenceOf, firstDifference } from "./decision-difference";
import { impliedOutcome, NumberGaps } from "./number-gaps";
import { type RecordedInput, recordedInputSchema, replayedState } from "./recorded-input";

/** How the decisions of one model came out, decided again from what was recorded. */
export interface ReplayReport {
  /** Decisions of the record. */
  readonly decisions: number;
  /** Those that came out the same, with every number. */
  readonly same: number;
  /** Those that could not be decided again, by why; the rest is `differing`. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly differing: number;
  /** The first ones; what follows the first of them may follow from it. */
  readonly differences: readonly Difference[];
}

const MAX_DIFFERENCES = 10;

const settingsSchema = z.object({
  model: modelNameSchema,
  policy: coordinatorPolicySchema,
  data: z.object({ bucket: z.string() }),
});
type Settings = z.infer<typeof settingsSchema>;

/** Why decisions cannot be decided again. */
const UNKNOWN = {
  early: "an earlier version recorded them, without what they followed from",
  begin: "no state is recorded before them; one is with the first decision of each month, unless much waits then",
  lost: "more happened before them than is recorded",
  version: "another version of Retrigger recorded what they followed from",
  missing: "decisions before them are missing, as in an export of some outcomes only",
  stateless: "their model was not configured",
} as const;
type Unknown = keyof typeof UNKNOWN;

/**
 * Decides again what was decided about one model: gives the inputs of its record, in their order and at their times, to the same
 * program, and compares every decision.
 * @param decisions all that are recorded of one model, in any order
 * @param policy @default - the recorded ones
 */
export function replayRecord(decisions: readonly Decision[], policy?: CoordinatorPolicy): ReplayReport {
  const ordered = decisions.toSorted((a, b) => (a.number ?? -1) - (b.number ?? -1) || a.decidedAt - b.decidedAt);
  const replay = new Replay(policy, new NumberGaps(ordered));
  ordered.forEach((decision, index) => {
    replay.meet(decision, ordered.slice(index, index + MAX_TOGETHER));
  });
  return replay.report(decisions.length);
}

/** More decisions than come of one input: each that waits, each that goes along, and the request itself. */
const MAX_TOGETHER = 100;

class Replay implements Remembered {
  private state: CoordinatorState | undefined;
  private settings: Settings | undefined;
  private why: Unknown = "begin";
  private met = 0;
  /** Something is missing since the last recorded state; it may have been a duplicate, which nothing depends on. */
  private gaps = 0;
  /** The record begins with the first decision on the model, and nothing is missing so far. */
  private isWhole = false;
  private same = 0;
  private differing = 0;
  private readonly unknown: Record<string, number> = {};
  private readonly differences: Difference[] = [];
  private readonly known = new Set<string>();
  readonly starts = new Map<string, StartEffect>();
  readonly runs = new Map<string, Run>();
  /** Decided again, and not met in the record yet. */
  private pending: Decision[] = [];

  constructor(
    private readonly policy: CoordinatorPolicy | undefined,
    private readonly numbers: NumberGaps,
  ) {}

  /** @param ahead the recorded decision and those after it */
  meet(recorded: Decision, ahead: readonly Decision[]): void {
    const { inputs = [], requestId, number, reason } = recorded;
    if (number === undefined) {
      this.count(reason === "unknown-model" ? "stateless" : "early");
      this.known.add(requestId);
      return;
    }
    if (this.numbers.isGapBefore(recorded)) {
      this.gaps++;
      this.isWhole = false;
    }
    const [first] = this.pending;
    const isNext =
      this.pending.some((decision) => isSameDecision(decision, recorded)) || (first !== undefined && isSameMoment(first, recorded));
    if (inputs.length > 0 || !isNext) this.dropPending();
    try {
      for (const input of inputs) this.take(input, ahead);
      if (this.pending.length === 0) this.ask(recorded.request, ahead);
    } catch (error) {
      // A time at the end of all times has no next day.
      if (!(error instanceof RangeError)) throw error;
      this.stop("version");
    }
    this.compare(recorded);
    this.met++;
    this.known.add(requestId);
  }

  /** What is decided again and not met is no difference at the end: records come after the state, so the last may be missing. */
  report(decisions: number): ReplayReport {
    const { same, unknown, differing, differences } = this;
    return { decisions, same, unknown, differing, differences };
  }

  private compare(recorded: Decision): void {
    if (this.state === undefined || this.settings === undefined) {
      this.count(this.why);
      return;
    }
    const index = this.pending.findIndex((decision) => isSameDecision(decision, recorded));
    const at = index < 0 ? this.pending.findIndex(({ requestId }) => requestId === recorded.requestId) : index;
    const [replayed] = at < 0 ? [] : this.pending.splice(at, 1);
    const difference = differenceOf(recorded, replayed);
    if (difference === undefined) this.same++;
    else if (replayed !== undefined && this.isChanged(recorded, replayed)) this.addDifference(difference);
    else this.differs(difference);
    if (this.state === undefined) this.count(this.why);
  }

  /** The record itself tells that a decision was changed, whatever may be missing before it. */
  private isChanged(recorded: Decision, replayed: Decision): boolean {
    if (impliedOutcome(recorded) !== recorded.outcome) return true;
    return isSameMoment(recorded, replayed) && this.numbers.isOnlyGap(recorded, replayed.outcome);
  }

  /** What differs after something that is missing may follow from it. */
  private differs(difference: Difference): void {
    if (this.gaps > 0) this.stop("missing");
    else this.addDifference(difference);
  }

  private addDifference(difference: Difference): void {
    this.differing++;
    if (this.differences.length < MAX_DIFFERENCES) this.differences.push(difference);
  }

  /** What was decided again and is not in the record is a difference too. */
  private dropPending(): void {
    const dropped = this.pending;
    this.pending = [];
    for (const { requestId, decidedAt, outcome, reason } of dropped) {
      this.differs({ requestId, decidedAt, why: `the replay decides ${outcome} (${reason}), which is not recorded` });
    }
  }

  private count(why: Unknown): void {
    this.unknown[UNKNOWN[why]] = (this.unknown[UNKNOWN[why]] ?? 0) + 1;
  }

  private stop(why: Unknown): void {
    this.state = undefined;
    this.pending = [];
    this.why = why;
  }

  private take(stored: unknown, ahead: readonly Decision[]): void {
    const parsed = recordedInputSchema.safeParse(stored);
    if (!parsed.success) {
      this.stop("version");
      return;
    }
    const input: RecordedInput = parsed.data;
    switch (input.type) {
      case "settings":
        this.useSettings(input.settings);
        return;
      case "state":
        this.reach(input.state, ahead);
        return;
      case "lost":
        this.stop("lost");
        return;
      case "request":
        this.ask(askedRequest(input, ahead), ahead);
        return;
      default:
        this.change((state, settings) => applyInput(input, state, settings, this));
    }
  }

  private useSettings(text: string): void {
    const parsed = settingsSchema.safeParse(jsonValue(text));
    if (!parsed.success) {
      this.settings = undefined;
      this.stop("version");
      return;
    }
    this.settings = this.policy === undefined ? parsed.data : { ...parsed.data, policy: this.policy };
  }

  /** A recorded state: the replay begins with it, or has it already. */
  private reach(recorded: object, [next]: readonly Decision[]): void {
    const parsed = coordinatorStateSchema.safeParse({ ...recorded, outbox: [], effects: 0 });
    if (!parsed.success) {
      this.stop("version");
      return;
    }
    // The inputs before a state came to nothing; where something is missing, the replay may have made decisions of them.
    this.dropPending();
    if (this.state !== undefined && next !== undefined && this.gaps === 0) {
      const { requestId, decidedAt } = next;
      const why = firstDifference(comparedState(parsed.data, decidedAt), comparedState(this.state, decidedAt));
      if (why !== undefined) this.differs({ requestId, decidedAt, why: `the state before it: ${why}` });
    }
    if (this.state === undefined) this.isWhole = this.met === 0 && parsed.data.recentIds.length === 0;
    this.gaps = 0;
    this.state = parsed.data;
    for (const run of this.state.runs) this.runs.set(run.requestId, run);
    for (const id of this.state.recentIds) this.known.add(id);
  }

  private ask(request: TrainingRequest | undefined, ahead: readonly Decision[]): void {
    if (request === undefined) {
      this.stop("missing");
      return;
    }
    const [at] = ahead;
    if (at === undefined) return;
    // What it takes along of requests that only the log knows is in the records of that.
    const ended = ahead
      .filter(({ reason, into, decidedAt }) => reason === TAKEN_ALONG && into === request.id && decidedAt === at.decidedAt)
      .map((decision) => decision.request);
    // Whether the log knew it already is told by what was decided; before the record began it may have known any.
    const isDecided = at.outcome === "duplicate" && (this.known.has(request.id) || !this.isWhole);
    this.change((state, settings) => {
      const decided = decideRequest(settings, state, request, { isDecided, ended }, at.decidedAt);
      // The inputs before a duplicate come with a later decision, at their own times: the calendar must not have been turned.
      const isDuplicate = decided.decisions.every(({ outcome }) => outcome === "duplicate");
      return isDuplicate ? { ...decided, state: { ...state, recentIds: decided.state.recentIds } } : decided;
    });
  }

  private change(change: (state: CoordinatorState, settings: Settings) => Partial<Changed> | undefined): void {
    if (this.state === undefined || this.settings === undefined) return;
    const changed = change(this.state, this.settings);
    if (changed === undefined) {
      this.stop("missing");
      return;
    }
    const { state = this.state, decisions = [] } = changed;
    for (const effect of state.outbox) if (effect.type === "start") this.starts.set(effect.request.id, effect);
    for (const run of state.runs) this.runs.set(run.requestId, run);
    for (const { requestId } of decisions) this.known.add(requestId);
    this.pending.push(...decisions);
    this.state = { ...state, outbox: [] };
  }
}

function isSameDecision(one: Decision, other: Decision): boolean {
  return one.requestId === other.requestId && one.outcome === other.outcome && one.decidedAt === other.decidedAt;
}

function isSameMoment(one: Decision, other: Decision): boolean {
  return one.requestId === other.requestId && one.decidedAt === other.decidedAt;
}

/** A state by what decisions depend on: not the names of runs, nor on which days, with nothing to do, the calendar was turned. */
function comparedState(state: CoordinatorState, now: number) {
  const { day, month, ...rest } = replayedState(turnCalendar(state, now));
  const runs = rest.runs.map(({ runId: _name, ...run }) => run);
  const awaited = rest.quality?.awaited && { ...rest.quality.awaited, runId: undefined };
  const quality = rest.quality && { ...rest.quality, servingRun: undefined, awaited };
  return { ...rest, runs, quality, day: { ...day, others: undefined }, month: { ...month, others: undefined } };
}
