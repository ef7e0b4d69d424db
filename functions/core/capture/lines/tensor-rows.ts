import { PoisonMessageError } from "../../errors";
import { type NamedValues, numberedNames, type SideNames } from "./captured-row";
import { valueRows } from "./columnar-rows";
import { checkRows } from "./line-limits";
import { isObject, memberOf, typedRow } from "./row-values";

/** Values of one name or more, row after row. */
interface Tensor {
  readonly name: string;
  readonly rank: number;
  readonly rows: number;
  /** Values of a row. */
  readonly width: number;
  readonly values: readonly unknown[];
}

/** True for tensors of the Open Inference Protocol, as KServe, Triton and MLServer take and answer them. */
export function areTensors(list: unknown): list is readonly unknown[] {
  return Array.isArray(list) && list.length > 0 && list.every((item) => isObject(item) && Array.isArray(item.shape));
}

/**
 * The rows of tensors: one tensor for each column, or one of shape [rows, columns].
 * https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
 * @throws PoisonMessageError when their data are not as many as their shapes say, or their rows not the same number
 */
export function tensorRows(list: readonly unknown[], names: SideNames): NamedValues[] {
  const tensors = list.map(tensorOf);
  const [first] = tensors;
  if (first === undefined || first.rows === 0) return [];
  if (tensors.length === 1 && names.columnOf(first.name) === undefined) {
    if (first.rank === 1) return valueRows(first.values, names);
    const own = names.side === "inputs" && first.width === 1 && names.columns !== 1 ? [first.name] : names.byPlace(first.width);
    return rowsOf([first], own);
  }
  if (tensors.some(({ rows }) => rows !== first.rows)) {
    throw new PoisonMessageError("got tensors of different numbers of rows, expected the same first number in each shape");
  }
  return rowsOf(
    tensors,
    tensors.flatMap(({ name, width }) => numberedNames(name, width)),
  );
}

function rowsOf(tensors: readonly Tensor[], names: readonly string[]): NamedValues[] {
  const rows = tensors[0]?.rows ?? 0;
  checkRows(rows);
  return Array.from({ length: rows }, (_, row) =>
    typedRow(
      names,
      tensors.flatMap(({ values, width }) => values.slice(row * width, (row + 1) * width)),
    ),
  );
}

function tensorOf(item: unknown): Tensor {
  const [name, shape, data] = [memberOf(item, "name"), memberOf(item, "shape"), memberOf(item, "data")];
  if (!Array.isArray(data)) throw new PoisonMessageError("got a tensor without data, expected a list of its values");
  const sizes = (Array.isArray(shape) ? shape : []).map((size) => (Number.isSafeInteger(size) && size >= 0 ? Number(size) : -1));
  const values = flattened(data);
  const [rows = -1, ...others] = sizes;
  const width = others.reduce((product, size) => product * size, 1);
  if (typeof name !== "string" || sizes.includes(-1) || rows * width !== values.length || (width === 0 && rows > 0)) {
    const wanted = "expected a name, and a shape of as many: [rows] or [rows, columns]";
    throw new PoisonMessageError(`got a tensor of ${values.length} values, ${wanted}`);
  }
  return { name, rank: sizes.length, rows, width, values };
}

/** The values of lists within lists, in their order, however deep. */
function flattened(data: readonly unknown[]): readonly unknown[] {
  if (!data.some(Array.isArray)) return data;
  const values: unknown[] = [];
  const open = [data[Symbol.iterator]()];
  for (let list = open.at(-1); list !== undefined; list = open.at(-1)) {
    const { value, done } = list.next();
    if (done) open.pop();
    else if (Array.isArray(value)) open.push(value[Symbol.iterator]());
    else values.push(value);
  }
  return values;
}
