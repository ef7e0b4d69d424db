// Keys whose change costs more than it looks like.
import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";
import { databaseKeyOf } from "../sections/gcp/gcp";

/** A database has its key from its creation, so that Terraform replaces it for another one: only its protection stops that. */
export function keyWarnings({ gcp }: DeploymentConfig): Warning[] {
  if (gcp === undefined || databaseKeyOf(gcp) === undefined || gcp.firestore.onDestroy !== "delete") return [];
  const message =
    "got delete for a database with a key of your own; another key replaces the database, and deletes all state; expected refuse until it is torn down";
  return [{ path: ["gcp", "firestore", "onDestroy"], message }];
}
