import fc from "fast-check";
import type { EventPattern } from "../../eventbridge/event-rule";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import { patternMistakes } from "../../eventbridge/pattern-mistakes";
import { eventOf } from "./events";
import oracle from "./fixtures/event-ruler.json";

/** As the documentation has it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const DOCUMENTED: readonly [field: readonly unknown[], matching: readonly unknown[], other: readonly unknown[]][] = [
  [["Alice"], ["Alice"], ["alice", "Alice ", null, undefined]],
  [[""], [""], [" ", null, undefined]],
  [[null], [null], ["null", 0, undefined]],
  [[true], [true], ["true", 1]],
  [[100], [100, 1e2], ["100", 101]],
  [[{ equals_ignore_case: "alice" }], [], ["Alice", "alice"]],
  [[{ "equals-ignore-case": "alice" }], ["Alice", "ALICE"], ["Alic", 5]],
  [[{ prefix: "us-" }], ["us-east-1", "us-"], ["eu-west-1", "US-east-1", 5, null, undefined]],
  [[{ prefix: { "equals-ignore-case": "eventb" } }], ["EventBridge", "eventb"], ["Bridge"]],
  [[{ suffix: ".png" }], ["a.png", ".png"], ["a.PNG", "a.png "]],
  [[{ suffix: { "equals-ignore-case": "tbridge" } }], ["EventBridge"], ["EventBridges"]],
  [[{ "anything-but": "initializing" }], ["running", 5, null], ["initializing", undefined]],
  [[{ "anything-but": [100, 200] }], [150, "100"], [100, 200, undefined]],
  [[{ "anything-but": { prefix: "init" } }], ["running", 5], ["initializing", undefined]],
  [[{ "anything-but": { suffix: [".txt", ".rtf"] } }], ["a.png"], ["a.txt", "a.rtf"]],
  [[{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }], ["running"], ["STOPPED"]],
  [[{ "anything-but": { wildcard: "*/lib/*" } }], ["/src/a"], ["/usr/lib/a"]],
  [[{ numeric: ["=", 100] }], [100, 100.0], ["100", 100.1]],
  [[{ numeric: [">", 10, "<=", 20] }], [10.5, 20], [10, 20.5, undefined]],
  [[{ cidr: "10.0.0.0/24" }], ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "10.0.0", "10.0.0.256", "", 5]],
  [[{ cidr: "2001:db8::/33" }], ["2001:db8::1", "2001:DB8:7fff::"], ["2001:db8:8000::", "2001:db9::", "10.0.0.1", "::1::", "1:2"]],
  [[{ exists: true }], [0, "", null, false], [undefined, {}, { b: 1 }, []]],
  [[{ exists: false }], [undefined, {}, { b: 1 }, []], [0, "", null, false]],
  [[{ wildcard: "dir/*.png" }], ["dir/a.png", "dir/.png"], ["dir.png", "xdir/a.png", "dir/a.pngx"]],
  [[{ wildcard: "a\\*b\\\\*" }], ["a*b\\", "a*b\\c"], ["axb\\", "a*b"]],
  [
    ["x", { exists: false }, { prefix: "y" }],
    ["x", undefined, "yes"],
    ["no", 5],
  ],
];

describe("matchesPattern", () => {
  it.each(DOCUMENTED)("should compare by %j", (alternatives, matching, other) => {
    const matches = (value: unknown) => matchesPattern(patternOf({ a: alternatives }), JSON.parse(JSON.stringify({ a: value })));

    expect(matching.map((value) => [value, matches(value)])).toEqual(matching.map((value) => [value, true]));
    expect(other.map((value) => [value, matches(value)])).toEqual(other.map((value) => [value, false]));
  });

  it.each([
    ["one of two", { $or: [{ a: ["x"] }, { b: ["y"] }] }, [{ a: "x" }, { b: "y" }], [{ a: "y" }, {}]],
    ["beside a field", { c: ["z"], $or: [{ a: ["x"] }, { b: ["y"] }] }, [{ c: "z", b: "y" }], [{ c: "z" }, { a: "x", b: "y" }]],
    ["within $or", { $or: [{ a: ["x"] }, { $or: [{ b: ["y"] }, { c: ["z"] }] }] }, [{ c: "z" }], [{ c: "y" }]],
    ["below a field", { d: { $or: [{ a: ["x"] }, { b: ["y"] }] } }, [{ d: { b: "y" } }], [{ b: "y" }]],
    ["as the name of a field", { $or: ["x"] }, [{ $or: "x" }], [{ $or: "y" }]],
  ])("should take $or %s", (_case, pattern, matching, other) => {
    expect(matching.map((event) => matchesPattern(patternOf(pattern), event))).toEqual(matching.map(() => true));
    expect(other.map((event) => matchesPattern(patternOf(pattern), event))).toEqual(other.map(() => false));
  });

  it.each(oracle.chosen)("should say of $event and $pattern what the matcher of AWS says", ({ pattern, event, matches }) => {
    const isRefused = patternMistakes(pattern).length > 0;

    // What it lets pass, though it would not do what it says, is a mistake to us.
    expect(matches === null && !isRefused).toBe(false);
    if (matches !== null) expect(matchesPattern(patternOf(pattern), event)).toBe(matches);
  });

  it("should say of random patterns and events what the matcher of AWS says", () => {
    for (const { pattern, event, matches } of oracle.random) {
      expect({ pattern, event, matches: matchesPattern(patternOf(pattern), event) }).toEqual({ pattern, event, matches });
    }
  });

  it("should find a choice of one member from each list, where there is one", () => {
    const text = fc.constantFrom("x", "y", "z");
    const pattern = fc.letrec<{ level: EventPattern }>((tie) => ({
      level: fc.dictionary(
        fc.constantFrom("a", "b", "c"),
        fc.oneof({ maxDepth: 3 }, fc.uniqueArray(text, { minLength: 1 }), tie("level")),
        { minKeys: 1, maxKeys: 3 },
      ),
    })).level;

    fc.assert(
      fc.property(pattern, eventOf(text), (pattern, event) => {
        expect(matchesPattern(pattern, event)).toBe(choicesOf(event).some((choice) => agrees(pattern, choice)));
      }),
      { numRuns: 500 },
    );
  });

  it("should match an event by the pattern of any of its fields, and not when that field is gone", () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)), (key, value) => {
        const event = Object.fromEntries([[key, value]]);
        const pattern = Object.fromEntries([[key, [value]]]);

        expect(matchesPattern(pattern, event)).toBe(!Number.isNaN(value));
        expect(matchesPattern(pattern, {})).toBe(false);
      }),
    );
  });

  it("should throw for no pattern and event whatsoever", () => {
    const hostile = fc.object({ key: fc.oneof(fc.constantFrom("$or", "prefix", "anything-but", "numeric", "cidr"), fc.string()) });

    fc.assert(
      fc.property(hostile, fc.anything(), (pattern, event) => {
        expect(typeof matchesPattern(patternOf(pattern), event)).toBe("boolean");
        expect(Array.isArray(patternMistakes(pattern))).toBe(true);
      }),
    );
  });
});

describe("matchesPattern, of hostile input", () => {
  it("should end for wildcards that a regular expression would not end for", () => {
    const wildcard = `${"*a".repeat(500)}*b`;

    expect(matchesPattern({ a: [{ wildcard }] }, { a: "a".repeat(200_000) })).toBe(false);
    expect(matchesPattern({ a: [{ wildcard }] }, { a: `${"a".repeat(200_000)}b` })).toBe(true);
  });

  it("should end for many lists within lists", () => {
    const event = {
      a: Array.from({ length: 40 }, () => ({ b: Array.from({ length: 40 }, () => ({ c: ["x", "y"], d: [1, 2] })) })),
    };
    const pattern = { a: { b: { c: ["x"], d: [3] }, e: [{ exists: false }] } };

    expect(matchesPattern(pattern, event)).toBe(false);
  });

  it("should take ten thousand alternatives, and refuse as many combinations of $or", () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `v${index}`);
    const either = { $or: values.map((value) => ({ a: [value] })) };

    expect(matchesPattern({ a: values }, { a: "v9999" })).toBe(true);
    expect(matchesPattern(either, { a: "v9999" })).toBe(false);
    expect(patternMistakes(either).map(({ message }) => message)).toContainEqual(
      expect.stringContaining("got 10000 combinations of $or; at most 1000 are allowed"),
    );
  });

  it("should end for nesting without an end", () => {
    const deep = (depth: number, inner: unknown, wrap: (value: unknown) => unknown) =>
      Array.from({ length: depth }).reduce<unknown>((value) => wrap(value), inner);
    const event = { a: deep(100_000, "x", (value) => [value]), b: deep(100_000, "x", (b) => ({ b })) };
    const pattern = patternOf({ a: deep(100_000, ["x"], (b) => ({ b })) });

    expect(matchesPattern({ a: ["x"] }, event)).toBe(true);
    expect(matchesPattern({ b: ["x"] }, event)).toBe(false);
    expect(matchesPattern(pattern, event)).toBe(false);
    expect(patternMistakes(pattern)).toMatchObject([{ path: [], message: expect.stringContaining("nested more than") }]);
  });

  it("should find no fields that every object inherits", () => {
    const pattern = patternOf(JSON.parse('{"__proto__":{"toString":[{"exists":true}]}}'));

    expect(matchesPattern({ constructor: [{ exists: true }] }, {})).toBe(false);
    expect(matchesPattern(pattern, {})).toBe(false);
    expect(matchesPattern(pattern, JSON.parse('{"__proto__":{"toString":1}}'))).toBe(true);
    expect(matchesPattern({ a: [{ toString: "x" }] }, { a: "x" })).toBe(false);
    expect(matchesPattern({ a: [{ numeric: ["constructor", 1] }] }, { a: 1 })).toBe(false);
  });
});

// Helpers

/** A pattern as a file may hold it, right or wrong. */
function patternOf(value: unknown): EventPattern {
  return value as EventPattern;
}

/** The reference: every event that comes of choosing one member from each list. */
function choicesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.length === 0 ? [undefined] : value.flatMap(choicesOf);
  if (typeof value !== "object" || value === null) return [value];
  return Object.entries(value).reduce<object[]>(
    (choices, [key, member]) => choicesOf(member).flatMap((chosen) => choices.map((choice) => ({ ...choice, [key]: chosen }))),
    [{}],
  );
}

/** True for an event without lists that has, at each place of the pattern, one of the values there. */
function agrees(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.includes(event);
  const fields = new Map(Object.entries(event ?? {}));
  return typeof event === "object" && Object.entries(pattern ?? {}).every(([key, below]) => agrees(below, fields.get(key)));
}
