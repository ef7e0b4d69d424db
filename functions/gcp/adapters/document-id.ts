/**
 * A text as the id of a document, to be read back by `textOf`. An id has no slash, is not a dot or two, and does not match `__.*__`.
 * https://cloud.google.com/firestore/quotas#collections_documents_and_fields
 */
export function documentId(text: string): string {
  return encodeURIComponent(text).replace(/^[._]/, (first) => (first === "." ? "%2E" : "%5F"));
}

/** The text of which `documentId` made this id. */
export function textOf(id: string): string {
  return decodeURIComponent(id);
}
