import { configOf, messageOf } from "../stacks/config-messages";

describe("a value in the place of a mapping", () => {
  it.each<[string, object, string]>([
    [
      "a choice",
      configOf({ churn: { policy: { approval: true } } }),
      "policy.approval: got true; expected a mapping with needed, approvers or expires",
    ],
    [
      "a name",
      configOf({ churn: {} }, { models: { churn: 5 } }),
      "models.churn: got 5; expected a mapping with data, batch, pipeline",
    ],
    [
      "a list",
      configOf({ churn: {} }, { models: { churn: [] } }),
      "models.churn: got []; expected a mapping with data, batch, pipeline",
    ],
    [
      "nothing",
      configOf({ churn: {} }, { models: { churn: null } }),
      "models.churn: got null; expected a mapping with data, batch",
    ],
    [
      "the name of a pipeline",
      configOf({}, { models: { churn: { data: { bucket: "acme", prefixes: ["in/"] }, pipeline: "fraud" } } }),
      'pipeline: got "fraud"; did you mean {name: fraud}? expected a mapping with name',
    ],
  ])("should be told once, with the keys: %s", (_case, config, expected) => {
    const [head, told] = messageOf(config).split("\n  ");

    expect(head).toBe("retrigger.yaml: 1 mistake");
    expect(told).toContain(expected);
  });

  it.each([
    ["environments", []],
    ["defaults", 5],
  ])("should be told beside wrong %s", (key, value) => {
    const message = messageOf(configOf({ churn: {} }, { backend: [], [key]: value }));

    expect(message).toContain("backend: got []; expected a mapping whose type is");
    expect(message).toContain(` ${key}: got ${JSON.stringify(value)}; expected a mapping`);
  });
});

describe("very many mistakes", () => {
  it("should be counted, and the first hundred printed", () => {
    const names = Array.from({ length: 150 }, (_one, index) => `m-${index}`);
    const models = Object.fromEntries(
      names.map((name) => [name, { dta: { bukcet: "acme", prefixes: ["in/"] }, pipeline: { name } }]),
    );
    const lines = messageOf(configOf({}, { models })).split("\n  ");

    expect([lines.length, lines[0], lines.at(-1)]).toEqual([102, "retrigger.yaml: 300 mistakes", "… 200 more"]);
  });
});
