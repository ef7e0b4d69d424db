// A fast path for plain lines: nearly all of a file with millions, and the schema takes three times as long as JSON.parse.
import * as z from "zod/mini";
import { isMapping } from "../json-path";
import { MODEL_NAME, modelNameSchema } from "../model-settings";
import { amountSchema, LAST_MOMENT_MS, momentSchema } from "../numbers";
import {
  errorSchema,
  type HistoryLine,
  historyLineSchema,
  landedObjectsSchema,
  MAX_LANDED_OBJECTS,
  MAX_USD,
  scoreValueSchema,
  textSchema,
  usdSchema,
} from "./history-line";

/** What a field's schema makes of a value; undefined where it is not certain that the schema accepts it. */
type FieldReader = (value: unknown) => unknown;

interface Field {
  readonly name: string;
  readonly isOptional: boolean;
  readonly read: FieldReader;
}

const ISO = z.core.regexes.datetime({ offset: true });

const READERS: ReadonlyMap<unknown, FieldReader> = new Map<unknown, FieldReader>([
  [modelNameSchema, (value) => (typeof value === "string" && MODEL_NAME.test(value) ? value : undefined)],
  [momentSchema, (value) => momentOf(typeof value === "string" && ISO.test(value) ? Date.parse(value) : value)],
  [textSchema, (value) => (typeof value === "string" && value.length >= 1 && value.length <= 1024 ? value : undefined)],
  [errorSchema, (value) => (typeof value === "number" && value >= 0 && value <= 1 ? value : undefined)],
  [usdSchema, (value) => (typeof value === "number" && value >= 0 && value <= MAX_USD ? value : undefined)],
  [
    landedObjectsSchema,
    (value) => (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_LANDED_OBJECTS ? value : undefined),
  ],
  [scoreValueSchema, (value) => (Number.isFinite(value) ? value : undefined)],
  [amountSchema, (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined)],
]);

function momentOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= LAST_MOMENT_MS ? value : undefined;
}

/** Fields by type, in the order of the schema. */
const FIELDS: ReadonlyMap<unknown, readonly Field[]> = new Map(
  historyLineSchema.def.options.map(({ shape }) => [
    shape.type.def.values[0],
    Object.entries(shape).map(([name, schema]: [string, z.core.$ZodType]) => fieldOf(name, schema)),
  ]),
);

function fieldOf(name: string, schema: z.core.$ZodType): Field {
  const isOptional = schema instanceof z.ZodMiniExactOptional;
  const inner: z.core.$ZodType = isOptional ? schema.def.innerType : schema;
  const literals: ReadonlySet<unknown> = inner._zod.values ?? new Set();
  // A field that is not known here, such as a report, is the schema's alone.
  return { name, isOptional, read: READERS.get(inner) ?? ((value) => (literals.has(value) ? value : undefined)) };
}

/** A line of plain fields, as the schema reads it; undefined for what the schema must look at itself, be it right or wrong. */
export function quickLine(value: unknown): HistoryLine | undefined {
  if (!isMapping(value)) return undefined;
  const fields = FIELDS.get(value.type);
  if (fields === undefined) return undefined;
  const line: Record<string, unknown> = {};
  let taken = 0;
  for (const { name, isOptional, read } of fields) {
    const given = value[name];
    if (given === undefined && isOptional) continue;
    const made = read(given);
    if (made === undefined) return undefined;
    line[name] = made;
    taken++;
  }
  return Object.keys(value).length === taken ? (line as HistoryLine) : undefined;
}
