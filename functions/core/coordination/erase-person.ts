import type { ModelSettings } from "../model-settings";
import type { CandidateLog, PromotionStore } from "../promotion/ports";
import { candidateRecordSchema, initialPromotion, promotionStateSchema } from "../promotion/promotion-state";
import { changeRecord } from "../versioned-store";
import { coordinatorStateSchema, initialState } from "./coordinator-state";
import { decisionSchema } from "./decision";
import { identityOf, isSamePerson } from "./person-answer";
import type { CoordinatorStore, ErasableDecisionLog } from "./ports";

/** What stands where a person stood. */
const ERASED = "erased";

/** More steps than a model has in its log of candidates. */
const ALL_STEPS = 1_000_000;

/** How many records named the person. */
export interface Erasure {
  /** Of coordinators and of promotions. */
  readonly states: number;
  readonly decisions: number;
  readonly runs: number;
  /** Steps of candidates. */
  readonly candidates: number;
}

/** All that holds identities. */
export interface ErasingPorts {
  readonly states: CoordinatorStore;
  readonly promotions: PromotionStore;
  readonly decisions: ErasableDecisionLog;
  readonly candidates: Pick<CandidateLog, "list" | "record">;
  readonly now: () => number;
}

/**
 * Replaces a person by `ERASED`, under every spelling, in the states of models and of their promotion, their decisions, the ends of
 * their runs and the steps of their candidates. It may be repeated: what failed half-way goes on. States go first, as what they
 * have left to do becomes records.
 */
export async function erasePerson(ports: ErasingPorts, models: readonly ModelSettings[], person: string): Promise<Erasure> {
  const { states, decisions: log, now } = ports;
  const erased = { states: 0, decisions: 0, runs: 0, candidates: 0 };
  for (const { model } of models) {
    const { isNamed } = await changeRecord(
      states,
      model,
      () => initialState(now()),
      (state) => {
        const isNamed = names(state, person);
        return { isNamed, state: isNamed ? coordinatorStateSchema.parse(without(state, person)) : state };
      },
    );
    if (isNamed) erased.states++;
    if (await erasePromotion(ports, model, person)) erased.states++;
    erased.candidates += await eraseCandidates(ports, model, person);
    for await (const page of log.between(model, {})) {
      for (const decision of page) {
        if (names(decision, person)) {
          await log.replace(decisionSchema.parse(without(decision, person)));
          erased.decisions++;
        }
        if (decision.outcome === "start" && (await eraseEnd(log, decision.requestId, person))) erased.runs++;
      }
    }
  }
  return erased;
}

async function erasePromotion({ promotions }: ErasingPorts, model: string, person: string): Promise<boolean> {
  const { isNamed } = await changeRecord(
    promotions,
    model,
    () => initialPromotion("", ""),
    (state) => {
      const isNamed = names(state, person);
      return { isNamed, state: isNamed ? promotionStateSchema.parse(without(state, person)) : state };
    },
  );
  return isNamed;
}

async function eraseCandidates({ candidates }: ErasingPorts, model: string, person: string): Promise<number> {
  const named = (await candidates.list(model, ALL_STEPS)).filter((record) => names(record, person));
  for (const record of named) await candidates.record(candidateRecordSchema.parse(without(record, person)));
  return named.length;
}

async function eraseEnd(log: ErasableDecisionLog, requestId: string, person: string): Promise<boolean> {
  const { status, settledBy, endedAt, actualUsd } = (await log.readRun(requestId)) ?? {};
  if (status === undefined || endedAt === undefined || settledBy === undefined || !isSamePerson(settledBy, person)) return false;
  const outcome = { requestId, status, settledBy: ERASED, ...(actualUsd !== undefined && { actualUsd }) };
  await log.recordOutcome(outcome, endedAt);
  return true;
}

/** Fields of records that hold a person, or several. */
const PERSON_FIELDS: ReadonlySet<string> = new Set(["by", "approvedBy", "settledBy"]);

/** The field of a rollout's settings that lists who may do what, as SQS attests people. */
const ALLOWED_FIELD = "people";

function names(record: unknown, person: string): boolean {
  if (typeof record !== "object" || record === null) return false;
  return Object.entries(record).some(([field, value]: [string, unknown]) => {
    if (field === ALLOWED_FIELD)
      return Object.values(Object(value))
        .flat()
        .some((one) => isAllowed(one, person));
    return PERSON_FIELDS.has(field) ? [value].flat().some((one) => isPerson(one, person)) : names(value, person);
  });
}

function without(record: unknown, person: string): unknown {
  if (typeof record !== "object" || record === null) return record;
  if (Array.isArray(record)) return record.map((one) => without(one, person));
  const erased = (value: unknown) => (isPerson(value, person) ? ERASED : value);
  return Object.fromEntries(
    Object.entries(record).map(([field, value]: [string, unknown]) => {
      if (field === ALLOWED_FIELD) return [field, withoutAllowed(value, person)];
      if (!PERSON_FIELDS.has(field)) return [field, without(value, person)];
      return [field, Array.isArray(value) ? value.map(erased) : erased(value)];
    }),
  );
}

/** The lists lose the person: `ERASED` in its place would be somebody who may. */
function withoutAllowed(lists: unknown, person: string): unknown {
  return Object.fromEntries(
    Object.entries(Object(lists)).map(([deed, list]: [string, unknown]) => [
      deed,
      Array.isArray(list) ? list.filter((one) => !isAllowed(one, person)) : list,
    ]),
  );
}

/** Such a list holds what SQS attests, without saying so. */
function isAllowed(value: unknown, person: string): boolean {
  return typeof value === "string" && (isSamePerson(value, person) || isSamePerson(identityOf(value, "aws-sqs"), person));
}

function isPerson(value: unknown, person: string): boolean {
  return typeof value === "string" && isSamePerson(value, person);
}
