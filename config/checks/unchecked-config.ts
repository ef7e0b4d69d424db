// What can be read of a configuration that may have mistakes, so that a check over several keys is run even when other keys are
// wrong.
import * as z from "zod";
import { isMapping } from "../../functions/core/json-path";
import type { Problem } from "../errors";
import { type Cloud, cloudOf } from "../model-cloud";
import { awsSchema } from "../sections/aws/aws";
import { accountIdSchema } from "../sections/aws/security";
import { captureSchema } from "../sections/capture";
import { batchSchema, dataSchema } from "../sections/data";
import { gcpSchema } from "../sections/gcp/gcp";
import { monitoringSchema } from "../sections/monitoring";
import { pipelineSchema } from "../sections/pipeline";
import { policySchema } from "../sections/policy";
import { promotionSchema } from "../sections/promotion";
import { rolloutSchema } from "../sections/rollout";

/** The keys of a model that are valid by themselves. */
export interface ValidModel {
  readonly name: string;
  /** Undefined when its pipeline names none, or both. See `mayLiveOn`. */
  readonly cloud: Cloud | undefined;
  /** False for a model whose every schedule starts the pipeline directly; its `data` is then that of an empty section. */
  readonly hasData: boolean;
  readonly data: Partial<z.output<typeof dataSchema>>;
  readonly batch: Partial<z.output<typeof batchSchema>>;
  readonly pipeline: Partial<z.output<typeof pipelineSchema>>;
  readonly policy: Partial<z.output<typeof policySchema>>;
  readonly monitoring: Partial<z.output<typeof monitoringSchema>>;
  /** Of `monitoring.capture`; undefined where there is none. */
  readonly capture: Partial<z.output<typeof captureSchema>> | undefined;
  /** Undefined where there is none. */
  readonly promotion: Partial<z.output<typeof promotionSchema>> | undefined;
  /** Of `promotion.rollout`; undefined where there is none. */
  readonly rollout: Partial<z.output<typeof rolloutSchema>> | undefined;
  /** Whose keys may hold anything. */
  readonly schedules: readonly UncheckedPart[];
}

/** The valid keys of every model of an unchecked configuration. */
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
    capture: validSection(captureSchema, mapping(mapping(model).monitoring).capture),
    promotion: validSection(promotionSchema, mapping(model).promotion),
    rollout: validSection(rolloutSchema, mapping(mapping(model).promotion).rollout),
    schedules: uncheckedSchedules(name, model),
  }));
}

/** True for a model on a cloud, and for one whose pipeline is not understood, as it may be meant for any cloud. */
export function mayLiveOn(cloud: Cloud, { cloud: own = cloud }: ValidModel): boolean {
  return own === cloud;
}

function validSection<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape, z.core.$strict>, section: unknown) {
  return section === undefined ? undefined : validFields(schema, section);
}

const BUCKETS_SCHEMAS: Readonly<Record<Cloud, z.ZodType<object>>> = { aws: awsSchema.shape.buckets, gcp: gcpSchema.shape.buckets };

/** The names in the section `buckets` of a cloud in an unchecked configuration; none when one of them is wrong. */
export function validBuckets(config: unknown, cloud: Cloud): string[] {
  const { buckets } = mapping(mapping(config)[cloud]);
  return Object.keys(BUCKETS_SCHEMAS[cloud].safeParse(buckets).data ?? {});
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

/** Project and region of the runs on Google Cloud in an unchecked configuration, where they are valid. */
export function gcpOf(config: unknown): { readonly project: string | undefined; readonly location: string | undefined } {
  const { project, region } = mapping(mapping(config).gcp);
  const { shape } = gcpSchema;
  return { project: shape.project.safeParse(project).data, location: shape.region.safeParse(region).data };
}

/** The members of a mapping; none of anything else. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

/** A part of a configuration, whose keys may hold anything. */
export interface UncheckedPart {
  readonly path: Problem["path"];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The schedules of an unchecked model. */
export function uncheckedSchedules(model: string, section: unknown): UncheckedPart[] {
  const { schedule } = mapping(section);
  const path = ["models", model, "schedule"];
  if (Array.isArray(schedule)) return schedule.map((entry, index) => ({ path: [...path, index], fields: mapping(entry) }));
  // The schema reports what is no mapping.
  return isMapping(schedule) ? [{ path, fields: schedule }] : [];
}

/** The accounts of `aws.allowedAccountIds`; none where one is wrong, as nothing can be judged by the others then. */
export function validAccounts(allowedAccountIds: unknown): readonly string[] {
  return z.array(accountIdSchema).safeParse(allowedAccountIds).data ?? [];
}
