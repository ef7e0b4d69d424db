import * as z from "zod/mini";
import { timeSchema } from "../../../core/numbers";
import type { RegisteredVersion, RegistryMark } from "../../../core/promotion/ports";
import { fnv1a } from "../../../core/request-ids";
import { type GoogleRest, jsonAnswer } from "../google-rest";

const MODEL_NAME = /^projects\/([a-z0-9:.-]+)\/locations\/([a-z0-9-]+)\/models\/([a-z0-9][a-z0-9_-]{0,62})$/;
const VERSION_NAME = /^(.+)@(\d{1,19})$/;

/** The parts of a model's address. */
export interface ModelName {
  /** The address itself. */
  readonly model: string;
  readonly project: string;
  readonly location: string;
  readonly id: string;
}

/** @throws Error when it is no model's address */
export function parseModelName(model: string): ModelName {
  const [, project, location, id] = MODEL_NAME.exec(model) ?? [];
  if (project === undefined || location === undefined || id === undefined)
    throw new Error(`got the registry ${model}; expected projects/<project>/locations/<location>/models/<id>`);
  return { model, project, location, id };
}

/** @throws Error when it is no version's address */
export function parseVersionName(version: string): ModelName {
  const [, model] = VERSION_NAME.exec(version) ?? [];
  if (model === undefined || !MODEL_NAME.test(model))
    throw new Error(`got the version ${version}; expected projects/<project>/locations/<location>/models/<id>@<number>`);
  return parseModelName(model);
}

/** As the protocol has it: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models#Model */
export const versionSchema = z.object({
  /** Vertex AI answers with the project's number. */
  name: z.string(),
  versionId: z.string().check(z.regex(/^\d{1,19}$/)),
  versionCreateTime: z.pipe(z.pipe(z.string(), z.transform(Date.parse)), timeSchema),
  versionAliases: z._default(z.array(z.string()), []),
  versionDescription: z._default(z.string(), ""),
  labels: z._default(z.record(z.string(), z.string()), {}),
  artifactUri: z.optional(z.string()),
  /** The run that made it; absent where no pipeline did. */
  pipelineJob: z.optional(z.string()),
  etag: z.optional(z.string()),
});

export type ModelVersion = z.output<typeof versionSchema>;
type Verdict = RegistryMark["verdict"];

/** Reads a version by its number or an alias, at the address of its region's API; undefined for one that is not there. */
export async function readVersion(rest: GoogleRest, api: string, version: string): Promise<ModelVersion | undefined> {
  const what = `reading ${version}`;
  const { status, body } = await rest({ what, method: "GET", url: `${api}/${version}`, answers: [404] });
  return status === 404 ? undefined : jsonAnswer(what, versionSchema, body);
}

/** The alias of the version that serves. */
export const CHAMPION = "champion";

/** Labels of a version; values have at most 63 of a-z, 0-9, _ and -. */
export const LABELS = {
  /** The verdict, in the words of `RegistryMark`, whoever wrote it. */
  verdict: "retrigger-verdict",
  /** The verdict as we wrote it, which a person who changes the other one leaves as it is. */
  marked: "retrigger-marked",
  /** Hash of the candidate's id, which is too long and too free in its characters. */
  candidate: "retrigger-candidate",
  /** The reason in short; the description has all of it. */
  reason: "retrigger-reason",
} as const;

/** The verdict that was last written for this candidate. */
export function oursOf({ labels }: ModelVersion, candidateId: string): Verdict | undefined {
  if (labels[LABELS.candidate] !== fnv1a(candidateId)) return undefined;
  return (["approved", "rejected", "waiting"] as const).find((one) => one === labels[LABELS.marked]);
}

/**
 * Whether a version may serve. Vertex AI has no approval, so a label and the alias `champion` are it. A verdict in the label that
 * we did not write is a person's, and stands. Else the version with the alias is approved: so a person approves without a label.
 * Else our own label tells; taking the alias away does not take our approval back.
 */
export function approvalOf({ labels, versionAliases }: ModelVersion): RegisteredVersion["approval"] {
  const { [LABELS.verdict]: verdict, [LABELS.marked]: marked } = labels;
  const told = verdict === "approved" || verdict === "rejected" ? verdict : "pending";
  if (told !== "pending" && verdict !== marked) return told;
  return versionAliases.includes(CHAMPION) ? "approved" : told;
}
