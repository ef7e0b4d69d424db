import fc from "fast-check";
import { templateMistakes } from "../../../config/checks/rule-targets";
import { transformInput } from "../../../eventbridge/transform-input";

describe("templateMistakes", () => {
  it.each<[string, string]>([
    ["a text", '"endpoint <name> is <status>"'],
    ["an object", '{"name": <name>, "text": "<status>", "rule": <aws.events.rule-name>}'],
    ["a variable alone", "<aws.events.event.json>"],
    ["no variable", "[1, 2]"],
  ])("should find none in %s", (_case, template) => {
    expect(templateMistakes(template, ["name", "status"])).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["an unknown variable", "<nmae>", "<nmae> is not in paths; expected one of <name>, <aws.events.rule-arn>"],
    ["text without quotes", "endpoint <name>", "is not JSON; expected JSON with variables as <name>"],
    ["a comma too much", '{"a": <name>,}', "is not JSON"],
    ["nothing", " ", "is not JSON"],
  ])("should explain %s", (_case, template, expected) => {
    expect(templateMistakes(template, ["name"])).toEqual([expect.stringContaining(expected)]);
  });

  it("should tell of an unknown variable once, and of each", () => {
    expect(templateMistakes("[<a>, <a>, <b>]", [])).toHaveLength(2);
  });

  it("should never throw", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (template, variables) => {
        expect(Array.isArray(templateMistakes(template, variables))).toBe(true);
      }),
    );
  });

  it("should accept what becomes JSON with every event that has the variables", () => {
    const template = fc.json().chain((json) => fc.constantFrom(json, `[<v>, ${json}]`, `{"t": "of <v>", "j": ${json}}`));

    fc.assert(
      fc.property(template, fc.oneof(fc.stringMatching(/^[a-z ]*$/), fc.integer(), fc.boolean()), (text, v) => {
        fc.pre(templateMistakes(text, ["v"]).length === 0);

        const { problems } = transformInput({ paths: { v: "$.detail.v" }, template: text }, { detail: { v } }, DELIVERY);

        expect(problems).toEqual([]);
      }),
    );
  });
});

// Helpers

const DELIVERY = {
  ruleName: "rule",
  ruleArn: "arn:aws:events:eu-central-1:111122223333:rule/rule",
  ingestionTime: "2026-11-21T00:00:00Z",
};
