// The steps of a batch as conditional updates of its head (see batch-head.ts). DynamoDB evaluates every action against the item as
// it was before the update: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
import {
  type BatchEnd,
  type BatchHead,
  type BatchTerms,
  MAX_PENDING,
  type OpenBatch,
  type SealedBatch,
  type SealReason,
} from "../../../core/batching/batch";
import { publishedOf } from "../../../core/batching/batch-transitions";
import { EMPTY_BATCH } from "./batch-rows";
import { type Aliases, type DynamoExpression, dynamoExpression, isKnownShape } from "./dynamo-calls";

/** A conditional change of one item. */
export interface Step extends Aliases {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
}

/** What an append makes of the open batch. */
export interface AppendForm {
  /** It reaches its size, and is sealed. */
  readonly isFilled: boolean;
  /** Another segment was to expire first, and this one expires before it. */
  readonly isFirstToExpire: boolean;
}

/**
 * An update has no minimum of two values and no branches, so the caller says which form fits; of the four, each refuses what the
 * others accept, as long as `generation` is open.
 */
export function appendStep(form: AppendForm, generation: number, added: number, terms: BatchTerms, at: number): Step {
  const expression = dynamoExpression();
  const { path, value } = expression;
  const open = (attribute: string) => path("batches", generation, attribute);
  const expiresAt = value(at + terms.retentionMs);
  const actions = [
    `${open("count")} = ${open("count")} + ${value(added)}`,
    `${open("openedAt")} = if_not_exists(${open("openedAt")}, ${value(at)})`,
    `${open("lastAppendAt")} = ${value(at)}`,
    form.isFirstToExpire
      ? `${open("expiresAt")} = ${expiresAt}`
      : `${open("expiresAt")} = if_not_exists(${open("expiresAt")}, ${expiresAt})`,
  ];
  const isFirstToExpire = `${open("expiresAt")} > ${expiresAt}`;
  const isFitting = [isOpen(expression, generation), form.isFirstToExpire ? isFirstToExpire : `NOT ${isFirstToExpire}`];
  const isRoomLeft = `${open("count")} < ${value(terms.batchSize - added)}`;
  const staysOpen = `(${isRoomLeft} OR NOT ${isPendingLeft(expression)})`;
  if (!form.isFilled) return stepOf(expression, `SET ${actions.join(", ")}`, [...isFitting, staysOpen].join(" AND "));
  const sealing = sealActions(expression, generation, "size", terms, at);
  return stepOf(expression, `SET ${[...actions, ...sealing].join(", ")}`, [...isFitting, `NOT ${staysOpen}`].join(" AND "));
}

export function sealStep(generation: number, reason: SealReason, terms: BatchTerms, at: number): Step {
  const expression = dynamoExpression();
  const isFilled = `${expression.path("batches", generation, "count")} > ${expression.value(0)}`;
  return stepOf(
    expression,
    `SET ${sealActions(expression, generation, reason, terms, at).join(", ")}`,
    `${isOpen(expression, generation)} AND ${isFilled} AND ${isPendingLeft(expression)}`,
  );
}

/** Whether a carried batch was opened, and expires, before all that the open one holds. */
export interface Earliest {
  readonly openedAt: boolean;
  readonly expiresAt: boolean;
}

/** An update has no minimum of two values, so the caller says which is the smaller; the step is refused when that is wrong. */
export function carryStep(batch: SealedBatch, into: number, distinct: number, earliest: Earliest): Step {
  const expression = dynamoExpression();
  const { path, value } = expression;
  const open = (attribute: string) => path("batches", into, attribute);
  const actions = [
    `${open("carried")} = list_append(${open("carried")}, ${value(batch.sources)})`,
    `${open("count")} = ${open("count")} + ${value(distinct)}`,
    `${open("lastAppendAt")} = if_not_exists(${open("lastAppendAt")}, ${value(batch.sealedAt)})`,
  ];
  const conditions = [isOpen(expression, into), isPending(expression, batch)];
  for (const attribute of ["openedAt", "expiresAt"] as const) {
    const time = value(batch[attribute]);
    const isEarlier = `(attribute_not_exists(${open(attribute)}) OR ${open(attribute)} >= ${time})`;
    conditions.push(earliest[attribute] ? isEarlier : `NOT ${isEarlier}`);
    if (earliest[attribute]) actions.push(`${open(attribute)} = ${time}`);
  }
  const update = `SET ${actions.join(", ")} REMOVE ${path("batches", batch.generation)}`;
  return stepOf(expression, update, conditions.join(" AND "));
}

/** Refused when the open batch is not as it was read, or the other is not pending. `next` is the head after it. */
export function raiseStep(read: OpenBatch, batch: SealedBatch, { open, lastPublished }: BatchHead): Step {
  const expression = dynamoExpression();
  const { path, value } = expression;
  const { generation, ...opened } = open;
  const actions = [
    `${path("generation")} = ${value(generation)}`,
    `${path("batches", generation)} = ${value({ ...opened })}`,
    ...(lastPublished === undefined ? [] : [`${path("lastPublished")} = ${value({ ...lastPublished })}`]),
  ];
  const update = `SET ${actions.join(", ")} REMOVE ${path("batches", read.generation)}, ${path("batches", batch.generation)}`;
  const isAsRead = [
    isOpen(expression, read.generation),
    `${path("batches", read.generation, "count")} = ${value(read.count)}`,
    `${path("batches", read.generation, "carried")} = ${value(read.carried)}`,
    isPending(expression, batch),
  ];
  return stepOf(expression, update, isAsRead.join(" AND "));
}

export function closeStep(batch: SealedBatch, end: BatchEnd): Step {
  const expression = dynamoExpression();
  const { path, value } = expression;
  const published = publishedOf(batch, end);
  const record = published === undefined ? "" : `SET ${path("lastPublished")} = ${value({ ...published })} `;
  return stepOf(expression, `${record}REMOVE ${path("batches", batch.generation)}`, isPending(expression, batch));
}

/**
 * Refused when the batch is gone, expires at another time than `expiresAt`, or took in a batch whose segments were not retained.
 */
export function retainStep(generation: number, carried: readonly number[], expiresAt: number, until: number): Step {
  const expression = dynamoExpression();
  const { path, value } = expression;
  const stored = path("batches", generation, "expiresAt");
  const isAsRead = `${stored} = ${value(expiresAt)} AND ${path("batches", generation, "carried")} = ${value(carried)}`;
  return stepOf(expression, `SET ${stored} = ${value(until)}`, isAsRead);
}

function sealActions({ path, value }: DynamoExpression, generation: number, reason: SealReason, terms: BatchTerms, at: number) {
  const { batchSize, dedupeHorizonMs } = terms;
  return [
    `${path("generation")} = ${value(generation + 1)}`,
    `${path("batches", generation, "sealed")} = ${value({ reason, sealedAt: at, batchSize, dedupeHorizonMs })}`,
    `${path("batches", generation + 1)} = ${value(EMPTY_BATCH)}`,
  ];
}

function isOpen({ path, value }: DynamoExpression, generation: number): string {
  return `${path("generation")} = ${value(generation)}`;
}

function isPending({ path }: DynamoExpression, batch: SealedBatch): string {
  return `attribute_exists(${path("batches", batch.generation, "sealed")})`;
}

/** The open batch is one of `batches`, hence `<=`. */
function isPendingLeft({ path, value }: DynamoExpression): string {
  return `size(${path("batches")}) <= ${value(MAX_PENDING)}`;
}

function stepOf(expression: DynamoExpression, update: string, condition: string): Step {
  return { UpdateExpression: update, ConditionExpression: `${condition} AND ${isKnownShape(expression)}`, ...expression.aliases() };
}
