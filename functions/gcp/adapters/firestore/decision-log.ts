// Two collections. A decision is one document, for the history of its request and for the list of its model alike: both are queries
// on one field, which Firestore indexes by itself. The ids are hashes, because those that rise with the time make a hot spot.
// https://cloud.google.com/firestore/docs/best-practices#document_ids
//
//   decisions/<hash of request id, time, outcome>   requestId, order (model, then time), data (deflated JSON), expireAt
//   runs/<hash of the request id>                   requestId, runId, status, actualUsd, endedAt, settledBy, expireAt
//
// Firestore may remove each at `expireAt`, the retention time after the decision, or after the run's end.
import type { DocumentSnapshot, Firestore, Query } from "@google-cloud/firestore";
import * as z from "zod/mini";
import type { Decision } from "../../../core/coordination/decision";
import { type ErasableDecisionLog, type RunRecord, runRecordSchema, type TimeSpan } from "../../../core/coordination/ports";
import { COLLECTIONS, EXPIRY_FIELD, LOG_RETENTION_MS } from "../../../core/state-layout";
import { requestIdHash } from "../../../node/hashes";
import { decodeDecision, encodeDecision } from "../../../node/record-codecs";
import { documentId, queryPages } from "./documents";
import { refusalOf, retryContention } from "./firestore-contention";

const decisionFields = z.object({ data: z.instanceof(Uint8Array) });

/**
 * `ErasableDecisionLog` in Firestore; reads are strongly consistent.
 * @param retentionMs from a decision, or the end of its run, until its documents may be removed
 */
export function firestoreDecisionLog(firestore: Firestore, retentionMs: number = LOG_RETENTION_MS): ErasableDecisionLog {
  const decisions = firestore.collection(COLLECTIONS.decisions);
  const expiryOf = (at: number) => ({ [EXPIRY_FIELD]: new Date(at + retentionMs) });
  const runOf = (requestId: string) => firestore.collection(COLLECTIONS.runs).doc(requestIdHash(requestId));

  async function updateRun(requestId: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    await retryContention(`recording the run of ${requestId}`, () =>
      firestore.batch().set(runOf(requestId), fields, { merge: true }).commit(),
    );
  }

  async function readRun(requestId: string): Promise<RunRecord | undefined> {
    const run = await retryContention(`reading the run of ${requestId}`, () => runOf(requestId).get());
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
    return { document, fields: { requestId, order, data: encodeDecision(decision), ...expiryOf(decidedAt) } };
  }

  return {
    async record(decision) {
      const { document, fields } = documentOf(decision);
      const what = `recording the decision on ${decision.requestId}`;
      try {
        await retryContention(what, () => firestore.batch().create(document, fields).commit());
      } catch (error) {
        if (refusalOf(error) !== "exists") throw error;
      }
    },

    async replace(decision) {
      const { document, fields } = documentOf(decision);
      await retryContention(`replacing the decision on ${decision.requestId}`, () => document.set(fields));
    },

    async recordRun(requestId, runId) {
      const before = await readRun(requestId);
      await updateRun(requestId, { runId });
      return before?.runId === undefined;
    },

    recordOutcome: (outcome, endedAt) => updateRun(outcome.requestId, { ...outcome, endedAt, ...expiryOf(endedAt) }),

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
      for await (const page of queryPages(newestFirst(model, {}), limit)) found.push(...page.map(decode));
      return found;
    },

    async *between(model, span) {
      for await (const page of queryPages(newestFirst(model, span))) yield page.map(decode);
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
  try {
    return decodeDecision(decisionFields.parse(snapshot.data()).data);
  } catch (error) {
    throw notA("decision", snapshot, error);
  }
}

function decodeRun(snapshot: DocumentSnapshot): RunRecord {
  const run = runRecordSchema.safeParse(snapshot.data());
  if (run.success) return run.data;
  throw notA("run", snapshot, run.error);
}

function notA(what: string, { ref }: DocumentSnapshot, cause: unknown): Error {
  return new Error(`the document ${ref.path} is not a ${what}; remove it or restore it from a backup of the database`, { cause });
}
