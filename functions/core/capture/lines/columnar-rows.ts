import { PoisonMessageError } from "../../errors";
import type { NamedValues, SideNames } from "./captured-row";
import { checkRows } from "./line-limits";
import { isObject, type JsonObject, memberOf, rowByName, rowByPlace, typedRow } from "./row-values";

const INDEX = /^\d+$/;

/** Names that pandas gives to an index which has none. */
const UNNAMED_INDEX = /^(?:index|level_\d+)$/;

/**
 * The rows of an object that holds its columns' names beside its rows: pandas' orients `split`, `tight` and `table`, and Seldon's
 * `names` with `ndarray`. Undefined for any other object.
 * https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html
 * @throws PoisonMessageError when a row has not as many values as there are columns
 */
export function namedTableRows(table: JsonObject, names: SideNames): NamedValues[] | undefined {
  const data = memberOf(table, "data");
  const fields = memberOf(memberOf(table, "schema"), "fields");
  if (Array.isArray(data) && Array.isArray(fields)) return data.map(rowWithoutIndex);
  const columns = memberOf(table, "columns");
  if (Array.isArray(columns) && Array.isArray(data)) return splitRows(columns, data, names);
  const [given, rows] = [memberOf(table, "names"), memberOf(table, "ndarray")];
  return Array.isArray(given) && Array.isArray(rows) ? splitRows(given, rows, names) : undefined;
}

/** A frame without column names has numbers for them. */
function splitRows(columns: readonly unknown[], data: readonly unknown[], names: SideNames): NamedValues[] {
  const isNamed = columns.some((column, place) => column !== place);
  const own = isNamed ? columns.map(columnName) : names.byPlace(columns.length);
  return data.map((row) => {
    if (Array.isArray(row) && row.length === columns.length) return typedRow(own, row);
    throw new PoisonMessageError(`got a row that is not a list of ${columns.length} values, expected one for each column`);
  });
}

function columnName(column: unknown): string {
  if (typeof column === "string" || typeof column === "number") return String(column);
  throw new PoisonMessageError("got the name of a column that is no text, expected one level of names");
}

function rowWithoutIndex(row: unknown): NamedValues {
  if (!isObject(row)) throw new PoisonMessageError("got a row of a table that is no object, expected values by their names");
  const entries = Object.entries(row).filter(([name]) => !UNNAMED_INDEX.test(name));
  return typedRow(
    entries.map(([name]) => name),
    entries.map(([, value]) => value),
  );
}

/**
 * The rows of an object of columns, each a list: pandas' `to_dict("list")`, TensorFlow Serving's columns.
 * @throws PoisonMessageError when they are not of equal lengths
 */
export function columnRows(columns: JsonObject, side: SideNames): NamedValues[] {
  const names = Object.keys(columns);
  const lists = Object.values(columns).map((list) => (Array.isArray(list) ? list : []));
  const rows = lists[0]?.length ?? 0;
  if (lists.some(({ length }) => length !== rows)) {
    throw new PoisonMessageError("got lists of different lengths, expected columns of equal lengths, or single values");
  }
  checkRows(rows);
  return Array.from({ length: rows }, (_, row) =>
    rowByName(
      names,
      lists.map((list) => list[row]),
      side,
    ),
  );
}

/**
 * The rows of an object of objects: pandas' orient `columns`, its default, or `index`. Names that are columns of the settings tell
 * them apart, and without such names numbers, which are the index.
 * @throws PoisonMessageError when neither tells, or the inner objects do not have the same members
 */
export function frameRows(frame: JsonObject, names: SideNames): NamedValues[] {
  const outer = Object.keys(frame);
  const objects = Object.values(frame).filter(isObject);
  const inner = Object.keys(objects[0] ?? {});
  if (objects.some((one) => Object.keys(one).length !== inner.length || !inner.every((key) => Object.hasOwn(one, key)))) {
    throw new PoisonMessageError("got objects of different members within an object, expected rows or columns of one table");
  }
  checkRows(Math.max(inner.length, outer.length));
  if (isColumns(outer, inner, names))
    return inner.map((key) =>
      typedRow(
        outer,
        objects.map((column) => column[key]),
      ),
    );
  if (isColumns(inner, outer, names))
    return objects.map((row) =>
      typedRow(
        inner,
        inner.map((key) => row[key]),
      ),
    );
  throw new PoisonMessageError(
    "got objects within an object, of which nothing tells rows from columns, expected a list of rows, or columns set to their names",
  );
}

/** True where the first are names of columns and the second are not. */
function isColumns(these: readonly string[], others: readonly string[], names: SideNames): boolean {
  const isKnown = (name: string) => names.columnOf(name) !== undefined;
  if (these.some(isKnown)) return !others.some(isKnown);
  return !others.some(isKnown) && areIndex(others) && !areIndex(these);
}

/** True for the names of rows that pandas numbers. */
export function areIndex(keys: readonly string[]): boolean {
  return keys.length > 0 && keys.every((key) => INDEX.test(key));
}

/** A row of values by place for each of a list of scalars where there is one column, or one row of them all. */
export function valueRows(list: readonly unknown[], names: SideNames): NamedValues[] {
  if (names.columns !== 1) return [rowByPlace(list, names)];
  checkRows(list.length);
  return list.map((value) => rowByPlace([value], names));
}
