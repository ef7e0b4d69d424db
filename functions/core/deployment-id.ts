import * as z from "zod/mini";
import { cached } from "./pacing";
import { changeRecord, type VersionedStore } from "./versioned-store";

/**
 * What tells one deployment from another: it stands in the names of what is written to buckets that deployments may share, and in
 * the tokens of runs. It is made once and kept in the state store, so a state that is made anew has another, and one that is
 * restored from a backup has its own again.
 */
export const deploymentSchema = z.object({ id: z.string().check(z.regex(/^[a-z0-9]{12}$/)) });

export type Deployment = z.infer<typeof deploymentSchema>;

/** Port: the deployment's id, under `DEPLOYMENT`. */
export type DeploymentStore = VersionedStore<Deployment>;

/** The one key of such a store. */
const DEPLOYMENT = "this";

/**
 * Reads the id of the deployment, and makes it where there is none yet; then it is kept for as long as the process lives. Rejects
 * when the store does.
 * @param newId 12 characters of a-z and 0-9, at random
 */
export function deploymentId(store: DeploymentStore, newId: () => string): () => Promise<string> {
  const read = async () => {
    const none: Deployment = { id: newId() };
    const { state } = await changeRecord(
      store,
      DEPLOYMENT,
      () => none,
      (state) => ({ state: state === none ? { ...none } : state }),
    );
    return state.id;
  };
  return cached({ maxAgeMs: Number.POSITIVE_INFINITY, now: () => 0 }, read);
}
