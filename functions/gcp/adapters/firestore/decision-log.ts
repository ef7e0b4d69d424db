// Two collections. A decision is one document, for the history of its request and for the list of its model alike: both are queries
// on one field, which Firestore indexes by itself. The ids are hashes, because those that rise with the time make a hot spot.
// https://cloud.google.com/firestore/docs/best-practices#document_ids
//
//   decisions/<hash of request id, time, outcome>   requestId, order (model, then time), data (deflated JSON), expireAt
//   runs/<hash of the request id>                   requestId, runId, status, actualUsd, endedAt, settledBy, mix, expireAt
//
// Each has its shape, see state-layout.ts.
// Firestore may remove each at `expireAt`, the retention time after the decision, or after the run's end.
import type { DocumentSnapshot, Firestore, Query } from "@google-cloud/firestore";
import * as z from "zod/mini";
import type { Decision } from "../../../core/coordination/decision";
import { type ErasableDecisionLog, type RunRecord, runRecordSchema, type TimeSpan } from "../../../core/coordination/ports";
import {
  COLLECTIONS,
  EXPIRY_FIELD,
  type LeftOut,
  LOG_RETENTION_MS,
  readRows,
  SHAPE,
  SHAPE_FIELD,
} from "../../../core/state-layout";
import { requestIdHash } from "../../../node/hashes";
import { decodeDecision, encodeDecision } from "../../../node/record-codecs";
import { documentId, queryPages, readRecord, writeRecord } from "./documents";
import { refusalOf, retryContention } from "./firestore-contention";

const decisionFields = z.object({ data: z.instanceof(Uint8Array) });

/**
 * `ErasableDecisionLog` in Firestore; reads are strongly consistent.
 * @param retentionMs from a decision, or the end of its run, until its documents may be removed
 * @param leftOut is told of each decision that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function firestoreDecisionLog(
  firestore: Firestore,
  retentionMs: number = LOG_RETENTION_MS,
  leftOut?: LeftOut,
): ErasableDecisionLog {
  const decisions = firestore.collection(COLLECTIONS.decisions);
  const expiryOf = (at: number) => ({ [EXPIRY_FIELD]: new Date(at + retentionMs) });
  const runOf = (requestId: string) => firestore.collection(COLLECTIONS.runs).doc(requestIdHash(requestId));

  /** Resolves to the run as it was before; rejects where that is of a later shape, and changes nothing then. */
  function updateRun(requestId: string, fields: Readonly<Record<string, unknown>>): Promise<DocumentSnapshot> {
    return writeRecord("a run", `recording the run of ${requestId}`, runOf(requestId), fields);
  }

  async function readRun(requestId: string): Promise<RunRecord | undefined> {
    const run = await retryContention(firestore, `reading the run of ${requestId}`, () => runOf(requestId).get());
    return run.exists ? decodeRun(run) : undefined;
  }

  function newestFirst(model: string, { since, until }: TimeSpan): Query {
    const start = startOfModel(model);
    const from = since === undefined ? start : start + paddedTime(since);
    const to = until === undefined ? endOfModel(model) : start + paddedTime(until);
    return decisions.where("order", ">=", from).where("order", "<", to).orderBy("order", "desc");
  }

  function documentOf(decision: Decision) {
    const { requestId, model, outcome, decidedAt } = decision;
    const document = decisions.doc(requestIdHash(`${requestId} ${decidedAt} ${outcome}`));
    const order = startOfModel(model) + paddedTime(decidedAt);
    return { document, fields: { requestId, order, data: encodeDecision(decision), ...expiryOf(decidedAt), [SHAPE_FIELD]: SHAPE } };
  }

  return {
    async record(decision) {
      const { document, fields } = documentOf(decision);
      const what = `recording the decision on ${decision.requestId}`;
      try {
        await retryContention(firestore, what, () => firestore.batch().create(document, fields).commit());
      } catch (error) {
        if (refusalOf(error) !== "exists") throw error;
      }
    },

    async replace(decision) {
      const { document, fields } = documentOf(decision);
      await retryContention(firestore, `replacing the decision on ${decision.requestId}`, () => document.set(fields));
    },

    async recordRun(requestId, runId, mix) {
      const before = await updateRun(requestId, { runId, ...(mix !== undefined && { mix }) });
      return before.get("runId") === undefined;
    },

    async recordOutcome({ requestId, ...outcome }, endedAt) {
      await updateRun(requestId, { requestId, ...outcome, endedAt, ...expiryOf(endedAt) });
    },

    async read(requestId) {
      const found: Decision[] = [];
      for await (const page of queryPages(decisions.where("requestId", "==", requestId))) found.push(...page.map(decode));
      if (found.length === 0) return undefined;
      const run = await readRun(requestId);
      return { decisions: found.sort((a, b) => a.decidedAt - b.decidedAt), ...(run !== undefined && { run }) };
    },

    readRun,

    async list(model, limit) {
      const found: Decision[] = [];
      if (limit < 1) return found;
      for await (const page of queryPages(newestFirst(model, {}), limit)) found.push(...readRows(page, decode, leftOut));
      return found;
    },

    async *between(model, span) {
      for await (const page of queryPages(newestFirst(model, span))) yield readRows(page, decode, leftOut);
    },
  };
}

/** No model's start begins another's, since the id of a document has no space. */
function startOfModel(model: string): string {
  return `${documentId(model)} `;
}

/** After all times, which are digits. */
function endOfModel(model: string): string {
  return `${startOfModel(model)}~`;
}

/** So that texts sort as the times do. */
function paddedTime(at: number): string {
  return String(at).padStart(15, "0");
}

function decode(snapshot: DocumentSnapshot): Decision {
  return readRecord("a decision", snapshot, (fields) => decodeDecision(decisionFields.parse(fields).data));
}

function decodeRun(snapshot: DocumentSnapshot): RunRecord {
  return readRecord("a run", snapshot, (fields) => runRecordSchema.parse(fields));
}
