import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Query,
  QueryDocumentSnapshot,
  Timestamp,
} from "@google-cloud/firestore";
import { checkShape, SHAPE, SHAPE_FIELD } from "../../../core/state-layout";
import { refusalOf, retryContention, retryOvertaken } from "./firestore-contention";

/**
 * A text as the id of a document, to be read back by `textOf`. An id has no slash, is not a dot or two, and does not match
 * `__.*__`. https://cloud.google.com/firestore/quotas#collections_documents_and_fields
 */
export function documentId(text: string): string {
  return encodeURIComponent(text).replace(/^[._]/, (first) => (first === "." ? "%2E" : "%5F"));
}

/**
 * The text of which `documentId` made this id.
 * @throws URIError when it made none such
 */
export function textOf(id: string): string {
  return decodeURIComponent(id);
}

/**
 * What a record says that is written once and kept for people.
 * @param what the record in words, for the error
 * @throws Error that names the document, when it is of a later shape or not such a record
 */
export function readRecord<T>(what: string, snapshot: DocumentSnapshot, read: (fields: unknown) => T): T {
  try {
    checkShape(snapshot.get(SHAPE_FIELD));
    return read(snapshot.data());
  } catch (error) {
    const remedy = "deploy the version of Retrigger that wrote it, restore it from a backup of the database, or remove it";
    throw new Error(`the document ${snapshot.ref.path} is not ${what}; ${remedy}`, { cause: error });
  }
}

/**
 * Writes fields of such a record, there or not, over the very one that it looked at. What else is wrong with that is no matter.
 * Resolves to the record as it was at the first look, which knows nothing of a write of this call whose response was lost.
 * @param task what is done, for errors
 * @throws Error that names the document, when it is of a later shape, and changes nothing then; RetryableError when others were
 * always faster
 */
export function writeRecord(
  what: string,
  task: string,
  document: DocumentReference,
  fields: Readonly<Record<string, unknown>>,
): Promise<DocumentSnapshot> {
  let first: DocumentSnapshot | undefined;
  return retryOvertaken(task, async (overtaken) => {
    const before = await retryContention(document.firestore, task, () => document.get());
    first ??= before;
    readRecord(what, before, () => undefined);
    try {
      await writeOver(document, { ...fields, [SHAPE_FIELD]: SHAPE }, before.updateTime, task);
      return first;
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      return overtaken();
    }
  });
}

/**
 * Creates a document or, where it was last written at `lastUpdateTime`, updates fields of it; `refusalOf` reads the error when it
 * is not as expected. Resolves to when it was written.
 */
export async function writeOver(
  document: DocumentReference,
  fields: Readonly<Record<string, unknown>>,
  lastUpdateTime: Timestamp | undefined,
  task = `writing ${document.path}`,
): Promise<Timestamp | undefined> {
  const { firestore } = document;
  const [written] = await retryContention(firestore, task, () => {
    const batch = firestore.batch();
    if (lastUpdateTime === undefined) batch.create(document, fields);
    else batch.update(document, fields, { lastUpdateTime });
    return batch.commit();
  });
  return written?.writeTime;
}

/** The parts of `projects/<project>/databases/<database>`; undefined for any other text. */
export function parseDatabaseName(name: string): { readonly projectId: string; readonly databaseId: string } | undefined {
  const [, projectId, databaseId] = /^projects\/([^/]+)\/databases\/([^/]+)$/.exec(name) ?? [];
  return projectId === undefined || databaseId === undefined ? undefined : { projectId, databaseId };
}

/** Documents in memory at once: 27 MB of the largest segments, 300 KB of usual ones. */
const PAGE_DOCUMENTS = 100;

/**
 * The first `limit` documents of a query, all by default, page by page; in the order of their ids unless the query has one, and
 * strongly consistent.
 */
export async function* queryPages(
  query: Query,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly QueryDocumentSnapshot[]> {
  let rest = query;
  let left = limit;
  while (left > 0) {
    const size = Math.min(left, PAGE_DOCUMENTS);
    const page = rest.limit(size);
    const { docs } = await retryContention(query.firestore, "reading a page of documents", () => page.get());
    if (docs.length > 0) yield docs;
    const last = docs.at(-1);
    if (last === undefined || docs.length < size) return;
    left -= size;
    rest = query.startAfter(last);
  }
}

/** These documents, there or not, in their order and strongly consistent, in a call for every 100. */
export async function getDocuments(
  firestore: Firestore,
  documents: readonly DocumentReference[],
): Promise<readonly DocumentSnapshot[]> {
  const found: DocumentSnapshot[] = [];
  for (let from = 0; from < documents.length; from += PAGE_DOCUMENTS) {
    const page = documents.slice(from, from + PAGE_DOCUMENTS);
    found.push(...(await retryContention(firestore, "reading documents", () => firestore.getAll(...page))));
  }
  return found;
}
