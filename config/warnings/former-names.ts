// Keys that have another name since, and are still read.
import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";

/** Of each key that is written by its former name. */
export function formerNameWarnings({ gcp }: Pick<DeploymentConfig, "gcp">): Warning[] {
  const secret = gcp?.notifications.slackWebhookSecret;
  if (secret === undefined) return [];
  const message = `the former name of slack.secret, which is still read; write slack: {secret: ${secret}}, which can also say what Slack is told about`;
  return [{ path: ["gcp", "notifications", "slackWebhookSecret"], message }];
}
