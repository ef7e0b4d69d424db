/** A number as sentences have it: four digits of it. */
export function told(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A whole number as sentences have it, with its thousands apart. */
export function thousands(value: number): string {
  return value.toLocaleString("en-US");
}

/** A share as sentences have it, such as `12.5 %`. */
export function percent(share: number): string {
  return `${told(100 * share)} %`;
}

/** So many of a thing, such as `1 row` or `3,000 rows`. */
export function many(count: number, thing: string): string {
  return `${thousands(count)} ${thing}${count === 1 ? "" : "s"}`;
}
