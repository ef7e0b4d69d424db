import * as z from "zod";
import { awsSchema } from "./aws-config";
import { batchSchema, dataSchema, pipelineSchema } from "./model-config";
import { policySchema } from "./policy-config";

/** A model as far as it is valid: a rule over several fields is told to its author even when other fields are wrong. */
export interface ValidModel {
  readonly name: string;
  readonly data: Partial<z.output<typeof dataSchema>>;
  readonly batch: Partial<z.output<typeof batchSchema>>;
  readonly pipeline: Partial<z.output<typeof pipelineSchema>>;
  readonly policy: Partial<z.output<typeof policySchema>>;
}

/** The valid fields of every model of an unchecked configuration. */
export function validModels(config: unknown): ValidModel[] {
  return Object.entries(mapping(mapping(config).models)).map(([name, model]) => ({
    name,
    data: validFields(dataSchema, mapping(model).data),
    batch: validFields(batchSchema, mapping(model).batch),
    pipeline: validFields(pipelineSchema, mapping(model).pipeline),
    policy: validFields(policySchema, mapping(model).policy),
  }));
}

/** The names in `aws.buckets` of an unchecked configuration. */
export function validBuckets(config: unknown): string[] {
  return Object.keys(validFields(awsSchema, mapping(config).aws).buckets ?? {});
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
