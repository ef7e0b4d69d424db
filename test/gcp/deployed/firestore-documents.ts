import { isDeepStrictEqual } from "node:util";
import { status as Status } from "@grpc/grpc-js";

/**
 * The messages of https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1, as far as they are understood here.
 */
export interface Document {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly createTime?: unknown;
  readonly updateTime?: unknown;
}

export interface Mask {
  readonly fieldPaths: readonly string[];
}

export interface Write {
  readonly update?: Document;
  readonly updateMask: Mask | null;
  readonly updateTransforms: readonly unknown[];
  readonly currentDocument: { readonly exists?: boolean; readonly updateTime?: unknown } | null;
}

export interface Query {
  readonly from: readonly { readonly collectionId: string; readonly allDescendants: boolean }[];
  readonly select: { readonly fields: readonly { readonly fieldPath: string }[] } | null;
  readonly where: { readonly fieldFilter?: { readonly field: { readonly fieldPath: string }; op: string; value: unknown } } | null;
  readonly limit: { readonly value: number } | null;
}

/** What Firestore does not do, with its gRPC code. */
export class FirestoreRefusal extends Error {
  constructor(
    readonly code: Status,
    readonly details: string,
  ) {
    super(details);
  }
}

/**
 * The documents of a Firestore, with what a message or a tick of the functions needs: commits, whole or not at all, on conditions;
 * documents by name; a collection's documents, all or by one equal field. Anything else is refused, never ignored.
 */
export function firestoreDocuments() {
  const documents = new Map<string, Document>();
  let commits = 0;
  const now = () => ({ seconds: String(1_763_700_000 + commits), nanos: 0 });

  return {
    now,

    get: (name: string, mask: Mask | null): Document | undefined => {
      const document = documents.get(name);
      return document && masked(document, mask?.fieldPaths);
    },

    commit(writes: readonly Write[]) {
      const written = writes.map((write) => prepared(write.update && documents.get(write.update.name), write));
      commits++;
      const updateTime = now();
      for (const { name, fields } of written) {
        documents.set(name, { name, fields, createTime: documents.get(name)?.createTime ?? updateTime, updateTime });
      }
      return { writeResults: written.map(() => ({ updateTime })), commitTime: updateTime };
    },

    /** In the order of the ids, as a query has them that names none. */
    query(parent: string, { from, select, where, limit, ...others }: Query): Document[] {
      const [collection, more] = from;
      const filter = where?.fieldFilter;
      const unknown = Object.entries(others).find(([, clause]) => Boolean(clause) && Object(clause).length !== 0);
      if (unknown !== undefined) throw unimplemented(`queries with ${unknown[0]}`);
      if (collection === undefined || more !== undefined || collection.allDescendants) throw unimplemented("queries of a group");
      if (where !== null && filter?.op !== "EQUAL") throw unimplemented("queries by anything but one equal field");
      const start = `${parent}/${collection.collectionId}/`;
      const fieldPaths = select?.fields.map(({ fieldPath }) => fieldPath);
      return [...documents.values()]
        .filter(({ name }) => name.startsWith(start) && !name.slice(start.length).includes("/"))
        .filter(({ fields }) => filter === undefined || isDeepStrictEqual(fields[simple(filter.field.fieldPath)], filter.value))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, limit?.value)
        .map((document) => masked(document, fieldPaths));
    },
  };
}

/** The document that a write leaves. */
function prepared(stored: Document | undefined, { update, updateMask, updateTransforms, currentDocument }: Write): Document {
  if (update === undefined || updateTransforms.length > 0) throw unimplemented("writes that delete or transform");
  const { exists, updateTime } = currentDocument ?? {};
  if (exists === false && stored !== undefined) {
    throw new FirestoreRefusal(Status.ALREADY_EXISTS, `Document already exists: ${update.name}`);
  }
  if ((exists === true || updateTime !== undefined) && stored === undefined) {
    throw new FirestoreRefusal(Status.NOT_FOUND, `No document to update: ${update.name}`);
  }
  if (updateTime !== undefined && !isDeepStrictEqual(updateTime, stored?.updateTime)) {
    throw new FirestoreRefusal(Status.FAILED_PRECONDITION, `${update.name} is not the required version`);
  }
  if (updateMask === null) return update;
  const kept = Object.entries(stored?.fields ?? {}).filter(([field]) => !updateMask.fieldPaths.includes(field));
  return { ...update, fields: { ...Object.fromEntries(kept), ...masked(update, updateMask.fieldPaths).fields } };
}

function masked(document: Document, fieldPaths: readonly string[] | undefined): Document {
  if (fieldPaths === undefined) return document;
  const named = new Set(fieldPaths.map(simple));
  return { ...document, fields: Object.fromEntries(Object.entries(document.fields).filter(([field]) => named.has(field))) };
}

function simple(fieldPath: string): string {
  if (/^[a-z]\w*$/i.test(fieldPath)) return fieldPath;
  throw unimplemented(`the field path ${fieldPath}`);
}

function unimplemented(what: string): FirestoreRefusal {
  const remedy = "teach it, or name an emulator by FIRESTORE_EMULATOR_HOST";
  return new FirestoreRefusal(Status.UNIMPLEMENTED, `the Firestore of the tests has no ${what}; ${remedy}`);
}
