import type { DeploymentConfig } from "../../../config/config";
import type { Examination } from "../doctor-text";
import { type Check, examine, type Pace } from "../finding";
import { type AwsAccount, type AwsClients, awsAccount, awsClients } from "./account";
import { buckets, sharedPrefixes } from "./buckets";
import { credentials } from "./credentials";
import { deadLetters, functions, stateTable } from "./deployment";
import { endpoints, monitoringSchedules } from "./endpoints";
import { notices } from "./notices";
import { pipelineRoles, pipelines, registries } from "./pipelines";
import { storedRows } from "./stored-rows";

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
  functions,
  "dead-letters": deadLetters,
  "stored-rows": storedRows,
} as const satisfies Readonly<Record<string, Check<AwsAccount>>>;

/** Looks at the account of a configuration with a section `aws`; never rejects for what the account answers. */
export async function examineAws(
  config: DeploymentConfig,
  pace: Pace,
  clients: AwsClients = awsClients({ region: config.aws?.region ?? "" }),
  now: () => number = Date.now,
): Promise<Examination> {
  const account = awsAccount(config, clients, now);
  const { credentials: first, "state-table": second, ...others } = AWS_CHECKS;
  try {
    const signedIn = await examine(account, { credentials: first }, pace);
    const of = `${config.environment} on AWS, ${account.region}`;
    if (account.identity === undefined) {
      const about = Object.keys({ second, ...others }).length;
      return { of, findings: [...signedIn, nothingSeen(about)] };
    }
    const state = account.coordinated.length === 0 ? [] : await examine(account, { "state-table": second }, pace);
    return { of, findings: [...signedIn, ...state, ...(await examine(account, ofInterest(account, others), pace))] };
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

function nothingSeen(checks: number) {
  const message = `${checks} checks of the account, which take credentials that hold`;
  return {
    level: "not-looked-at",
    check: "credentials",
    about: "everything else",
    message,
    cure: "sign in as above, and run retrigger doctor again",
  } as const;
}

/** Without a coordinated model, nothing of the coordinator is deployed. */
function ofInterest(account: AwsAccount, checks: Readonly<Record<string, Check<AwsAccount>>>) {
  if (account.coordinated.length > 0) return checks;
  return Object.fromEntries(Object.entries(checks).filter(([, { isOfDeployment }]) => isOfDeployment !== true));
}
