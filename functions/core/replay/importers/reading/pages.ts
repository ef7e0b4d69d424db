import { isMapping } from "../../../json-path";
import type { Findings } from "./findings";
import type { JsonDocument } from "./json-documents";

/** How a tool lists, and how it says that there is more. */
export interface Listing {
  /** Fields of a page that hold its elements. */
  readonly lists: readonly string[];
  /** Fields that a page has when there is another one. */
  readonly tokens: readonly string[];
  /** The most elements of a page of the API. */
  readonly pageSize: number;
  /** What to do about a listing that was cut. */
  readonly remedy: string;
}

/** Elements of one of a page's lists. */
export interface PageElement {
  readonly list: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** For people, as `Contents[3] of line 1`. */
  readonly place: () => string;
}

/**
 * The elements of all pages. A listing that was cut is told: its last page names a next one, or it has just as many elements as a
 * page. Where one of several pages names no next one, the listing is whole.
 * @param otherwise told of documents that are no page; true where they are of use
 */
export function* pageElements(
  documents: readonly JsonDocument[],
  listing: Listing,
  findings: Findings,
  otherwise: (document: JsonDocument) => boolean = () => false,
): Generator<PageElement> {
  const { lists, tokens, pageSize, remedy } = listing;
  let [pages, withNext, fullPages] = [0, 0, 0];
  for (const document of documents.flatMap(unpacked)) {
    const { value: page, place } = document;
    const found = isMapping(page) ? lists.filter((list) => Array.isArray(page[list])) : [];
    if (!isMapping(page) || (found.length === 0 && !tokens.some((token) => isToken(page[token])))) {
      if (otherwise(document)) continue;
      findings.refuse(place, { got: "JSON of another form", expected: `an object with ${lists.join(" or ")}` });
      continue;
    }
    let size = 0;
    for (const list of found) {
      const elements: readonly unknown[] = Array.isArray(page[list]) ? page[list] : [];
      size += elements.length;
      yield* listElements(elements, list, place, findings);
    }
    pages++;
    if (tokens.some((token) => isToken(page[token])) || page.IsTruncated === true) withNext++;
    else if (size === pageSize) fullPages++;
  }
  if (pages > 0 && withNext === pages) {
    findings.tell(`the listing was cut: ${pages === 1 ? "its page names" : "each of its pages names"} a next one; ${remedy}`);
  } else if (pages === 1 && fullPages === 1) {
    findings.tell(`the listing has exactly ${pageSize} elements, which is a page: it may have been cut; ${remedy}`);
  }
}

/** The elements of a list that are objects; others are told. */
export function* listElements(elements: readonly unknown[], list: string, of: string, findings: Findings): Generator<PageElement> {
  for (const [index, value] of elements.entries()) {
    const place = () => `${list}[${index}] of ${of}`;
    if (isMapping(value)) yield { list, value, place };
    else findings.refuse(place(), { got: value === null ? "null" : typeof value, expected: "an object" });
  }
}

/** Pages that were put into a list, as `jq -s` does. */
function unpacked(document: JsonDocument): JsonDocument | JsonDocument[] {
  const { value, place } = document;
  if (!Array.isArray(value)) return document;
  return value.map((element: unknown, index) => ({ value: element, place: `[${index}] of ${place}` }));
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
