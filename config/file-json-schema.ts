// The JSON Schema of retrigger.yaml: of the configuration, and of the parts that are merged into it.
import * as z from "zod";
import { isMapping } from "../functions/core/json-path";
import { mapping } from "./checks/unchecked-config";
import { configSchema } from "./config";

type JsonSchema = z.core.JSONSchema.JSONSchema;
type Node = Readonly<Record<string, unknown>>;

/** Keys that hold what anchors are for. */
const EXTENSIONS: Node = { "^x-": { description: "Ignored: a place for YAML anchors" } };

const DEFAULTS =
  "What all models have unless they say otherwise: sections of a model, of which each takes what can belong to it; mappings are merged, anything else is replaced, and null in a model removes a default";
const ENVIRONMENTS =
  "Environments by name, each with what it overrides of the rest of the file; mappings are merged, anything else is replaced, and null removes a key; --environment or RETRIGGER_ENVIRONMENT picks one; a name is 1 to 16 of a-z, 0-9 and -, starting with a letter";

/** Of a file that says all by itself, with every key that a file may have: what a message lists as allowed. */
export function wholeJsonSchema(): JsonSchema {
  const whole = z.toJSONSchema(configSchema, { io: "input" });
  const { environment, models } = mapping(whole.properties);
  const layers: Record<string, JsonSchema> = {
    defaults: { ...mapping(partial(mapping(models).additionalProperties)), description: DEFAULTS },
    environments: {
      type: "object",
      propertyNames: mapping(environment),
      additionalProperties: { type: ["object", "null"] },
      description: ENVIRONMENTS,
    },
  };
  return { ...whole, properties: { ...whole.properties, ...layers } };
}

/** Of a file: complete by itself, or, with `environments` or `defaults`, of parts that may lack what stands in another. */
export function fileJsonSchema(): Node {
  const { $schema, properties = {}, ...complete } = wholeJsonSchema();
  const { defaults, environments, ...sections } = properties;
  const { environment, $schema: schemaKey, models, ...overridable } = sections;
  const layers = {
    defaults: { $ref: "#/$defs/model", description: DEFAULTS },
    environments: {
      ...mapping(environments),
      additionalProperties: { anyOf: [{ $ref: "#/$defs/overrides" }, { type: "null" }] },
    },
  };
  const parts = {
    ...(mapping(partial({ properties: overridable })).properties as object),
    models: {
      type: "object",
      propertyNames: mapping(models).propertyNames,
      additionalProperties: { anyOf: [{ $ref: "#/$defs/model" }, { type: "null" }] },
      description: mapping(models).description,
    },
  };
  const { description: _description, ...model } = mapping(defaults);
  const part = { type: "object", additionalProperties: false, patternProperties: EXTENSIONS };
  const whole = { ...complete, patternProperties: EXTENSIONS, properties: { ...sections, models: wholeModels(models), ...layers } };
  return {
    $schema,
    type: "object",
    if: { anyOf: ["environments", "defaults"].map((key) => ({ type: "object", properties: { [key]: {} }, required: [key] })) },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { ...part, properties: { $schema: schemaKey, environment, ...parts, ...layers } },
    else: whole,
    $defs: {
      model: { ...model, patternProperties: EXTENSIONS },
      overrides: { ...part, properties: { ...parts, defaults: layers.defaults } },
    },
  };
}

function wholeModels(models: unknown): Node {
  const model = mapping(mapping(models).additionalProperties);
  return { ...mapping(models), additionalProperties: { ...model, patternProperties: EXTENSIONS } };
}

/** A schema of what may be merged with another value: nothing is missing, and `null` removes. */
function partial(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(partial);
  if (!isMapping(schema)) return schema;
  const { required: _required, default: _default, oneOf, ...kept } = schema;
  const entries = Object.entries({ ...kept, ...(oneOf !== undefined && { anyOf: oneOf }) }).map(([keyword, value]) => {
    if (keyword === "properties") return [keyword, Object.fromEntries(Object.entries(mapping(value)).map(removable))];
    // A list is replaced as a whole, so that its items are complete.
    return [keyword, ["anyOf", "additionalProperties"].includes(keyword) ? partial(value) : value];
  });
  return Object.fromEntries(entries);
}

function removable([key, schema]: [string, unknown]): [string, Node] {
  const { description, ...rest } = mapping(partial(schema));
  const { type, anyOf } = rest;
  const said = description === undefined ? {} : { description };
  if (typeof type === "string" && !("enum" in rest || "const" in rest)) return [key, { ...rest, type: [type, "null"], ...said }];
  const of = type === undefined && Array.isArray(anyOf) ? anyOf : [rest];
  return [key, { anyOf: [...of, { type: "null" }], ...said }];
}
