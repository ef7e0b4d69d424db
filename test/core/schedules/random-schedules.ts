import fc from "fast-check";

/** Texts of cron expressions; some of them name a day that there is not. */
export function cronTextArbitrary(): fc.Arbitrary<string> {
  const list = (least: number, most: number) =>
    fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 4 }).map(String);
  const open = (field: fc.Arbitrary<string>) =>
    fc.oneof({ arbitrary: fc.constant("*"), weight: 2 }, { arbitrary: field, weight: 1 });
  return fc
    .tuple(list(0, 59), open(list(0, 23)), open(list(1, 31)), open(list(1, 12)), open(list(0, 6)))
    .map((fields) => fields.join(" "));
}

/** What the wall shows, `2026-11-21 02:30:00`. */
export function wallTextOf(timeZone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (instant) => format.format(instant);
}
