import type { DeploymentConfig } from "../../../config/config";
import type { Examination } from "../doctor-text";
import { type Check, examine, nothingSeen, ofInterest, type Pace } from "../finding";
import { type AwsAccount, type AwsClients, awsAccount, awsClients, closed } from "./account";
import { boundary } from "./boundary";
import { bucketKeys } from "./bucket-keys";
import { buckets, sharedPrefixes } from "./buckets";
import { credentials } from "./credentials";
import { deadLetters, functions, stateTable } from "./deployment";
import { endpoints, monitoringSchedules } from "./endpoints";
import { keys } from "./keys";
import { network } from "./network";
import { notices } from "./notices";
import { pipelineRoles, pipelines, registries } from "./pipelines";
import { storedRows } from "./stored-rows";
import { webhooks } from "./webhooks";

/** What is looked at on AWS, by the name that findings have; docs/doctor.md has a row for each. */
export const AWS_CHECKS = {
  credentials,
  "state-table": stateTable,
  buckets,
  "shared-prefixes": sharedPrefixes,
  pipelines,
  "pipeline-roles": pipelineRoles,
  registries,
  endpoints,
  "monitoring-schedules": monitoringSchedules,
  notices,
  webhooks,
  boundary,
  keys,
  "bucket-keys": bucketKeys,
  network,
  functions,
  "dead-letters": deadLetters,
  "stored-rows": storedRows,
} as const satisfies Readonly<Record<string, Check<AwsAccount>>>;

/** Looks at the account of a configuration with a section `aws`; never rejects for what the account answers. */
export async function examineAws(
  config: DeploymentConfig,
  pace: Pace,
  planned: AwsAccount["planned"],
  clients: AwsClients = awsClients({ region: config.aws?.region ?? "" }),
  now: () => number = Date.now,
): Promise<Examination> {
  const account = awsAccount(config, { clients, planned, now });
  const { credentials: first, "state-table": second, ...others } = AWS_CHECKS;
  try {
    const of = `${config.environment} on AWS, ${account.region}`;
    const signedIn = await examine(account, { credentials: first }, pace);
    if (account.identity === undefined) return { of, findings: [...signedIn, nothingSeen({ second, ...others })] };
    const hasState = account.coordinated.length > 0;
    const state = hasState ? await examine(account, { "state-table": second }, pace) : [];
    return { of, findings: [...signedIn, ...state, ...(await examine(account, ofInterest(others, hasState), pace))] };
  } finally {
    for (const client of Object.values(clients)) closed(client);
  }
}
