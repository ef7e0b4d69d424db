import { PoisonMessageError } from "../errors";
import type { NamedValues } from "./captured-row";
import type { PositionalNames } from "./positional-names";

/** Lists of rows in the requests and answers of SageMaker and Vertex AI: https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html */
const LISTS = ["instances", "predictions"] as const;

/**
 * A JSON text's value.
 * @throws PoisonMessageError, without a word of the text, when it is not JSON
 */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text, which is somebody's data.
    throw new PoisonMessageError("not JSON, or cut short");
  }
}

/** The own member of an object; undefined for anything else. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/**
 * The rows of a JSON payload: `{"instances": […]}`, `{"predictions": […]}`, `{"features": […]}`, a list of lists or of objects; otherwise
 * one row, of an object's members or of a list's values.
 * @throws PoisonMessageError when values without names cannot be named
 */
export function jsonRows(payload: unknown, nameValues: PositionalNames): NamedValues[] {
  for (const key of LISTS) {
    const list = memberOf(payload, key);
    if (Array.isArray(list)) return list.map((item) => jsonRow(item, nameValues));
  }
  const list: unknown = memberOf(payload, "features") ?? payload;
  const isTable = Array.isArray(list) && typeof list[0] === "object" && list[0] !== null;
  return isTable ? list.map((item) => jsonRow(item, nameValues)) : [jsonRow(payload, nameValues)];
}

/**
 * One row: the members of an object, of which `{"features": […]}` is a list, or values in their order.
 * @throws PoisonMessageError when values without names cannot be named
 */
export function jsonRow(item: unknown, nameValues: PositionalNames): NamedValues {
  if (Array.isArray(item)) return { names: nameValues(item.length), values: item, isTyped: true };
  if (typeof item !== "object" || item === null) return { names: nameValues(1), values: [item], isTyped: true };
  const features = memberOf(item, "features");
  if (Array.isArray(features)) return { names: nameValues(features.length), values: features, isTyped: true };
  return { names: Object.keys(item), values: Object.values(item), isTyped: true };
}
