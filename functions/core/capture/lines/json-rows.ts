import { PoisonMessageError } from "../../errors";
import { type NamedValues, numberedNames, type SideNames } from "./captured-row";
import { areIndex, columnRows, frameRows, namedTableRows, valueRows } from "./columnar-rows";
import { csvPayload } from "./csv-payload";
import { csvRows } from "./csv-rows";
import { checkRows } from "./line-limits";
import { isContainer, isObject, type JsonObject, memberOf, rowByName, rowByPlace, typedRow } from "./row-values";
import { areTensors, tensorRows } from "./tensor-rows";

/** Objects within each other around a row. */
const DEEPEST = 8;

/**
 * Members that hold rows, whatever stands beside them, in the order in which they are looked for: of SageMaker and Vertex AI
 * (https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html), MLflow (https://mlflow.org/docs/latest/ml/deployment),
 * TensorFlow Serving (https://www.tensorflow.org/tfx/serving/api_rest) and Azure.
 */
const WRAPPERS = [
  "instances",
  "predictions",
  "dataframe_split",
  "dataframe_records",
  "inputs",
  "outputs",
  "features",
  "input_data",
  "data",
] as const;

/** Lists of these have a row in each element, a single value among them. */
const ROW_LISTS: ReadonlySet<string> = new Set(["instances", "predictions", "dataframe_records"]);

/** Members of a row that hold all its values, whatever stands beside them. */
const ROW_MEMBERS = ["features", "values"] as const;

/** Names that say nothing of the values in a list. */
const ANONYMOUS: ReadonlySet<string> = new Set([...WRAPPERS, ...ROW_MEMBERS]);

/** What Vertex AI and others answer of several classes: their names, and a number for each. */
const LABELLED = [
  ["classes", "scores"],
  ["labels", "scores"],
  ["displayNames", "confidences"],
] as const;

const NUMBERS = /^[-+.,\deE\s]+$/;

/**
 * The rows of a JSON payload: a list of them, an object of columns, or what a server's protocol or pandas makes of a table;
 * otherwise one row, of an object's members or of a list's values.
 * @throws PoisonMessageError when values without names cannot be named, or nothing tells rows from columns
 */
export function jsonRows(payload: unknown, names: SideNames): NamedValues[] {
  return rowsOf(payload, names, 0);
}

function rowsOf(payload: unknown, names: SideNames, depth: number): NamedValues[] {
  if (depth > DEEPEST) throw tooDeep();
  if (Array.isArray(payload)) return listRows(payload, names);
  if (typeof payload === "string") return textRows(payload, names);
  return isObject(payload) ? objectRows(payload, names, depth) : [rowByPlace([payload], names)];
}

function tooDeep(): PoisonMessageError {
  return new PoisonMessageError(`got a row within more than ${DEEPEST} objects, expected fewer around it`);
}

/** A list of rows, or one of values: of one row, or of rows as CSV. */
function listRows(list: readonly unknown[], names: SideNames): NamedValues[] {
  const [first] = list;
  if (first === undefined) return [];
  if (isContainer(first)) return itemRows(list, names);
  const texts = list.map((item) => csvRow(item, names));
  return texts.every((row) => row !== undefined) ? texts : valueRows(list, names);
}

/** CSV as a text of JSON; of answers where it is of numbers alone, as others may be sentences. */
function textRows(text: string, names: SideNames): NamedValues[] {
  if (names.side === "outputs" && !NUMBERS.test(text)) return [rowByPlace([text], names)];
  if (/^\s*[[{]/.test(text)) throw new PoisonMessageError("got JSON as a text within JSON, expected it as it is, or CSV");
  return csvPayload(text, names);
}

/** The row of CSV that a text is; undefined for anything else, and for a text that is one value. */
function csvRow(item: unknown, names: SideNames): NamedValues | undefined {
  if (names.columns < 2 || typeof item !== "string" || !item.includes(",")) return undefined;
  const [values, ...others] = csvRows(item);
  if (values === undefined || others.length > 0 || values.length !== names.columns) return undefined;
  return { names: names.byPlace(values.length), values, isTyped: false };
}

function objectRows(payload: JsonObject, names: SideNames, depth: number): NamedValues[] {
  const values = Object.values(payload);
  // Most requests are one row by names.
  if (!values.some(isContainer)) return wrappedRows(payload, names, depth) ?? [namedRow(payload, names)];
  const labelled = labelledRow(payload, names);
  if (labelled !== undefined) return [labelled];
  if (isFlatTable(payload, values)) return columnRows(payload, names);
  const rows = namedTableRows(payload, names) ?? wrappedRows(payload, names, depth);
  if (rows !== undefined) return rows;
  if (values.length === 1) return memberRows(payload, names, depth);
  if (values.every(Array.isArray)) return columnRows(payload, names);
  return values.every(isObject) ? frameRows(payload, names) : [namedRow(payload, names)];
}

/** True for several lists of as many single values, which are columns whatever they are called. */
function isFlatTable(payload: JsonObject, values: readonly unknown[]): boolean {
  const [first] = values;
  if (values.length < 2 || !Array.isArray(first) || Object.keys(payload).some((key) => ROW_LISTS.has(key))) return false;
  return values.every((list) => Array.isArray(list) && list.length === first.length && !list.some(isContainer));
}

/** The rows within a member that wraps them; undefined where there is none. */
function wrappedRows(payload: JsonObject, names: SideNames, depth: number): NamedValues[] | undefined {
  for (const key of WRAPPERS) {
    const inner = memberOf(payload, key);
    const isRows = isContainer(inner) || isCsvText(inner, payload, names);
    if (!isRows || names.columnOf(key) !== undefined) continue;
    if (areTensors(inner)) return tensorRows(inner, names);
    if (Array.isArray(inner) && ROW_LISTS.has(key)) return itemRows(inner, names);
    return rowsOf(inner, names, depth + 1);
  }
  return undefined;
}

/** True for a text that can be nothing but CSV: columns are named, and no member is one of them. */
function isCsvText(inner: unknown, payload: JsonObject, names: SideNames): boolean {
  if (typeof inner !== "string" || names.columns === 0) return false;
  return !Object.keys(payload).some((key) => names.columnOf(key) !== undefined);
}

/** The row of an answer that names its classes beside their numbers: `scores.<class>`, and what else stands there. */
function labelledRow(payload: JsonObject, { side }: SideNames): NamedValues | undefined {
  if (side === "inputs") return undefined;
  for (const [labels, numbers] of LABELLED) {
    const [of, values] = [memberOf(payload, labels), memberOf(payload, numbers)];
    if (!Array.isArray(of) || !Array.isArray(values) || of.length !== values.length || of.some(isContainer)) continue;
    const others = Object.entries(payload).filter(([key]) => key !== labels && key !== numbers);
    const given = [...of.map((label, place): [string, unknown] => [`${numbers}.${label}`, values[place]]), ...others];
    return typedRow(
      given.map(([name]) => name),
      given.map(([, value]) => value),
    );
  }
  return undefined;
}

/** The rows of an object whose one member is a list or an object: a column, or what wraps rows under a name of its own. */
function memberRows(payload: JsonObject, names: SideNames, depth: number): NamedValues[] {
  const [[key, inner] = ["", undefined]] = Object.entries(payload);
  const isColumn = names.columnOf(key) !== undefined;
  if (!Array.isArray(inner)) {
    const isFrame = isColumn || areIndex(Object.keys(inner ?? {}));
    return isFrame ? frameRows(payload, names) : rowsOf(inner, names, depth + 1);
  }
  const isOfCells = inner.every((cell) => Array.isArray(cell) && cell.length === 1);
  if (isColumn || (isOfCells && names.columns === 0)) return columnRows(payload, names);
  if (inner.some(isContainer) || ANONYMOUS.has(key)) return listRows(inner, names);
  if (inner.length === 1 || names.side === "outputs") return [listRow(key, inner, names)];
  return valueRows(inner, names);
}

function itemRows(list: readonly unknown[], names: SideNames): NamedValues[] {
  checkRows(list.length);
  return list.map((item) => itemRow(item, names));
}

/** One row: an object's members, values in their order, or a text of CSV. */
function itemRow(item: unknown, names: SideNames): NamedValues {
  if (Array.isArray(item)) return rowByPlace(item, names);
  return isObject(item) ? objectRow(item, names) : (csvRow(item, names) ?? rowByPlace([item], names));
}

function objectRow(item: JsonObject, names: SideNames): NamedValues {
  let row = item;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const key = wrapperOf(row, names);
    const inner = key === undefined ? undefined : row[key];
    if (key === undefined || !isContainer(inner)) return labelledRow(row, names) ?? namedRow(row, names);
    if (!isObject(inner)) return listRow(key, inner, names);
    row = inner;
  }
  throw tooDeep();
}

/** The member that holds the whole row; undefined where the members are its values. */
function wrapperOf(row: JsonObject, names: SideNames): string | undefined {
  const keys = Object.keys(row);
  const key = keys.length === 1 ? keys[0] : ROW_MEMBERS.find((member) => isContainer(memberOf(row, member)));
  return key === undefined || names.columnOf(key) !== undefined ? undefined : key;
}

/** The row that a list under a name is; the name is that of its values where it says something, and no column has another one. */
function listRow(key: string, list: readonly unknown[], names: SideNames): NamedValues {
  const isNameless = ANONYMOUS.has(key) || (names.side === "inputs" && (list.length > 1 || names.columns === 1));
  return isNameless ? rowByPlace(list, names) : typedRow(numberedNames(key, list.length), list);
}

function namedRow(row: JsonObject, names: SideNames): NamedValues {
  return rowByName(Object.keys(row), Object.values(row), names);
}
