import type { Query, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { retryContention } from "./firestore-contention";

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
    const { docs } = await retryContention("reading a page of documents", () => page.get());
    if (docs.length > 0) yield docs;
    const last = docs.at(-1);
    if (last === undefined || docs.length < size) return;
    left -= size;
    rest = query.startAfter(last);
  }
}
