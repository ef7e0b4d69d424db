import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { configJsonSchema } from "../../config/json-schemas";

const ROOT = join(__dirname, "../..");

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
