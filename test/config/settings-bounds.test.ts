import * as z from "zod";
import { modelSchema } from "../../config/config";
import { modelSettings } from "../../config/settings";
import { modelSettingsSchema } from "../../functions/core/model-settings";

const RISING = { low: 1, medium: 2, high: 3, critical: 4 };

/** A model that says something in every section that reaches the functions, so that each number can be changed alone. */
const MODEL = {
  data: { bucket: "acme", prefixes: ["in/"] },
  pipeline: { name: "training" },
  drift: {
    thresholds: RISING,
    metricThresholds: { any: RISING },
    features: { any: { thresholds: RISING, minSampleSize: 1 } },
  },
  schedule: { cron: "0 3 * * *" },
  policy: { volume: { objects: 1, age: "1h" } },
  promotion: {
    registry: "churn",
    evaluations: "s3://acme-ml/evaluations/",
    goldenSet: { sha256: "0".repeat(64), rows: 5000 },
    metrics: [{ name: "auc" }],
    mix: { baseline: "s3://acme-ml/hold-out.manifest" },
    rollout: {
      endpoint: "churn",
      role: "arn:aws:iam::111122223333:role/serving",
      native: { canary: 10, alarms: ["churn-errors"] },
    },
  },
};

/** Where bounds differ: at, just within and far beyond every limit that a person may think of. */
const NUMBERS = [0, 5e-324, 1e-300, 1e-12, 1e-9, 0.05, 0.1, 0.5, 1, 1.5, 2, 20, 100, 1e6, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300];

describe("a number that synthesis accepts", () => {
  const places = numbersIn(JSON.parse(JSON.stringify(z.toJSONSchema(modelSchema, { io: "input" }))), []);

  it("should be looked for in every section that has any", () => {
    expect(new Set(places.map(([section]) => section))).toEqual(
      new Set(["batch", "policy", "schedule", "drift", "monitoring", "operations", "promotion"]),
    );
  });

  it.each(places.map((place) => [place.join("."), place] as const))("should be read by the functions: %s", (_, place) => {
    const refused = NUMBERS.filter((number) => {
      const parsed = modelSchema.safeParse(changed(MODEL, place, number));
      return parsed.success && !modelSettingsSchema.safeParse(modelSettings("dev", "churn", parsed.data)).success;
    });

    expect(refused).toEqual([]);
  });
});

// Helpers

interface SchemaNode {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly SchemaNode[];
}

/** The paths of all numbers that are members of objects; a record's members have the name `any`. */
function numbersIn(node: SchemaNode, path: readonly string[]): string[][] {
  if (node.type === "number" || node.type === "integer") return [[...path]];
  const members = Object.entries(node.properties ?? {}).flatMap(([name, member]) => numbersIn(member, [...path, name]));
  const more = node.additionalProperties;
  const ofRecord = typeof more === "object" && more !== null ? numbersIn(more, [...path, "any"]) : [];
  return [...members, ...ofRecord, ...(node.anyOf ?? []).flatMap((one) => numbersIn(one, path))];
}

function changed(value: unknown, [name, ...rest]: readonly string[], number: number): unknown {
  if (name === undefined) return number;
  return { ...Object(value), [name]: changed(Object(value)[name], rest, number) };
}
