/** What a settings row holds: JSON without null. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

/** A value as DynamoDB writes it; members that are undefined are left out. */
export function toAttribute(value: Plain): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, toAttribute(member)] as const],
  );
  return { M: Object.fromEntries(members) };
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
