// Chats on Google Cloud: how they are configured, and what there is to tell them.
import { CHATS } from "../../../functions/core/notices/chats/chat";
import type { Problem } from "../../errors";
import { mapping, mayLiveOn, type ValidModel } from "../unchecked-config";

/** The problems of the chats that an unchecked configuration has told on Google Cloud. */
export function gcpChatProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const { gcp, operations } = mapping(config);
  const notifications = mapping(mapping(gcp).notifications);
  const keys = [...CHATS, FORMER].filter((key) => notifications[key] !== undefined);
  if (keys.length === 0) return [];
  const isSilent = models.length > 0 && !models.some((model) => mayLiveOn("gcp", model) && model.hasData);
  const isUnwatched = mapping(operations).alarms === false;
  return [
    ...(notifications.slack !== undefined && notifications[FORMER] !== undefined ? [BOTH_NAMES] : []),
    ...(isSilent ? keys.map((key) => ({ path: [...PATH, key], message: SILENT })) : []),
    ...keys
      .filter((key) => isUnwatched && isOfAlarmsAlone(mapping(notifications[key]).about))
      .map((key) => ({ path: [...PATH, key, "about"], message: UNWATCHED })),
  ];
}

const PATH = ["gcp", "notifications"] as const;
const FORMER = "slackWebhookSecret";

const BOTH_NAMES: Problem = {
  path: [...PATH, FORMER],
  message: "got the former name of slack.secret beside slack; expected one of them; remove slackWebhookSecret",
};

const SILENT =
  "nothing will be told: every model on Google Cloud starts its pipeline directly, which decides nothing and has no alarms; give a model data, or remove it";

const UNWATCHED = "got alarms alone, and operations.alarms is false; expected another kind too; add one, or set operations.alarms";

function isOfAlarmsAlone(about: unknown): boolean {
  return Array.isArray(about) && about.length > 0 && about.every((kind) => kind === "alarms");
}
