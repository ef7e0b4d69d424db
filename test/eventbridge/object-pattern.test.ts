import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import { bucketKeys, type KeySelection, objectPattern } from "../../eventbridge/object-pattern";
import { patternMistakes } from "../../eventbridge/pattern-mistakes";
import { isWatched } from "../../functions/core/model-settings";

describe("objectPattern", () => {
  it("should select the new objects of one bucket by prefix", () => {
    const pattern = patternOf("acme", [{ prefixes: ["incoming/", "late/"], suffixes: [] }]);

    expect(JSON.parse(pattern)).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: ["acme"] }, object: { key: [{ prefix: "incoming/" }, { prefix: "late/" }] } },
    });
  });

  it.each([
    ["a suffix alone", [""], [".csv"], [{ suffix: ".csv" }]],
    ["prefix and suffix", ["in/"], [".csv", ".json"], [{ wildcard: "in/*.csv" }, { wildcard: "in/*.json" }]],
    ["a prefix within another", ["in/", "in/new/"], [], [{ prefix: "in/" }]],
    ["a suffix within another", ["in/"], [".gz", ".csv.gz"], [{ wildcard: "in/*.gz" }]],
    ["wildcard characters", ["a*b\\"], [".c"], [{ wildcard: "a\\*b\\\\*.c" }]],
    ["a key that is prefix and suffix at once", ["data.csv"], [".csv"], ["data.csv", { wildcard: "data.csv*.csv" }]],
  ])("should write %s", (_case, prefixes, suffixes, expected) => {
    const pattern = patternOf("acme", [{ prefixes, suffixes }]);

    expect(JSON.parse(pattern).detail.object.key).toEqual(expected);
  });

  it("should leave out what a prefix of another model includes", () => {
    const pattern = patternOf("acme", [
      { prefixes: ["in/"], suffixes: [] },
      { prefixes: ["in/new/"], suffixes: [".csv"] },
    ]);

    expect(JSON.parse(pattern).detail.object.key).toEqual([{ prefix: "in/" }]);
  });

  it("should select the objects of several buckets, each by its own keys, in whatever order they come", () => {
    const watched = [
      bucketKeys("acme-b", [{ prefixes: ["in/"], suffixes: [] }]),
      bucketKeys("acme-a", [{ prefixes: ["in/"], suffixes: [] }]),
      bucketKeys("acme-c", [{ prefixes: [""], suffixes: [] }]),
    ];

    const pattern = objectPattern(watched);

    expect(JSON.parse(pattern).detail).toEqual({
      $or: [{ bucket: { name: ["acme-a", "acme-b"] }, object: { key: [{ prefix: "in/" }] } }, { bucket: { name: ["acme-c"] } }],
    });
    expect(objectPattern([...watched].reverse())).toBe(pattern);
    expect(patternMistakes(JSON.parse(pattern))).toEqual([]);
  });

  it("should select the objects of one owner's buckets alone, among what real writers land", () => {
    const pattern = JSON.parse(objectPattern([bucketKeys("data", [{ prefixes: ["in/"], suffixes: [] }])], "111122223333"));
    const events = ["s3fs", "rewritten"].flatMap(landings);

    expect(patternMistakes(pattern)).toEqual([]);
    for (const event of events) {
      const isIn = event.detail.object.key.startsWith("in/");
      expect([event.id, matchesPattern(pattern, event)]).toEqual([event.id, isIn]);
      expect(matchesPattern(pattern, { ...event, account: "444455556666" })).toBe(false);
    }
    expect(events.length).toBeGreaterThan(3);
  });

  it("should not look at the key when a model watches the whole bucket", () => {
    const pattern = patternOf("acme", [
      { prefixes: ["in/"], suffixes: [] },
      { prefixes: [""], suffixes: [] },
    ]);

    expect(JSON.parse(pattern).detail).toEqual({ bucket: { name: ["acme"] } });
  });

  it("should say the same of two models once", () => {
    const selection = { prefixes: ["in/"], suffixes: [".csv"] };

    expect(patternOf("acme", [selection, selection])).toBe(patternOf("acme", [selection]));
  });

  it("should match exactly the keys that a model watches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "\\", "."), maxLength: 4 });
    const selection = fc.record({
      prefixes: fc.array(text, { minLength: 1, maxLength: 3 }),
      suffixes: fc.array(
        text.filter((suffix) => suffix !== ""),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(fc.array(selection, { minLength: 1, maxLength: 3 }), fc.array(text, { maxLength: 3 }), (selections, parts) => {
        const key = parts.join("");

        const isMatched = matches(patternOf("acme", selections), key);

        const isSelected = selections.some((data) => isWatched({ bucket: "acme", manifestPrefix: "m/", ...data }, "acme", key));
        expect(isMatched).toBe(isSelected);
      }),
      { numRuns: 2000 },
    );
  });
});

// Helpers

function patternOf(bucket: string, selections: readonly KeySelection[]): string {
  return objectPattern([bucketKeys(bucket, selections)]);
}

type Matcher = string | { prefix?: string; suffix?: string; wildcard?: string };

/**
 * What EventBridge does with the key of an event.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
function matches(pattern: string, key: string): boolean {
  const matchers: Matcher[] | undefined = JSON.parse(pattern).detail.object?.key;
  if (matchers === undefined) return true;
  return matchers.some((matcher) => {
    if (typeof matcher === "string") return key === matcher;
    if (matcher.prefix !== undefined) return key.startsWith(matcher.prefix);
    if (matcher.suffix !== undefined) return key.endsWith(matcher.suffix);
    const source = (matcher.wildcard ?? "").replace(/\\(.)|(\*)|([.+?^${}()|[\]/])/g, (_all, escaped, star, special) =>
      star === undefined ? `\\${escaped ?? special}` : ".*",
    );
    return new RegExp(`^${source}$`).test(key);
  });
}

interface Landing {
  readonly id: string;
  readonly detail: { readonly object: { readonly key: string } };
}

/** The events of S3 that a kind of writer caused. */
function landings(writer: string): Landing[] {
  const text = readFileSync(join(__dirname, `../aws/fixtures/landings/${writer}.jsonl`), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
