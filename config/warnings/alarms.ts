// Alarms that are raised where nobody looks.
import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";

/** Of each cloud that has alarms but tells nobody of them. */
export function alarmWarnings({ operations, aws, gcp }: DeploymentConfig): Warning[] {
  if (!operations.alarms) return [];
  const isSilent = {
    aws: aws !== undefined && aws.operations.email.length + aws.operations.topics.length === 0,
    gcp: gcp !== undefined && gcp.operations.email.length + gcp.operations.channels.length === 0,
  };
  return [
    ...(isSilent.aws ? [silent("aws", "topics", "CloudWatch alarms")] : []),
    ...(isSilent.gcp ? [silent("gcp", "channels", "Cloud Monitoring alert policies")] : []),
  ];
}

function silent(cloud: "aws" | "gcp", others: string, what: string): Warning {
  const message = `nobody is notified by the ${what}, which are created and paid for; add email or ${others}, such as operations: {email: [ml-team@example.com]} below ${cloud}, or turn them off with operations: {alarms: false}`;
  return { path: [cloud, "operations"], message };
}
