// Real inputs, broken: in what they say, where they are JSON, and in their characters. What every mutant of one seed is, the seed
// alone tells.
import type { randomOf } from "../simulation/random";

type Random = ReturnType<typeof randomOf>;

/** So many mutants of JSON texts, three of four of them well-formed, or nearly. */
export function jsonMutants(texts: readonly string[], count: number, random: Random): string[] {
  const values = texts.map((text): unknown => JSON.parse(text));
  return Array.from({ length: count }, () => {
    if (random(4) === 0) return brokenText(oneOf(texts, random), oneOf(texts, random), random);
    let value = oneOf(values, random);
    const donor = oneOf(values, random);
    for (let changes = 1 + random(3); changes > 0; changes--) value = mutated(value, donor, random);
    return written(value);
  });
}

/** So many mutants of texts of any kind; of bytes, where each character stands for one. */
export function textMutants(texts: readonly string[], count: number, random: Random): string[] {
  return Array.from({ length: count }, () => {
    let text = oneOf(texts, random);
    for (let changes = 1 + random(2); changes > 0; changes--) text = brokenText(text, oneOf(texts, random), random);
    return text;
  });
}

function oneOf<T>(values: readonly T[], random: Random): T {
  const value = values[random(values.length)];
  if (value === undefined) throw new RangeError("got no values; expected at least one to choose from");
  return value;
}

/** Characters that mean something to a parser, to a terminal, or to nobody. */
const INSERTED: readonly string[] = [
  ...["\uFEFF", "\u0000", "\u001b[31m", "\u009b", "\u202e", "\ud800", "\udfff", "\u2028", "\r\n", "\t", "\u{1F600}", "é"],
  ...['"', "'", "\\", "{", "}", "[", "]", "<", ">", ",", ":", "*", "$", "%", "&", "|", "-", "/", "#", "0", "9", " "],
  ...["NaN", "-Infinity", "null", "__proto__", "1e400", "-0", "9".repeat(400), "[".repeat(5_000), '{"a":'.repeat(2_000)],
  ...["x".repeat(20_000), ",".repeat(3_000), "\n".repeat(3_000), " ".repeat(3_000), "*".repeat(300), "1,".repeat(2_000)],
];

/** A text cut short, with some characters more, less, doubled, flipped or moved, or with the end of another. */
function brokenText(text: string, other: string, random: Random): string {
  const at = random(text.length + 1);
  const to = Math.min(text.length, at + 1 + random(8));
  const [before, cut, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)];
  switch (random(8)) {
    case 0:
      return before;
    case 1:
      return after;
    case 2:
      return before + after;
    case 3:
      return `${before}${cut}${cut}${after}`;
    case 4:
      return before + cut.replace(/^./s, (character) => String.fromCharCode(character.charCodeAt(0) ^ (1 << random(8)))) + after;
    case 5:
      return before + other.slice(random(other.length + 1));
    default:
      return `${before}${oneOf(INSERTED, random)}${cut}${after}`;
  }
}

/** Stands for what JSON.stringify would not write of itself. */
const LITERAL = "literally ";

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 8.64e15, 8.64e15 + 1, 253_402_300_800_000],
  ...["NaN", "Infinity", "-Infinity", "1e400", "-0", "9007199254740993", "1E999999999"].map((literal) => LITERAL + literal),
  ...[
    "",
    " ",
    "0",
    "null",
    "__proto__",
    "constructor",
    "toString",
    "\u0000",
    "\u001b[2J",
    "\u009b",
    "\u202e\n",
    "\ud800",
    "\udc00\ud800",
  ],
  ...[
    "9999-12-31T23:59:59.999-23:59",
    "0001-01-01T00:00:00Z",
    "2026-02-30T24:00:00Z",
    "+275760-09-13T00:00:00.001Z",
    "99999999999999",
  ],
  ...[
    "../../etc/passwd",
    "s3://",
    "gs://b/../",
    "arn:aws:",
    "$.a[",
    "$.".repeat(200),
    "<a>",
    "{a}",
    "%E0%A4%A",
    "1.2.3.4/99",
    "*/0 * * * *",
  ],
  ...["x".repeat(5_000), "s3://b/".padEnd(5_000, "/"), "distance: ".repeat(2_000), "(".repeat(3_000), "a.".repeat(3_000)],
  ...[[], {}, [[]], [null], [{}], { "": "" }, { polluter: { polluted: 1 } }, { constructor: { prototype: { polluted: 1 } } }],
  ...[{ toString: 1, valueOf: 2 }, { length: 1e9 }, nested(60), nested(1_000), nestedObject(300)],
  ...[Array.from({ length: 3_000 }, () => 0), Array.from({ length: 2_000 }, () => ({})), manyMembers(2_000)],
];

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

function nestedObject(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

function manyMembers(count: number): unknown {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

/** The value with one member dropped, doubled, renamed, replaced, or exchanged for one of the donor. */
function mutated(value: unknown, donor: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random(6) === 0) {
    return random(4) === 0 ? partOf(donor, random) : changed(value, random);
  }
  const members: [string, unknown][] = Object.entries(value);
  const at = random(members.length + 1) % Math.max(1, members.length);
  const [name = "polluter", member] = members[at] ?? [];
  switch (random(8)) {
    case 0:
      members.splice(at, 1);
      break;
    case 1:
      members.push([Array.isArray(value) ? name : `${name}${oneOf(["", "2", " ", "\u0000", "\u202e"], random)}`, member]);
      break;
    case 2:
      members.splice(at, 1, [oneOf(["polluter", "", "constructor", "toString", "x".repeat(300)], random), member]);
      break;
    case 3:
      // Written twice: see `written`.
      members.splice(at, 1, [`${TWICE}${name}`, [member, mutated(member, donor, random)]]);
      break;
    default:
      members.splice(at, 1, [name, mutated(member, donor, random)]);
  }
  return Array.isArray(value) ? members.map(([, element]) => element) : Object.fromEntries(members);
}

/** Another value; of a text or a number also one that is nearly it. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value === "string" && random(2) === 0) return brokenText(value, value, random);
  if (typeof value === "number" && random(3) === 0) return oneOf([-value, value + 0.5, value * 1e6, String(value)], random);
  return oneOf(VALUES, random);
}

/** Something from anywhere within. */
function partOf(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random(3) === 0) return value;
  const inner: unknown[] = Object.values(value);
  return inner.length === 0 ? value : partOf(oneOf(inner, random), random);
}

const TWICE = "twice ";

/** JSON, with what no object of JavaScript has: keys twice, a key `__proto__`, numbers that JSON or doubles lack. */
function written(value: unknown): string {
  if (typeof value === "string" && value.startsWith(LITERAL)) return value.slice(LITERAL.length);
  if (Array.isArray(value)) return `[${value.map(written).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([name, member]) =>
    name.startsWith(TWICE) && Array.isArray(member)
      ? member.map((one): [string, unknown] => [name.slice(TWICE.length), one])
      : [[name, member] as const],
  );
  return `{${members.map(([name, member]) => `${JSON.stringify(name === "polluter" ? "__proto__" : name)}:${written(member)}`).join()}}`;
}
