import type { DeploymentConfig } from "../../../config/config";
import type { Examination } from "../doctor-text";
import { type Check, examine, nothingSeen, ofInterest, type Pace } from "../finding";
import { type GcpAccount, type GcpClients, gcpAccount, gcpClients } from "./account";
import { buckets, sharedPrefixes } from "./buckets";
import { apis, credentials } from "./credentials";
import { deadLetters, functions, stateDatabase } from "./deployment";
import { endpoints, monitoringJobs } from "./endpoints";
import { keys } from "./keys";
import { network } from "./network";
import { notices } from "./notices";
import { pipelineAccounts, pipelines, registries } from "./pipelines";
import { storedRows } from "./stored-rows";

/** What is looked at on Google Cloud, by the name that findings have; docs/doctor.md has a row for each. */
export const GCP_CHECKS = {
  credentials,
  "state-database": stateDatabase,
  apis,
  buckets,
  "shared-prefixes": sharedPrefixes,
  pipelines,
  "pipeline-accounts": pipelineAccounts,
  registries,
  endpoints,
  "monitoring-jobs": monitoringJobs,
  notices,
  keys,
  network,
  functions,
  "dead-letters": deadLetters,
  "stored-rows": storedRows,
} as const satisfies Readonly<Record<string, Check<GcpAccount>>>;

/** Looks at the project of a configuration with a section `gcp`; never rejects for what the project answers. */
export async function examineGcp(
  config: DeploymentConfig,
  pace: Pace,
  planned: GcpAccount["planned"],
  clients: GcpClients = gcpClients(),
  now: () => number = Date.now,
): Promise<Examination> {
  const account = gcpAccount(config, { clients, planned, now, isOver: () => pace.isOver });
  const { credentials: first, "state-database": second, ...others } = GCP_CHECKS;
  const of = `${config.environment} on Google Cloud, ${account.project}`;
  const signedIn = await examine(account, { credentials: first }, pace);
  if (!account.isSignedIn) return { of, findings: [...signedIn, nothingSeen({ second, ...others })] };
  const hasState = account.coordinated.length > 0;
  const state = hasState ? await examine(account, { "state-database": second }, pace) : [];
  return { of, findings: [...signedIn, ...state, ...(await examine(account, ofInterest(others, hasState), pace))] };
}
