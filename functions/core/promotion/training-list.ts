import type { ManifestStore } from "../batching/ports";
import { newData } from "../coordination/run-cost";
import { StartRefusedError } from "../errors";
import type { Log } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { fnv1a } from "../request-ids";
import type { Manifest, TrainingRequest } from "../training-request";
import type { HoldOut, HoldOutReading } from "./hold-out";
import type { TrainingMixPolicy } from "./promotion-settings";
import { type MixPart, mixOfUnlisted, mixProblem, type TrainingMix, withoutHoldOut } from "./training-mix";

/** What making the list of a training needs. */
export interface TrainingListPorts {
  readonly manifests: Pick<ManifestStore, "combineManifests" | "readHoldOut">;
  readonly log: Log;
}

/** A request with the one list that its training reads, or none if it brings none. */
export interface TrainingList {
  readonly request: TrainingRequest;
  /** What of the hold-out is in it; absent where the model has none. */
  readonly mix?: TrainingMix;
}

/**
 * A training reads one list: of what its requests list, as it was published, and of the model's hold-out, named by what is in it,
 * so that a repetition finds the one that is there.
 * @param deployment see `PipelineLauncher.start`
 * @throws ListRefusedError when none of its lists is left; StartRefusedError when it must have the hold-out and cannot
 */
export async function trainingList(
  { manifests, log }: TrainingListPorts,
  settings: ModelSettings,
  request: TrainingRequest,
  deployment: string | undefined,
): Promise<TrainingList> {
  const { model, data, pipeline, promotion } = settings;
  const policy = promotion?.mix;
  if (request.manifests.length === 0) {
    return policy === undefined ? { request } : { request, mix: checked(policy, mixOfUnlisted(policy, pipeline.parameters)) };
  }
  const found = policy && (await findHoldOut(manifests, settings, policy));
  const missing = policy && found?.why !== undefined ? checked(policy, withoutHoldOut(policy, found.why)) : undefined;
  const part = policy && found?.holdOut && { policy, holdOut: found.holdOut };
  const folder = deployment === undefined ? model : `${model}/${deployment}`;
  const name = `${folder}/merged/${request.id}/${contentName(request.manifests, part)}`;
  const { uri, objects, leftOut, mix: mixed } = await manifests.combineManifests(data, name, request.manifests, part);
  for (const error of leftOut) log({ level: "error", event: "manifest-left-out", model, requestId: request.id, error });
  const mix = policy && mixed ? checked(policy, mixed) : missing;
  const bytes = newData(request).bytes + (mix?.bytes ?? 0);
  return { request: { ...request, manifests: [{ uri, objects, bytes }] }, ...(mix !== undefined && { mix }) };
}

/** Of what a list is made of: two that differ must not have one name. */
function contentName(manifests: readonly Manifest[], part: MixPart | undefined): string {
  const uris = manifests.map(({ uri }) => uri);
  const mix = part && ["hold-out", part.holdOut.digest, part.policy.share, part.policy.by].join(" ");
  return fnv1a([...uris, ...(mix === undefined ? [] : [mix])].join());
}

async function findHoldOut(
  manifests: TrainingListPorts["manifests"],
  settings: ModelSettings,
  policy: TrainingMixPolicy,
): Promise<HoldOutReading> {
  const problem = mixProblem(settings, policy);
  if (problem !== undefined) return { why: problem };
  const found = await manifests.readHoldOut(settings.data, policy.baseline);
  const changed = found.holdOut && whyChanged(policy, found.holdOut);
  return changed === undefined ? found : { why: changed };
}

function whyChanged({ baseline, sha256 }: TrainingMixPolicy, { digest }: HoldOut): string | undefined {
  if (sha256 === undefined || sha256 === digest) return undefined;
  return `${baseline} has the digest ${digest}, expected ${sha256}: somebody changed it; restore that version`;
}

/** @throws StartRefusedError when the run must have the hold-out and goes without it */
function checked({ isRequired }: TrainingMixPolicy, mix: TrainingMix): TrainingMix {
  if (mix.isIn || !isRequired) return mix;
  throw new StartRefusedError(`${mix.sentence}; every run of this model must have it, unless promotion.mix lets runs go without`);
}
