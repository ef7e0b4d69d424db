import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import { EXPIRY_FIELD, type LeftOut, readRows } from "../../../core/state-layout";
import { requestIdHash } from "../../../node/hashes";
import { documentId, queryPages, readRecord, writeRecord } from "./documents";

const documentSchema = z.object({ data: z.instanceof(Uint8Array) });

/** A log of records, a document each: <collection>/<hash of its name>, with order, data (deflated JSON), expireAt, shape. */
export interface RecordedRows<T> {
  readonly collection: string;
  /** What a document is, in words, for errors. */
  readonly what: string;
  /** From a record's time until it may be removed, milliseconds. */
  readonly retentionMs: number;
  readonly decode: (data: Uint8Array) => T;
  /** @default - a list with a record that cannot be read is refused */
  readonly leftOut?: LeftOut | undefined;
}

/** A record as it is kept. */
export interface RecordedRow {
  readonly model: string;
  /** Its place among those of its model. */
  readonly order: string;
  /** Tells it from others of the same place; one that is equal in both is replaced. @default - its place does */
  readonly name?: string;
  readonly data: Uint8Array;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * Such a log in Firestore; reads are strongly consistent. Ids are hashes, because those that rise with the time make a hot spot,
 * and a list is a query on one field, which Firestore indexes by itself.
 * https://cloud.google.com/firestore/docs/best-practices#document_ids
 */
export function recordedRows<T>(firestore: Firestore, { collection, what, retentionMs, decode, leftOut }: RecordedRows<T>) {
  const documents = firestore.collection(collection);
  const decodeDocument = (snapshot: DocumentSnapshot): T =>
    readRecord(what, snapshot, (fields) => decode(documentSchema.parse(fields).data));

  return {
    /** @param doing in words, for errors; rejects where a newer program wrote the document that is there */
    async put(doing: string, { model, order: place, name, data, at }: RecordedRow): Promise<void> {
      const order = startOfModel(model) + place;
      const document = documents.doc(requestIdHash(name === undefined ? order : `${order} ${name}`));
      await writeRecord(what, doing, document, { order, data, [EXPIRY_FIELD]: new Date(at + retentionMs) });
    },

    /** The records of a model, the last ones first, page by page, without those that are left out. */
    async *newestFirst(model: string, limit: number): AsyncGenerator<readonly T[]> {
      const ofModel = documents.where("order", ">=", startOfModel(model)).where("order", "<", endOfModel(model));
      for await (const page of queryPages(ofModel.orderBy("order", "desc"), limit)) yield readRows(page, decodeDocument, leftOut);
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
