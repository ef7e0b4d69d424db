import { PoisonMessageError } from "../../errors";
import type { NamedValues, SideNames } from "./captured-row";
import { csvRows } from "./csv-rows";

/** Whether a content type says that the first row is names: https://www.rfc-editor.org/rfc/rfc4180#section-3 */
export type HeaderParameter = "present" | "absent" | undefined;

/** Names that the first row gives to the columns, of which the first may be the index that pandas writes without a name. */
interface Header {
  readonly names: readonly string[];
  readonly isIndexed: boolean;
}

/**
 * The rows of a CSV text. Its first row is a header where it names columns, whatever their order and number: a column that it lacks
 * has no value in any row. Otherwise values are named by their place.
 * @throws PoisonMessageError when it cannot be read, or its header names other columns than those that are known
 */
export function csvPayload(text: string, names: SideNames, parameter?: HeaderParameter): NamedValues[] {
  const rows = csvRows(text);
  const header = parameter === "absent" ? undefined : headerOf(rows, names, parameter === "present");
  if (header === undefined) return rows.map((values) => ({ names: names.byPlace(values.length), values, isTyped: false }));
  const columns = header.names.length + (header.isIndexed ? 1 : 0);
  return rows.slice(1).map((values) => {
    if (values.length !== columns) {
      throw new PoisonMessageError(`got a row of ${values.length} values under a header of ${columns}, expected as many`);
    }
    return { names: header.names, values: header.isIndexed ? values.slice(1) : values, isTyped: false };
  });
}

function headerOf(rows: readonly (readonly string[])[], names: SideNames, isTold: boolean): Header | undefined {
  const first = rows[0];
  if (first === undefined || (!isTold && isNumber(first[0]))) return undefined;
  const isIndexed = first.length > 1 && first[0]?.trim() === "";
  const given = (isIndexed ? first.slice(1) : first).map((name) => name.trim());
  const known = given.flatMap((name) => names.columnOf(name) ?? []);
  if (known.length === given.length && areDistinct(known)) return { names: known, isIndexed };
  const looksLikeOne = given.every((name) => name !== "" && !isNumber(name)) && areDistinct(given);
  if (!isTold && !(looksLikeOne && (known.length > 0 || areMostlyNumbers(rows.slice(1))))) return undefined;
  if (names.columns === 0) return { names: given, isIndexed };
  throw new PoisonMessageError(
    `got a CSV header of ${given.length} names, ${known.length} of them in columns, expected no other names than those: correct columns`,
  );
}

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** True where more than half of the columns hold nothing but numbers. */
function areMostlyNumbers(rows: readonly (readonly string[])[]): boolean {
  const [first = []] = rows;
  const numeric = first.filter((_, place) => rows.every((row) => isNumber(row[place])));
  return numeric.length * 2 > first.length;
}

function isNumber(text: string | undefined): boolean {
  // Blanks read as 0.
  const number = Number(text);
  return Number.isFinite(number) && (number !== 0 || text?.trim() !== "");
}
