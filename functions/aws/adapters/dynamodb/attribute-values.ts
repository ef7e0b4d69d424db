import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** What the state table holds: JSON values without null, and bytes. What is undefined is left out. */
export type Plain = string | number | boolean | Uint8Array | readonly Plain[] | PlainMap;

export interface PlainMap {
  readonly [name: string]: Plain | undefined;
}

export type Item = Record<string, AttributeValue>;

/** A value as DynamoDB writes it. */
export function toAttribute(value: Plain): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  return { M: toItem(value) };
}

export function toItem(values: PlainMap): Item {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, toAttribute(value)]])),
  );
}

/** A value as plain data, to be parsed by a schema; a set, which the state table does not hold, becomes a Set, which none takes. */
export function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.B !== undefined) return attribute.B;
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.M !== undefined) return fromItem(attribute.M);
  return attribute.NULL ? null : new Set<unknown>(attribute.SS ?? attribute.NS ?? attribute.BS);
}

export function fromItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]));
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
