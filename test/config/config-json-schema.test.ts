import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { configJsonSchema } from "../../config/json-schemas";

const ROOT = join(__dirname, "../..");

const LAYERED = {
  "x-anchors": { anything: [1] },
  aws: { region: "eu-central-1" },
  defaults: { "x-more": 1, pipeline: { name: "training" } },
  environments: { dev: null, prod: { aws: { region: "eu-west-1" }, models: { churn: { data: { bucket: "acme-prod" } } } } },
  models: { churn: { data: { bucket: "acme" } } },
};

describe("retrigger.schema.json", () => {
  it("should be what the schema says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "retrigger.schema.json"), "utf8")).toBe(configJsonSchema());
  });

  it.each([
    "retrigger.yaml",
    "docs/examples/every-target.yaml",
    "test/fixtures/config/minimal.yaml",
    "test/fixtures/config/minimal-gcp.yaml",
  ])("should accept %s", (file) => {
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(configJsonSchema()));

    validate(parse(readFileSync(join(ROOT, file), "utf8")));

    expect(validate.errors ?? []).toEqual([]);
  });

  it("should refuse an unknown key, as the configuration does", () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(configJsonSchema()));

    const isValid = validate({ ...parse(readFileSync(join(ROOT, "retrigger.yaml"), "utf8")), enviroment: "dev" });

    expect(isValid).toBe(false);
  });

  it.each([
    ["environments, defaults and a place for anchors", LAYERED, true],
    ["a model that a default completes, and one that null removes", { ...LAYERED, models: { churn: {}, old: null } }, true],
    ["an unknown key in an environment", { ...LAYERED, environments: { dev: { enviroment: "dev" } } }, false],
    ["an unknown key in the defaults", { ...LAYERED, defaults: { pipelin: {} } }, false],
    ["an environment that is a text", { ...LAYERED, environments: { dev: "dev" } }, false],
    ["environments as a list", { ...LAYERED, environments: ["dev"] }, false],
    ["a name that no environment has", { ...LAYERED, environments: { Dev_1: {} } }, false],
    ["a region that is a number, in an environment", { ...LAYERED, environments: { dev: { aws: { region: 1 } } } }, false],
    ["a key without x-", { ...LAYERED, anchors: {} }, false],
  ])("should know of %s", (_what, file, isValid) => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(configJsonSchema()));

    expect(validate(file)).toBe(isValid);
  });

  it("should describe every field", () => {
    const silent = undescribed(JSON.parse(configJsonSchema()), []);

    expect(silent).toEqual([]);
  });
});

// Helpers

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly oneOf?: readonly Node[];
}

function undescribed(node: Node, path: readonly string[]): string[] {
  const inner = [...(node.oneOf ?? []), ...(typeof node.additionalProperties === "object" ? [node.additionalProperties] : [])];
  return [
    ...inner.flatMap((child) => undescribed(child, path)),
    ...Object.entries(node.properties ?? {}).flatMap(([name, child]) => [
      ...(child.description === undefined ? [[...path, name].join(".")] : []),
      ...undescribed(child, [...path, name]),
    ]),
  ];
}
