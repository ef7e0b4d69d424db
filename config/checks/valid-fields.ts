import * as z from "zod";
import { type Cloud, cloudOf } from "../model-cloud";
import { awsSchema } from "../sections/aws";
import { captureSchema } from "../sections/capture";
import { gcpSchema } from "../sections/gcp";
import { batchSchema, dataSchema, pipelineSchema } from "../sections/model";
import { monitoringSchema } from "../sections/monitoring";
import { policySchema } from "../sections/policy";

/** A model as far as it is valid: a rule over several fields is told to its author even when other fields are wrong. */
export interface ValidModel {
  readonly name: string;
  /** Undefined when its pipeline names none, or both. */
  readonly cloud: Cloud | undefined;
  /** False for a model whose pipeline its cloud's scheduler alone starts; its `data` is that of an empty section. */
  readonly hasData: boolean;
  readonly data: Partial<z.output<typeof dataSchema>>;
  readonly batch: Partial<z.output<typeof batchSchema>>;
  readonly pipeline: Partial<z.output<typeof pipelineSchema>>;
  readonly policy: Partial<z.output<typeof policySchema>>;
  readonly monitoring: Partial<z.output<typeof monitoringSchema>>;
  /** Of `monitoring.capture`; undefined where there is none. */
  readonly capture: Partial<z.output<typeof captureSchema>> | undefined;
  /** Names of the parameters that its direct schedules start the pipeline with. */
  readonly directParameters: readonly string[];
}

/** The valid fields of every model of an unchecked configuration. */
export function validModels(config: unknown): ValidModel[] {
  return Object.entries(mapping(mapping(config).models)).map(([name, model]) => ({
    name,
    cloud: cloudOf(mapping(mapping(model).pipeline)),
    hasData: mapping(model).data !== undefined,
    data: validFields(dataSchema, mapping(model).data),
    batch: validFields(batchSchema, mapping(model).batch),
    pipeline: validFields(pipelineSchema, mapping(model).pipeline),
    policy: validFields(policySchema, mapping(model).policy),
    monitoring: validFields(monitoringSchema, mapping(model).monitoring),
    capture: validCapture(mapping(mapping(model).monitoring).capture),
    directParameters: uncheckedSchedules(name, model).flatMap(({ fields: { mode, parameters } }) =>
      mode === "direct" ? Object.keys(mapping(parameters)) : [],
    ),
  }));
}

function validCapture(section: unknown): ValidModel["capture"] {
  return section === undefined ? undefined : validFields(captureSchema, section);
}

/** The names in the section `buckets` of a cloud in an unchecked configuration. */
export function validBuckets(config: unknown, cloud: Cloud): string[] {
  const sections = mapping(config);
  const { buckets } = cloud === "aws" ? validFields(awsSchema, sections.aws) : validFields(gcpSchema, sections.gcp);
  return Object.keys(buckets ?? {});
}

function validFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  section: unknown,
): Partial<z.output<typeof schema>> {
  const values = mapping(section);
  const valid = Object.entries(schema.shape).flatMap(([key, field]) => {
    const parsed = z.safeParse(field, values[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(valid);
}

/** The members of a mapping; of anything else, none. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** One schedule of a model, with fields that may hold anything. */
export interface UncheckedSchedule {
  readonly path: readonly (string | number)[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The schedules of an unchecked section of a model: none where it has no such key. */
export function uncheckedSchedules(model: string, section: unknown): UncheckedSchedule[] {
  const { schedule } = mapping(section);
  const path = ["models", model, "schedule"];
  if (Array.isArray(schedule)) return schedule.map((entry, index) => ({ path: [...path, index], fields: mapping(entry) }));
  // What is no mapping is the schema's to say.
  const isMapping = typeof schedule === "object" && schedule !== null;
  return isMapping ? [{ path, fields: mapping(schedule) }] : [];
}
