import fc from "fast-check";
import { objectPattern } from "../../eventbridge/object-pattern";
import { isWatched } from "../../functions/core/model-settings";

describe("objectPattern", () => {
  it("should select the new objects of one bucket by prefix", () => {
    const pattern = objectPattern("acme", [{ prefixes: ["incoming/", "late/"], suffixes: [] }]);

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
    ["a key that is prefix and suffix at once", ["data.csv"], [".csv"], [{ wildcard: "data.csv*.csv" }, "data.csv"]],
  ])("should write %s", (_case, prefixes, suffixes, expected) => {
    const pattern = objectPattern("acme", [{ prefixes, suffixes }]);

    expect(JSON.parse(pattern).detail.object.key).toEqual(expected);
  });

  it("should not look at the key when a model watches the whole bucket", () => {
    const pattern = objectPattern("acme", [
      { prefixes: ["in/"], suffixes: [] },
      { prefixes: [""], suffixes: [] },
    ]);

    expect(JSON.parse(pattern).detail).toEqual({ bucket: { name: ["acme"] } });
  });

  it("should say the same of two models once", () => {
    const selection = { prefixes: ["in/"], suffixes: [".csv"] };

    expect(objectPattern("acme", [selection, selection])).toBe(objectPattern("acme", [selection]));
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

        const isMatched = matches(objectPattern("acme", selections), key);

        const isSelected = selections.some((data) => isWatched({ bucket: "acme", manifestPrefix: "m/", ...data }, "acme", key));
        expect(isMatched).toBe(isSelected);
      }),
      { numRuns: 2000 },
    );
  });
});

// Helpers

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
