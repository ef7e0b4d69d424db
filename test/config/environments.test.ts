import { join } from "node:path";
import { ConfigError } from "../../config/errors";
import { loadConfig, loadPlacedConfig, openConfig } from "../../config/load-config";
import { temporaryFolder } from "../modules/temporary-project";
import { messageOf } from "../stacks/config-messages";

const SHARED = `aws: { region: eu-central-1, tags: { team: ml, cost: a } }
models:
  churn: { data: { bucket: acme-dev, prefixes: [in/, more/] }, policy: { cooldown: 1h }, pipeline: { name: churn } }
  clicks: { data: { bucket: acme-clicks, prefixes: [in/] }, pipeline: { name: clicks } }
`;
const ENVIRONMENTS = `environments:
  dev:
  prod:
    backend: { type: s3, bucket: state, region: eu-west-1 }
    aws: { tags: { cost: null } }
    models: { churn: { data: { bucket: acme-prod, prefixes: [in/] } }, clicks: null }
`;

describe("environments", () => {
  it("should merge mappings, replace the rest, and remove what is null", () => {
    const { environment, aws, backend, models } = loadConfig(fileOf(`${SHARED}${ENVIRONMENTS}`), { environment: "prod" });

    expect([environment, aws?.tags, backend.type, Object.keys(models)]).toEqual(["prod", { team: "ml" }, "s3", ["churn"]]);
    expect(models.churn?.data).toMatchObject({ bucket: "acme-prod", prefixes: ["in/"] });
    expect(models.churn?.policy.cooldown).toBe("1h");
  });

  it("should choose what is asked for, else what the file says, else the only one", () => {
    const two = fileOf(`environment: prod\n${SHARED}${ENVIRONMENTS}`);
    const one = fileOf(`${SHARED}environments: { test: { backend: { type: local } } }\n`);

    expect(loadConfig(two, { environment: "dev" }).environment).toBe("dev");
    expect(loadConfig(two).environment).toBe("prod");
    expect(loadConfig(one).environment).toBe("test");
    expect([
      openConfig(two).environments,
      openConfig(one).environments,
      openConfig(fileOf("environment: dev\n")).environments,
    ]).toEqual([["dev", "prod"], ["test"], ["dev"]]);
  });

  it.each<[string, string, string | undefined, string]>([
    ["no choice", "", undefined, "environments: got dev, prod, and no choice among them; expected one; name it with --environment"],
    [
      "a misspelt one",
      "",
      "prdo",
      'environments: --environment or RETRIGGER_ENVIRONMENT asks for "prdo"; did you mean prod? expected one of',
    ],
    [
      "another in the file",
      "environment: pro\n",
      undefined,
      'environment: got "pro"; did you mean prod? expected one of the environments of this file: dev, prod',
    ],
    [
      "one that every object inherits",
      "",
      "constructor",
      'asks for "constructor"; expected one of the environments of this file: dev, prod',
    ],
  ])("should say which there are: %s", (_case, top, environment, expected) => {
    expect(mistakes(`${top}${SHARED}${ENVIRONMENTS}`, environment)).toEqual([expect.stringContaining(expected)]);
  });

  it("should tell every mistake where it was written, and refuse environments within one", () => {
    const text = `${SHARED}environments:
  prod:
    environment: x
    environments: { deep: {} }
    aws: { region: Frankfurt, tgas: { a: b } }
    models: { churn: { batch: { sise: 1 }, data: { bucket: B } } }
`;
    expect(mistakes(text, "prod").map((line) => line.replace(/;.*/, ""))).toEqual([
      'retrigger.yaml:7:5 environments.prod.environment: got "x"',
      'retrigger.yaml:8:5 environments.prod.environments: got {"deep":{}}',
      'retrigger.yaml:9:12 environments.prod.aws.region: got "Frankfurt"',
      "retrigger.yaml:9:31 environments.prod.aws.tgas: unknown key",
      "retrigger.yaml:10:33 environments.prod.models.churn.batch.sise: unknown key",
      'retrigger.yaml:10:52 environments.prod.models.churn.data.bucket: got "B"',
    ]);
  });

  it("should say which model was likely meant by one that an environment alone has, and that lacks something", () => {
    const told = mistakes(`${SHARED}environments: { prod: { models: { chrun: { batch: { size: 5 } } } } }\n`, "prod");

    expect(told).toHaveLength(2);
    for (const line of told)
      expect(line).toContain("missing; did you mean churn? this environment alone has a model chrun; expected");
  });

  it("should tell where a value stands, for whoever has more to say of it", () => {
    const file = fileOf(`${SHARED}${ENVIRONMENTS}`);
    const { remarkOf } = loadPlacedConfig(file, { environment: "prod" });

    const remarkAt = (...path: string[]) => remarkOf({ path, message: "" });

    expect(remarkAt("models", "churn", "data", "bucket")).toEqual({
      file,
      line: 10,
      column: 32,
      path: "environments.prod.models.churn.data.bucket",
      message: "",
    });
    expect(remarkAt("models", "churn", "policy", "cooldown")).toMatchObject({
      line: 3,
      column: 74,
      path: "models.churn.policy.cooldown",
    });
  });

  it("should read a hundred models in ten environments without more work for each", () => {
    const models = Array.from({ length: 100 }, (_one, index) => [
      `m-${index}`,
      { data: { bucket: `bucket-${index}`, prefixes: ["in/"] }, pipeline: { name: "p" } },
    ]);
    const overrides = { models: Object.fromEntries(models.map(([name]) => [name, { batch: { size: 5 } }])) };
    const environments = Object.fromEntries(Array.from({ length: 10 }, (_one, index) => [`e-${index}`, overrides]));
    const file = fileOf(
      JSON.stringify({
        aws: { region: "eu-central-1" },
        defaults: { policy: { cooldown: "2h" } },
        models: Object.fromEntries(models),
        environments,
      }),
    );

    for (const environment of openConfig(file).environments) {
      const { "m-99": last } = loadConfig(file, { environment }).models;
      expect([last?.batch.size, last?.policy.cooldown]).toEqual([5, "2h"]);
    }
  });
});

describe("YAML anchors", () => {
  it("should merge by <<, one mapping or a list, with what stands beside it before them, and leave x- keys alone", () => {
    const { models } = loadConfig(
      fileOf(`x-a: &a { cooldown: 1h, maxStartsPerDay: 1 }
x-b: &b { cooldown: 2h, maxRuns: 3 }
environment: dev
aws: { region: eu-central-1 }
models:
  churn: { data: { bucket: acme, prefixes: [in/] }, policy: { maxStartsPerDay: 9, <<: [*a, *b] }, pipeline: { name: churn } }
`),
    );

    expect(models.churn?.policy).toMatchObject({ cooldown: "1h", maxStartsPerDay: 9, maxRuns: 3 });
  });

  it("should tell a mistake behind an anchor once, where it was written", () => {
    const model = (name: string) =>
      `  ${name}: { data: { bucket: acme, prefixes: [in/] }, policy: *p, batch: { <<: *b }, pipeline: { name: churn } }\n`;
    const text = `x-p: &p { cooldown: soon }\nx-b: &b { sise: 1 }\nenvironment: dev\naws: { region: eu-central-1 }\nmodels:\n`;

    expect(mistakes(`${text}${model("a")}${model("b")}`).map((line) => line.replace(/;.*/, ""))).toEqual([
      'retrigger.yaml:1:11 x-p.cooldown: got "soon"',
      "retrigger.yaml:2:11 x-b.sise: unknown key",
    ]);
  });

  it.each([
    ["a list of numbers as <<", "<<: [1]", "got << with what is no mapping"],
    ["__proto__ in a mapping that is merged", "x-a: &a { __proto__: { a: 1 } }\n<<: *a", "the key __proto__ is not allowed"],
    ["<< of nothing", "<<: *nowhere", "got the alias *nowhere, and no anchor &nowhere before it"],
    ["<< twice", "x-a: &a {}\n<<: *a\n<<: *a", "got the key << a second time, after retrigger.yaml:2:1"],
    ["merges that explode", explosion(), "its aliases stand for more than 100000 values"],
    ["a chain of aliases", chain(), "its aliases stand for more than 100000 values"],
    ["more brackets than can be parsed", `a: ${"[".repeat(9_000)}`, "got values nested deeper than 100 levels"],
    ["brackets", `a: ${"[".repeat(300)}${"]".repeat(300)}`, "got values nested deeper than 100 levels"],
  ])("should refuse %s", (_case, text, expected) => {
    expect(messageOf(text)).toContain(expected);
  });

  it("should tell the mistakes of both of two equal keys, and all others", () => {
    const text = `environment: Dev
aws: { region: eu-central-1 }
models: { a: { data: { bucket: A }, pipeline: { name: a } } }
models: { b: { data: { bucket: B }, pipeline: { name: b } } }
`;
    expect(mistakes(text).map((line) => line.replace(/;.*/, ""))).toEqual([
      'retrigger.yaml:1:1 environment: got "Dev"',
      'retrigger.yaml:3:24 models.a.data.bucket: got "A"',
      "retrigger.yaml:4:1 got the key models a second time, after retrigger.yaml:3:1",
      'retrigger.yaml:4:24 models.b.data.bucket: got "B"',
    ]);
  });

  it("should tell every tab of an indentation, and the other mistakes", () => {
    const text =
      "environment: Dev\naws:\n\tregion: eu-central-1\nmodels:\n\tchurn:\n\t\tdata: { bucket: B }\n\t\tpipeline: { name: churn }\n";

    expect(mistakes(text).map((line) => line.replace(/;.*/, ""))).toEqual([
      'retrigger.yaml:1:1 environment: got "Dev"',
      "retrigger.yaml:3:1 got a tab in the indentation",
      "retrigger.yaml:5:1 got a tab in the indentation",
      "retrigger.yaml:6:1 got a tab in the indentation",
      'retrigger.yaml:6:11 models.churn.data.bucket: got "B"',
      "retrigger.yaml:7:1 got a tab in the indentation",
    ]);
  });
});

// Helpers

function fileOf(text: string): string {
  return join(temporaryFolder({ "retrigger.yaml": text }), "retrigger.yaml");
}

function mistakes(text: string, environment?: string): string[] {
  const file = fileOf(text);
  try {
    loadConfig(file, { environment });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replaceAll(file, "retrigger.yaml").split("\n  ").slice(1);
  }
  return [];
}

function explosion(): string {
  const levels = Array.from({ length: 30 }, (_one, index) => {
    const before =
      index === 0
        ? "k: 1"
        : `k${index}: [${Array(10)
            .fill(`*a${index - 1}`)
            .join(", ")}], <<: *a${index - 1}`;
    return `x-${index}: &a${index} { ${before} }`;
  });
  return levels.join("\n");
}

function chain(): string {
  return Array.from({ length: 5000 }, (_one, index) => `x-${index}: &a${index} [${index === 0 ? "" : `*a${index - 1}`}]`).join(
    "\n",
  );
}
