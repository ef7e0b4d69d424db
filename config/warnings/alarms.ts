// Alarms that are raised where nobody looks, or that are expected where there are none.
import { CHATS, type ChatName } from "../../functions/core/notices/chats/chat";
import type { NoticeKind } from "../../functions/core/notices/message";
import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";
import { CLOUDS, type Cloud, modelsOn } from "../model-cloud";
import { gcpChats } from "../sections/gcp/notices";

/** Of each cloud that has alarms but tells nobody of them, or that is to tell people of alarms which it does not have. */
export function alarmWarnings({ operations, models, aws, gcp }: DeploymentConfig): Warning[] {
  if (!operations.alarms) return [];
  return [
    ...(aws === undefined ? [] : cloudWarnings("aws", models, { ...ALARMS.aws, told: aws.operations, chats: aws.notifications })),
    ...(gcp === undefined
      ? []
      : cloudWarnings("gcp", models, { ...ALARMS.gcp, told: gcp.operations, chats: gcpChats(gcp.project, gcp.notifications) })),
  ];
}

const ALARMS = {
  aws: { others: "topics", what: "CloudWatch alarms" },
  gcp: { others: "channels", what: "Cloud Monitoring alert policies" },
} as const;

interface Told {
  /** The key beside `email` that names who is told. */
  readonly others: string;
  readonly what: string;
  /** The section: by key, who is told. */
  readonly told: Readonly<Record<string, readonly unknown[]>>;
  readonly chats: { readonly [C in ChatName]?: { readonly about: readonly NoticeKind[] } | undefined };
}

function cloudWarnings(cloud: Cloud, models: DeploymentConfig["models"], { others, what, told, chats }: Told): Warning[] {
  const named = ["email", others].find((key) => (told[key] ?? []).length > 0);
  const hasAlarms = modelsOn(cloud, models).some(([, { data }]) => data !== undefined);
  if (!hasAlarms) return named === undefined ? [] : [withoutAlarms(cloud, named)];
  const isHeard = CHATS.some((chat) => chats[chat]?.about.includes("alarms"));
  return named === undefined && !isHeard ? [silent(cloud, others, what)] : [];
}

function withoutAlarms(cloud: Cloud, key: string): Warning {
  const message = `nobody will be notified: without a model that has data, ${CLOUDS[cloud].name} gets no alarms, so direct schedules alone have none; remove ${key}, and watch the queues in the output dead_letter_queues`;
  return { path: [cloud, "operations", key], message };
}

function silent(cloud: Cloud, others: string, what: string): Warning {
  const message = `nobody is notified by the ${what}, which are created and paid for; add email or ${others}, such as operations: {email: [ml-team@example.com]} below ${cloud}, or turn them off with operations: {alarms: false}`;
  return { path: [cloud, "operations"], message };
}
