import { PERSON_SOURCE, type PersonAnswer } from "../../functions/core/coordination/person-answer";
import type { LogEvent } from "../../functions/core/log/log";
import type { CandidateRecord } from "../../functions/core/promotion/promotion-state";
import { fnv1a, manualRequestId } from "../../functions/core/request-ids";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { VirtualClock } from "../world/time-and-chance";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** After a candidate was registered: how long the reviewer reads about it, or lets automatic training be frozen. */
const READING_MS = 3 * HOUR_MS;
const ASKING_MS = 20 * HOUR_MS;
const THAWING_MS = 44 * HOUR_MS;

/** As the person says it: who reads the queue adds how that is known. */
const NAME = "grace";

const AWAY_DAYS = new Set([0, 6]);

/** What the reviewer has at hand. */
export interface ReviewerHands {
  readonly answer: (answer: PersonAnswer) => void;
  readonly ask: (request: TrainingRequest) => void;
}

/** A person who is told of candidates and of frozen models. */
export interface Reviewer {
  /** Told of a step of a candidate; a second time changes nothing. */
  readonly toldOf: (record: CandidateRecord) => void;
  /** Told of what a function logged. */
  readonly heard: (entry: LogEvent) => void;
}

/**
 * A person who answers about candidates three hours after they were registered: approves a first model, and one whose estimate is
 * nowhere worse than what it was compared with; refuses any other; and is away at weekends, when approvals expire. Of a frozen
 * model the person asks for a training of their own, and a day later lets the rest go on. Times count from the registration of the
 * candidate, which is the same on every cloud.
 */
export function simulatedReviewer(clock: VirtualClock, { answer, ask }: ReviewerHands): Reviewer {
  const registered = new Map<string, number>();
  const told = new Set<string>();

  function once(what: string, at: number, deed: (id: string) => void): void {
    if (told.has(what)) return;
    told.add(what);
    clock.at(at, () => deed(fnv1a(what)));
  }

  return {
    toldOf(record) {
      const { candidate, step, number } = record;
      registered.set(candidate.id, candidate.registeredAt);
      const at = candidate.registeredAt + READING_MS;
      if (step !== "asked" || AWAY_DAYS.has(new Date(at).getUTCDay())) return;
      const { id: requestId, model } = candidate;
      const deed = isAcceptable(record) ? "approve" : "reject";
      once(`${requestId} ${number}`, at, (id) => answer({ source: PERSON_SOURCE, id, model, by: NAME, do: deed, requestId }));
    },
    heard(entry) {
      if (entry.event !== "model-frozen") return;
      const { model, requestId } = entry;
      const since = registered.get(requestId) ?? clock.now();
      once(`asks after ${requestId}`, since + ASKING_MS, () => ask(ownRequest(model, clock.now())));
      once(`thaws after ${requestId}`, since + THAWING_MS, (id) =>
        answer({ source: PERSON_SOURCE, id, model, by: NAME, do: "resume", catchUp: "merged" }),
      );
    },
  };
}

function isAcceptable({ comparedWith, checks = [] }: CandidateRecord): boolean {
  if (comparedWith === undefined) return true;
  return checks.every(({ verdict, isPointNotWorse }) => verdict === "passed" || isPointNotWorse !== false);
}

function ownRequest(model: string, now: number): TrainingRequest {
  const why = "look at a training while the others are frozen";
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  const id = manualRequestId(model, why, day, fnv1a(why));
  return { id, model, causes: [{ type: "manual", by: NAME, why }], priority: 3, manifests: [], requestedAt: now };
}
