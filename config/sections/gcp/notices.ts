// Under `gcp`: who is told, and by what way.
import * as z from "zod";
import type { ChatName } from "../../../functions/core/notices/chats/chat";
import { NOTICE_KINDS, type NoticeKind } from "../../../functions/core/notices/message";
import { emailSchema, text } from "../fields";
import { aboutSchema } from "../notices";

const secretNameSchema = text(
  /^(?:projects\/[a-z0-9-]{6,30}\/secrets\/)?[A-Za-z0-9_-]{1,255}$/,
  "expected the name of a secret in Secret Manager that holds the address of the webhook, such as slack-webhook, never the address itself",
);

/** A chat that is told by a webhook, whose address is a secret. */
const webhookSchema = z.strictObject({
  secret: secretNameSchema.describe(
    "Existing secret of Secret Manager that holds the address of the webhook: its name, or projects/<project>/secrets/<secret>",
  ),
  about: aboutSchema,
});

export const notificationsSchema = z.strictObject({
  email: z
    .array(emailSchema)
    .default([])
    .describe("E-mail addresses that Cloud Monitoring tells when a decision needs a person, or a model drifts"),
  slack: webhookSchema.optional().describe("Slack channel that is told, by an incoming webhook; none by default"),
  teams: webhookSchema.optional().describe("Channel of Microsoft Teams that is told, by a webhook of a workflow; none by default"),
  slackWebhookSecret: secretNameSchema
    .optional()
    .describe("Former name of slack.secret: existing secret of Secret Manager that holds the address of a Slack webhook"),
});

/** A chat that is told by a webhook. */
export interface GcpChat {
  /** `projects/<project>/secrets/<secret>`: what holds the webhook's address. */
  readonly secret: string;
  readonly about: readonly NoticeKind[];
}

/** The chats that are told, by name, under whatever key they are configured. @param project of the deployment */
export function gcpChats(
  project: string,
  { slack, teams, slackWebhookSecret }: z.output<typeof notificationsSchema>,
): Partial<Record<ChatName, GcpChat>> {
  const chatOf = ({ secret, about }: GcpChat): GcpChat => ({
    secret: secret.startsWith("projects/") ? secret : `projects/${project}/secrets/${secret}`,
    about,
  });
  const toSlack =
    slack ?? (slackWebhookSecret === undefined ? undefined : { secret: slackWebhookSecret, about: [...NOTICE_KINDS] });
  return {
    ...(toSlack !== undefined && { slack: chatOf(toSlack) }),
    ...(teams !== undefined && { teams: chatOf(teams) }),
  };
}

/** Who is told of alarms. */
export const operationsSchema = z.strictObject({
  email: z.array(emailSchema).default([]).describe("E-mail addresses that Cloud Monitoring tells when an alarm starts and ends"),
  channels: z
    .array(
      text(
        /^projects\/[a-z0-9-]{6,30}\/notificationChannels\/\d{1,30}$/,
        "expected the name of a notification channel, such as projects/acme-ml/notificationChannels/1234567890",
      ),
    )
    .max(10, { error: "expected at most 10 channels" })
    .default([])
    .describe("Names of existing notification channels that are told too, at most 10, for example for Slack or PagerDuty"),
});
