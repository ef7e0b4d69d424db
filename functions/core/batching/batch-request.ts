import { dataRequestId } from "../request-ids";
import { DATA_PRIORITY, type Manifest, type TrainingRequest } from "../training-request";
import type { SealedBatch } from "./batch";
import { type LandedObject, newestOfEach } from "./landed-object";
import type { LedgerEntry } from "./ledger";
import type { ManifestLocation, PublishPorts } from "./ports";

/** The request for a training on a published batch; equal for every publisher of it. */
export function dataRequest(
  { model, generation }: Pick<ManifestLocation, "model" | "generation">,
  { reason, openedAt, sealedAt }: Pick<SealedBatch, "reason" | "openedAt" | "sealedAt">,
  manifest: Manifest,
): TrainingRequest {
  return {
    id: dataRequestId(model, generation),
    model,
    causes: [{ type: "data", generation, reason, openedAt, sealedAt }],
    priority: DATA_PRIORITY,
    manifests: [manifest],
    requestedAt: sealedAt,
  };
}

/** What a manifest tells of its objects. */
export function sizeOf(objects: readonly LandedObject[]): { objects: number; bytes: number } {
  return { objects: objects.length, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Sends the request of a published batch again, which is harmless where it was decided. Resolves to false where another list than
 * the ledger's lies there, of which nothing is sent.
 * @param entry of the batch in its ledger
 */
export async function repeatRequest(
  { manifests, requests }: Pick<PublishPorts, "manifests" | "requests">,
  at: ManifestLocation,
  { objects, sealedAt }: LedgerEntry,
): Promise<boolean> {
  const newest = newestOfEach(objects);
  const written = await manifests.writeManifest(at, newest);
  if (written === undefined) return false;
  await requests.send(dataRequest(at, { reason: "window", openedAt: sealedAt, sealedAt }, { ...written, ...sizeOf(newest) }));
  return true;
}
