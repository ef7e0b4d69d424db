/** What a settings document holds: JSON without null. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

/** https://cloud.google.com/firestore/docs/reference/rest/v1/Value */
export type FirestoreValue =
  | { readonly stringValue: string }
  | { readonly integerValue: string }
  | { readonly doubleValue: number }
  | { readonly booleanValue: boolean }
  | { readonly arrayValue: { readonly values?: readonly FirestoreValue[] } }
  | { readonly mapValue: { readonly fields?: Readonly<Record<string, FirestoreValue>> } };

/** A value as Firestore writes it, which leaves out empty members: Terraform compares the two texts. */
export function toValue(value: Plain): FirestoreValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return Number.isSafeInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (typeof value === "boolean") return { booleanValue: value };
  if (isList(value)) return { arrayValue: value.length === 0 ? {} : { values: value.map(toValue) } };
  const fields = toFields(value);
  return { mapValue: Object.keys(fields).length === 0 ? {} : { fields } };
}

/** The members of a document or map; those that are undefined are left out. */
export function toFields(members: Readonly<Record<string, Plain | undefined>>): Record<string, FirestoreValue> {
  const present = Object.entries(members).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, toValue(member)] as const],
  );
  return Object.fromEntries(present);
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
