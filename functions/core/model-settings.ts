import * as z from "zod/mini";
import { batchPolicySchema } from "./batching/batch";
import { coordinatorPolicySchema } from "./coordination/policy";
import { driftPolicySchema } from "./drift/drift-policy";
import { monitoringSettingsSchema } from "./drift/monitoring-settings";
import { PoisonMessageError, RetryableError } from "./errors";
import { promotionSettingsSchema } from "./promotion/promotion-settings";
import { scheduleSettingsSchema } from "./schedules/schedule-settings";
import { checkShape } from "./state-layout";

/** Of the name of a model. */
export const MODEL_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Name of a model: it stands in keys, request ids and resource names. */
export const modelNameSchema = z
  .string()
  .check(z.regex(MODEL_NAME, { error: "expected 1 to 40 of a-z, 0-9 and -, starting with a letter" }));

/** Which objects belong to a model, and where its manifests are written. */
const dataSettingsSchema = z.object({
  bucket: z.string().check(z.minLength(1)),
  prefixes: z.array(z.string()).check(z.minLength(1)),
  suffixes: z.array(z.string()),
  manifestPrefix: z.string().check(z.minLength(1)),
});

/** How Vertex AI runs a pipeline, which is a template there; SageMaker knows its pipelines by name. */
const vertexPipelineSchema = z.object({
  project: z.string().check(z.minLength(1)),
  /** Region of the runs, such as `europe-west4`. */
  location: z.string().check(z.minLength(1)),
  /** Of the pipeline's template: `gs://bucket/object`, or `https://<region>-kfp.pkg.dev/<project>/<repository>/<package>/<tag>`. */
  template: z.string().check(z.minLength(1)),
  /** `gs://bucket/folder` that the runs write their artifacts to. */
  outputDirectory: z.string().check(z.minLength(1)),
  /** E-mail of the service account that the runs act as. */
  serviceAccount: z.string().check(z.minLength(1)),
  /** Steps whose inputs did not change are taken from an earlier run instead of run again. */
  caching: z.boolean(),
  /** Name of the key that the runs, and what they make, are encrypted with; Google's without it. */
  kmsKey: z.exactOptional(z.string().check(z.minLength(1))),
  /** Labels of the runs beside those that the launcher gives. */
  labels: z.exactOptional(z.record(z.string(), z.string())),
});

/** The pipeline that a request starts; parameter values may hold placeholders, see `renderParameters`. */
export const pipelineSettingsSchema = z.object({
  name: z.string().check(z.minLength(1)),
  parameters: z.record(z.string(), z.string()),
  /** Present for a model on Google Cloud. */
  vertex: z.exactOptional(vertexPipelineSchema),
});

/**
 * From where on a gauge of the model is told as an event of its own, `limit-passed`. Names are no list of this program's, as a
 * later one may write more of them; what is not known here is passed over.
 */
const modelLimitSchema = z.object({
  /** Name of the alarm. */
  alarm: z.string(),
  /** Name of a metric of METRICS. */
  metric: z.string(),
  /** `above`, `at-least` or `below`: what the value is, compared with the threshold, when the limit is passed. */
  comparison: z.string(),
  /** In the metric's unit. */
  threshold: z.number(),
});

/** Everything that a function must know of one model: one row of the state store, written by Terraform. */
export const modelSettingsSchema = z.object({
  model: modelNameSchema,
  data: dataSettingsSchema,
  batch: batchPolicySchema,
  pipeline: pipelineSettingsSchema,
  policy: coordinatorPolicySchema,
  drift: driftPolicySchema,
  monitoring: monitoringSettingsSchema,
  /** Whose missed fires are caught; absent without any. */
  schedules: z.exactOptional(z.array(scheduleSettingsSchema)),
  /** How its candidates are judged, and what goes into every run; absent where Retrigger has no part in that. */
  promotion: z.exactOptional(promotionSettingsSchema),
  /** Present where the deployment is watched by essential alarms, which know no models. */
  limits: z.exactOptional(z.array(modelLimitSchema)),
});

export type ModelLimit = z.infer<typeof modelLimitSchema>;
export type DataSettings = z.infer<typeof dataSettingsSchema>;
export type VertexPipeline = z.infer<typeof vertexPipelineSchema>;
export type PipelineSettings = z.infer<typeof pipelineSettingsSchema>;
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** How long a list of settings that was read is used, milliseconds: a change of the policy takes effect after that. */
export const SETTINGS_MAX_AGE_MS = 60_000;

/** How a cloud's store of settings is read. */
export interface SettingsOptions {
  /** @default SETTINGS_MAX_AGE_MS */
  readonly maxAgeMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Port: the configured models. Rejects when they cannot be read: no settings means no decision. */
export interface ModelSettingsSource {
  /** Those that can be read, with those that cannot. */
  list(): Promise<ModelList>;
}

/** The models whose settings can be read. What is meant for the others waits, so it is neither lost nor anybody else's. */
export interface ModelList extends ReadonlyArray<ModelSettings> {
  /** @default - all can be read */
  readonly unreadable?: readonly UnreadableSettings[];
}

/** A model whose settings cannot be read. */
export interface UnreadableSettings {
  readonly model: string;
  /** Which objects are its; absent where that cannot be read either. */
  readonly data?: DataSettings;
  /** What is wrong, and what to do. */
  readonly why: string;
}

/** A row of settings as a store has it. */
export interface SettingsRow {
  readonly model: string;
  readonly settings: unknown;
  /** See `checkShape`. */
  readonly shape: unknown;
}

const partSchema = z.object({ data: dataSettingsSchema });

/** The models of all rows, of which one that cannot be read stops its own model alone. */
export function modelList(rows: readonly SettingsRow[]): ModelList {
  const unreadable: UnreadableSettings[] = [];
  const readable = rows.flatMap(({ model, settings, shape }) => {
    const parsed = modelSettingsSchema.safeParse(settings);
    try {
      checkShape(shape);
      if (!parsed.success)
        throw new Error(`${z.prettifyError(parsed.error)}; correct the model in retrigger.yaml and deploy again`);
      if (parsed.data.model !== model)
        throw new Error(`they are those of the model ${parsed.data.model}; deploy again, or remove the row`);
      return [parsed.data];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const { data } = partSchema.safeParse(settings).data ?? {};
      unreadable.push({
        model,
        ...(data !== undefined && { data }),
        why: `the settings of the model ${model} cannot be read: ${why}`,
      });
      return [];
    }
  });
  return unreadable.length === 0 ? readable : Object.assign(readable, { unreadable });
}

/**
 * Called before a message is refused for ever, or dropped, as it is of no model: it may be of one whose settings cannot be read.
 * @param name of the model that the message gives; undefined where it gives none, and may mean any
 * @throws RetryableError that says what is wrong with the settings
 */
export function checkReadable({ unreadable = [] }: ModelList, name?: string): void {
  const [meant] = name === undefined ? unreadable : unreadable.filter(({ model }) => model === name);
  if (meant !== undefined) throw new RetryableError(`${meant.why}; the message waits for that`);
}

/**
 * The configured model of a name that a message gives.
 * @throws PoisonMessageError that names the configured ones when there is no such model; RetryableError as `checkReadable` does
 */
export function configuredModel(models: ModelList, name: string): ModelSettings {
  const found = models.find(({ model }) => model === name);
  if (found !== undefined) return found;
  checkReadable(models, name);
  const names = models.map(({ model }) => model).join(", ") || "one in retrigger.yaml";
  throw new PoisonMessageError(`there is no model ${name.slice(0, 80)}; expected ${names}`);
}

/** True for an object that the model's prefixes and suffixes select. */
export function isWatched(data: DataSettings, bucket: string, key: string): boolean {
  return (
    data.bucket === bucket &&
    data.prefixes.some((prefix) => key.startsWith(prefix)) &&
    (data.suffixes.length === 0 || data.suffixes.some((suffix) => key.endsWith(suffix)))
  );
}

/** The model whose settings cannot be read, and which watches an object as far as they tell. */
export function unreadableWatcher({ unreadable = [] }: ModelList, bucket: string, key: string): UnreadableSettings | undefined {
  return unreadable.find(({ data }) => data !== undefined && isWatched(data, bucket, key));
}
