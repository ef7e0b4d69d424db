import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type AppendOutcome, type BatchHead, type BatchStore, MAX_PENDING, type Segment } from "../../../core/batching/batch";
import { isPending, raiseStep as raisedHead, sourcesOf } from "../../../core/batching/batch-transitions";
import { RetryableError } from "../../../core/errors";
import { MAX_SEGMENT_BYTES } from "../../../node/batch-codecs";
import type { Item } from "./attribute-values";
import { decodeHead, firstHead, headKey, holdsSegment, readSegments, retainSegments, segmentItem } from "./batch-rows";
import {
  type AppendForm,
  appendStep,
  carryStep,
  closeStep,
  type Earliest,
  raiseStep,
  retainStep,
  type Step,
  sealStep,
} from "./batch-steps";
import { getItems, retryContention } from "./dynamo-calls";

/** A step whose condition depends on what others write meanwhile is put again at most this often. */
const MAX_TURNS = 12;

/** Why a transaction wrote nothing: the segment exists, there is no head, or the head is not as expected. */
type Refusal = { readonly is: "duplicate" } | { readonly is: "headless" } | { readonly is: "other"; readonly head: BatchHead };

/**
 * `BatchStore` in a DynamoDB table with the keys `pk` and `sk` (strings) and the time-to-live attribute `expires_at`.
 *
 * An append costs one transaction and no read. When its response is lost, the client repeats it under the same
 * ClientRequestToken and gets the same answer, for 10 minutes; a redelivery after that finds its segment and is a duplicate,
 * even if it had sealed the batch. So `isSealed`, and likewise the `true` of `seal`, may reach nobody: the batch is pending
 * then, and the next sweep publishes it.
 */
export function dynamoBatchStore(client: DynamoDBClient, tableName: string): BatchStore {
  /** Per model, an estimate of what the open batch holds; it only chooses which form of an append is tried first. */
  const known = new Map<string, { readonly generation: number; readonly count: number }>();

  const knownCount = (model: string, generation: number) => {
    const last = known.get(model);
    return last?.generation === generation ? last.count : 0;
  };

  async function writeSegment(model: string, segment: Item, step: Step): Promise<Refusal | undefined> {
    const isNew = "attribute_not_exists(pk)";
    const append = { TableName: tableName, Key: headKey(model), ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...step } as const;
    try {
      // Each try is a command of its own, and so has a token of its own: what was refused for contention wrote nothing.
      await retryContention(`an append to ${model}`, () =>
        client.send(
          new TransactWriteItemsCommand({
            TransactItems: [{ Put: { TableName: tableName, Item: segment, ConditionExpression: isNew } }, { Update: append }],
          }),
        ),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const [put, update] = error.CancellationReasons ?? [];
      if (put?.Code === "ConditionalCheckFailed") return { is: "duplicate" };
      if (update?.Code !== "ConditionalCheckFailed") throw error;
      return update.Item === undefined ? { is: "headless" } : { is: "other", head: decodeHead(model, update.Item) };
    }
  }

  /** Resolves to undefined, or to the head that the step did not fit. */
  async function updateHead(model: string, step: Step): Promise<BatchHead | undefined> {
    const update = { TableName: tableName, Key: headKey(model), ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...step } as const;
    try {
      await retryContention(`an update of the batches of ${model}`, () => client.send(new UpdateItemCommand(update)));
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return decodeHead(model, error.Item);
      throw error;
    }
  }

  async function createHead(model: string): Promise<void> {
    const put = { TableName: tableName, Item: firstHead(model), ConditionExpression: "attribute_not_exists(pk)" };
    try {
      await retryContention(`creating the batches of ${model}`, () => client.send(new PutItemCommand(put)));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async function readHeads(models: readonly string[]): Promise<PromiseSettledResult<BatchHead>[]> {
    const items = await getItems(client, tableName, models.map(headKey));
    return await Promise.allSettled(models.map(async (model, index) => decodeHead(model, items[index])));
  }

  async function readHead(model: string): Promise<BatchHead> {
    const read = { TableName: tableName, Key: headKey(model), ConsistentRead: true };
    const { Item } = await retryContention(`reading the batches of ${model}`, () => client.send(new GetItemCommand(read)));
    return decodeHead(model, Item);
  }

  return {
    maxSegmentBytes: MAX_SEGMENT_BYTES,

    readHead,
    readHeads,

    async append(model, generation, segment, terms, at): Promise<AppendOutcome> {
      const expiresAt = at + terms.retentionMs;
      const item = segmentItem(model, generation, segment, expiresAt);
      const added = segment.objects.length;
      let form: AppendForm = { isFilled: knownCount(model, generation) + added >= terms.batchSize, isFirstToExpire: false };
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const refusal = await writeSegment(model, item, appendStep(form, generation, added, terms, at));
        if (refusal === undefined) {
          known.set(model, { generation, count: knownCount(model, generation) + added });
          return { outcome: "appended", isSealed: form.isFilled };
        }
        if (refusal.is === "duplicate") return { outcome: "duplicate" };
        if (refusal.is === "headless") {
          await createHead(model);
          continue;
        }
        const { open, pending } = refusal.head;
        if (open.generation !== generation) {
          const isWaiting = await holdsSegment(client, tableName, model, pending.flatMap(sourcesOf), segment.id);
          return isWaiting ? { outcome: "duplicate" } : { outcome: "stale", generation: open.generation };
        }
        known.set(model, { generation, count: open.count });
        form = {
          isFilled: open.count + added >= terms.batchSize && pending.length < MAX_PENDING,
          isFirstToExpire: open.expiresAt !== undefined && open.expiresAt > expiresAt,
        };
      }
      throw new RetryableError(`an append to ${model} was overtaken ${MAX_TURNS} times; it can be tried again later`);
    },

    async seal(model, generation, reason, terms, at) {
      return (await updateHead(model, sealStep(generation, reason, terms, at))) === undefined;
    },

    async *readSegments(model, generations): AsyncIterable<Segment> {
      for (const generation of generations) yield* readSegments(client, tableName, model, generation);
    },

    async carry(model, batch, into, distinct) {
      let earliest: Earliest = { openedAt: true, expiresAt: true };
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const head = await updateHead(model, carryStep(batch, into, distinct, earliest));
        if (head === undefined || head.pending.every(({ generation }) => generation !== batch.generation)) return true;
        if (head.open.generation !== into) return false;
        const { openedAt = batch.openedAt, expiresAt = batch.expiresAt } = head.open;
        earliest = { openedAt: openedAt >= batch.openedAt, expiresAt: expiresAt >= batch.expiresAt };
      }
      throw new RetryableError(`a carry-over of ${model} was overtaken ${MAX_TURNS} times; it can be tried again later`);
    },

    async raise(model, batch, to, published) {
      let head = await readHead(model);
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const next = raisedHead(head, batch, to, published);
        if (next === undefined) return;
        const refused = await updateHead(model, raiseStep(head.open, batch, next));
        if (refused === undefined || !isPending(refused, batch)) return;
        head = refused;
      }
      throw new RetryableError(`the batches of ${model} were overtaken ${MAX_TURNS} times; they can be raised again later`);
    },

    async close(model, batch, end) {
      await updateHead(model, closeStep(batch, end));
    },

    async retain(model, batch, until) {
      if (batch.expiresAt === undefined) return;
      const sources = sourcesOf(batch);
      for (const source of sources) await retainSegments(client, tableName, model, source, until);
      await updateHead(model, retainStep(batch.generation, sources.slice(1), batch.expiresAt, until));
    },
  };
}
