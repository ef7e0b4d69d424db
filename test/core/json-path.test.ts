import fc from "fast-check";
import { isPath, pathMistake, valueAt } from "../../functions/core/json-path";
import { jobFailed } from "../eventbridge/events";

describe("valueAt", () => {
  it.each<[string, unknown]>([
    ["$.id", "844e2571-85d4-695f-b930-0153b71dcb42"],
    ["$.detail-type", "SageMaker Training Job State Change"],
    ["$.detail.Tags", { team: "ml" }],
    ["$.detail.Tags.team", "ml"],
    ["$.detail.Tries", 3],
    ["$.resources[0]", "arn:aws:sagemaker:eu-central-1:111122223333:training-job/fraud-7"],
    ["$.resources[1]", undefined],
    ["$.resources.length", undefined],
    ["$.id[0]", undefined],
    ["$.detail.Nothing.more", undefined],
    ["$.toString", undefined],
    ["$.detail.__proto__", undefined],
    ["no path", undefined],
  ])("should find at %s %j", (path, value) => {
    expect(valueAt(jobFailed(), path)).toEqual(value);
  });

  it("should find what was put anywhere, and nothing where it was not", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_/-]{1,8}$/);
    const step = fc.oneof(
      name.map((key) => ({ text: `.${key}`, wrap: (value: unknown): unknown => Object.fromEntries([[key, value]]) })),
      fc.nat(3).map((index) => ({ text: `[${index}]`, wrap: (value: unknown): unknown => [...Array(index).keys(), value] })),
    );

    fc.assert(
      fc.property(name, fc.array(step, { maxLength: 6 }), (first, steps) => {
        const path = `$.${first}${steps.map(({ text }) => text).join("")}`;
        const event = Object.fromEntries([[first, steps.reduceRight((value, { wrap }) => wrap(value), "found" as unknown)]]);

        expect(pathMistake(path)).toBeUndefined();
        expect(valueAt(event, path)).toBe("found");
        expect(valueAt(event, `${path}.more`)).toBeUndefined();
      }),
    );
  });

  it("should throw for no text and value whatsoever", () => {
    fc.assert(fc.property(fc.anything(), fc.string(), (event, text) => expect([undefined, event]).toContain(valueAt(event, text))));
  });
});

describe("pathMistake", () => {
  it.each(["$", "$.", "$..a", "$.a.", "$.a[", "$.a[-1]", "$.a[*]", "$.*", "$['a']", "$.a['b']", "$.a b", "a.b", "", "$.a[0", "$a"])(
    "should refuse %j",
    (text) => {
      expect(pathMistake(text)).toContain(`got the path ${JSON.stringify(text)}; expected $ and then names after a dot`);
    },
  );

  it("should refuse what is too long", () => {
    expect(pathMistake(`$.${"a".repeat(254)}`)).toBeUndefined();
    expect(pathMistake(`$.${"a".repeat(255)}`)).toContain("got a path of 257 characters");
  });
});

describe("isPath", () => {
  it("should tell a path from a text that has dollars", () => {
    expect(["$.detail", "$5", "costs $.5", "$"].map(isPath)).toEqual([true, false, false, false]);
  });
});
