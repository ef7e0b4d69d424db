import { awsEdition } from "./aws/edition";
import type { CloudName, Edition } from "./edition";
import { gcpEdition } from "./gcp/edition";

/** The editions of the replay, by cloud. */
export const EDITIONS: Readonly<Record<CloudName, Edition>> = { aws: awsEdition, gcp: gcpEdition };
