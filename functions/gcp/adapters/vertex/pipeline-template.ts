import { parse, type ScalarTag, type Tags } from "yaml";
import * as z from "zod/mini";
import { StartRefusedError } from "../../../core/errors";
import { plainLine } from "../../../core/plain-text";
import { GoogleApiError, type GoogleRest } from "../google-rest";

/** What a refusal says of a template that is none; names in it may be of any length. */
const MAX_PROBLEM_CHARS = 8_000;

/** A parameter that a template declares. */
interface DeclaredParameter {
  /** Such as `STRING` or `NUMBER_INTEGER`; schema 2.0 calls the latter `INT`. */
  readonly type: string;
  readonly isRequired: boolean;
}

/** A compiled pipeline. */
export interface PipelineTemplate {
  /** What Vertex AI runs. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** True from schema 2.1 on: parameters are plain values; before that each is of the kind that its type names. */
  readonly takesPlainValues: boolean;
  readonly parameters: ReadonlyMap<string, DeclaredParameter>;
  /** Values that came with the template, by parameter, as the template's schema writes them. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Where templates lie, and Artifact Registry, whose hosts are named by region. */
const BUCKET_URI = /^gs:\/\/([^/]+)\/(.+)$/;
export const REGISTRY_URI = /^https:\/\/[a-z0-9-]+-kfp\.pkg\.dev\//;

/** A compiled pipeline takes some 100 KB; a function has 256 MB. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Far more than a compiled pipeline has: what reads the spec does so recursively. */
const MAX_LEVELS = 64;

/** Python's YAML, which compiles pipelines, writes a text such as 1e5 without quotes, for it reads only 1.0e+5 as a number. */
const PYTHON_EXPONENT = /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/;

const parameterSchema = z.looseObject({
  /** Schema 2.1. */
  parameterType: z.optional(z.string()),
  /** Schema 2.0. */
  type: z.optional(z.string()),
  defaultValue: z.optional(z.unknown()),
  isOptional: z.optional(z.boolean()),
});

const specSchema = z.looseObject({
  pipelineInfo: z.looseObject({ name: z.string() }),
  schemaVersion: z.string().check(z.regex(/^2\.\d+(\.\d+)?$/)),
  root: z.looseObject({
    inputDefinitions: z.optional(z.looseObject({ parameters: z.optional(z.record(z.string(), parameterSchema)) })),
  }),
});

/** A value of schema 2.0. */
const oldValueSchema = z.object({
  stringValue: z.optional(z.string()),
  intValue: z.optional(z.union([z.int(), z.string().check(z.regex(/^-?\d+$/))])),
  doubleValue: z.optional(z.number()),
});

/** A job of Vertex AI with the spec in it, as `Compiler().compile` of the SDK's first version wrote it, or the spec alone. */
const jobSchema = z.looseObject({
  pipelineSpec: specSchema,
  runtimeConfig: z.optional(
    z.looseObject({
      parameters: z.optional(z.record(z.string(), oldValueSchema)),
      parameterValues: z.optional(z.record(z.string(), z.unknown())),
    }),
  ),
});

/** `storage` is another address of Cloud Storage than its own. */
export interface TemplateOptions {
  readonly storage?: string;
  /** Another address of Artifact Registry, for every region. */
  readonly registry?: string;
}

/**
 * Reads a template each time, so that a change of it is seen.
 * @throws StartRefusedError when it is not there, not a pipeline or too large, RetryableError when it cannot be read now
 */
export async function readTemplate(rest: GoogleRest, uri: string, options: TemplateOptions = {}): Promise<PipelineTemplate> {
  const url = templateUrl(uri, options);
  const { body } = await rest({ what: `reading the template ${uri}`, method: "GET", url, maxBytes: MAX_BYTES }).catch(
    (error: unknown) => {
      if (!(error instanceof GoogleApiError)) throw error;
      const remedy = REGISTRY_URI.test(uri)
        ? "check pipeline.template in retrigger.yaml, and give the function's service account roles/artifactregistry.reader"
        : "check pipeline.template in retrigger.yaml, and give the function's service account roles/storage.objectViewer on its bucket";
      const allowed = error.status === 413 ? `a template has at most ${MAX_BYTES} bytes` : remedy;
      throw new StartRefusedError(`${error.message}; ${allowed}`, { cause: error });
    },
  );
  return parseTemplate(uri, body.toString("utf8"));
}

/**
 * The pipeline that a text describes; the text may be anything.
 * @throws StartRefusedError when it is not one
 */
export function parseTemplate(uri: string, text: string): PipelineTemplate {
  const content = parseText(uri, text);
  if (weightOf(content, MAX_BYTES, MAX_LEVELS) > MAX_BYTES) {
    const allowed = `at most ${MAX_BYTES} characters with its aliases written out, and ${MAX_LEVELS} levels, are allowed`;
    throw new StartRefusedError(`the template ${uri} is too large; ${allowed}: compile the pipeline again`);
  }
  const isJob = typeof content === "object" && content !== null && "pipelineSpec" in content;
  const parsed = z.safeParse(jobSchema, isJob ? content : { pipelineSpec: content });
  if (!parsed.success) {
    const expected = "expected what the Kubeflow Pipelines SDK compiles: pipelineInfo.name, schemaVersion 2.0 or 2.1, root";
    throw new StartRefusedError(
      `the template ${uri} is not a pipeline; ${expected}: ${plainLine(z.prettifyError(parsed.error), MAX_PROBLEM_CHARS)}`,
    );
  }
  const { pipelineSpec: spec, runtimeConfig = {} } = parsed.data;
  const takesPlainValues = Number(spec.schemaVersion.split(".")[1]) >= 1;
  const defaults = (takesPlainValues ? runtimeConfig.parameterValues : runtimeConfig.parameters) ?? {};
  const parameters = Object.entries(spec.root.inputDefinitions?.parameters ?? {}).map(([name, declared]) => {
    const { parameterType, type = "unknown", defaultValue, isOptional } = declared;
    const isRequired = defaultValue === undefined && isOptional !== true && !Object.hasOwn(defaults, name);
    return [name, { type: parameterType ?? type, isRequired }] as const;
  });
  return { spec, takesPlainValues, parameters: new Map(parameters), defaults };
}

function templateUrl(uri: string, { storage = "https://storage.googleapis.com", registry }: TemplateOptions): string {
  const [, bucket, object] = BUCKET_URI.exec(uri) ?? [];
  if (bucket !== undefined && object !== undefined) {
    return `${storage}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}?alt=media`;
  }
  if (REGISTRY_URI.test(uri)) return registry === undefined ? uri : uri.replace(/^https:\/\/[^/]+/, registry);
  const allowed = "gs://<bucket>/<object> or https://<region>-kfp.pkg.dev/<project>/<repository>/<package>/<tag>";
  throw new StartRefusedError(`got the template ${uri}; expected ${allowed}: correct pipeline.template in retrigger.yaml`);
}

function parseText(uri: string, text: string): unknown {
  try {
    return text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text, { customTags: asPythonReads, logLevel: "error" });
  } catch (error) {
    const remedy = "compile the pipeline again, and put the file there";
    throw new StartRefusedError(`the template ${uri} is neither JSON nor YAML; ${remedy}`, { cause: error });
  }
}

function asPythonReads(tags: Tags): Tags {
  const isScalar = (tag: Tags[number]): tag is ScalarTag => typeof tag !== "string" && tag.collection === undefined;
  return tags
    .filter((tag) => !(isScalar(tag) && tag.format === "OCT"))
    .map((tag) => (isScalar(tag) && tag.format === "EXP" ? { ...tag, test: PYTHON_EXPONENT } : tag));
}

/**
 * The characters and fields of a value with its aliases written out, counted until they are more than `most`; infinite when it is
 * nested deeper than `levels`, as what is a part of itself is.
 */
function weightOf(value: unknown, most: number, levels: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  if (levels === 0) return Number.POSITIVE_INFINITY;
  let sum = 1;
  for (const [name, field] of Object.entries(value)) {
    sum += name.length + weightOf(field, most - sum, levels - 1);
    if (sum > most) break;
  }
  return sum;
}
