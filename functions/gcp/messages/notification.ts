import type { ToTell } from "../../core/incoming-message";
import { ownValue } from "../../core/json-path";
import type { ModelList } from "../../core/model-settings";
import { readMessageAttributes } from "../../core/notices/carried-message";
import type { Message } from "../../core/notices/message";
import { plainLine } from "../../core/plain-text";
import { isCandidateId } from "../../core/request-ids";
import { readIncident } from "./incident";
import type { PubSubMessage } from "./pubsub-event";

/** Longest line of a text that somebody else published, and most of its paragraphs. */
const MAX_LINE = 1_500;
const MAX_PARAGRAPHS = 20;
const MAX_SUBJECT = 200;

/**
 * A message of the queue that tells chats: a notice with its message, an incident of Cloud Monitoring, or what anybody else
 * published, as a plain message. Nothing is refused: what cannot be understood, people are told as it is.
 */
export function readNotification(message: PubSubMessage, models: ModelList): ToTell {
  const carried = readMessageAttributes(message.attributes);
  if (carried !== undefined) return toTell(models, { message: carried });
  const alarm = readIncident(message);
  return toTell(models, alarm === undefined ? { message: plainMessage(message) } : { alarm });
}

function toTell(models: ModelList, news: ToTell["news"]): ToTell {
  const model = "message" in news ? news.message.model : news.alarm.model;
  return { type: "to-tell", news, models: models.filter((settings) => settings.model === model) };
}

/** Also a notice of a version that carried no message: readable lines and, of a decision, an empty line and its JSON. */
function plainMessage({ messageId, attributes, body }: PubSubMessage): Message {
  const model = ownValue(attributes, "model");
  const requestId = ownValue(attributes, "requestId");
  const paragraphs = (ownValue(attributes, "outcome") === undefined ? body : body.replace(/\n\n\{.*$/s, ""))
    .slice(0, MAX_PARAGRAPHS * MAX_LINE)
    .split("\n")
    .map((line) => plainLine(line, MAX_LINE))
    .filter((line) => line !== "")
    .slice(0, MAX_PARAGRAPHS);
  const [first] = paragraphs;
  const subject =
    plainLine(ownValue(attributes, "subject") ?? "", MAX_SUBJECT) ||
    plainLine(first ?? "", MAX_SUBJECT) ||
    "a message without a text";
  return {
    id: `pubsub/${plainLine(messageId, MAX_SUBJECT - 10)}`,
    kind: kindOf(attributes, requestId),
    subject,
    ...(model !== undefined && { model: plainLine(model, MAX_SUBJECT) }),
    paragraphs: first === subject ? paragraphs.slice(1) : paragraphs,
    facts: requestId === undefined ? [] : [{ name: "Request", value: plainLine(requestId, MAX_LINE) }],
    links: [],
  };
}

/** What names no model and no outcome is of no notice, and was published for people all the same. */
function kindOf(attributes: PubSubMessage["attributes"], requestId: string | undefined): Message["kind"] {
  if (ownValue(attributes, "outcome") !== undefined || ownValue(attributes, "model") === undefined) return "decisions";
  return requestId !== undefined && isCandidateId(requestId) ? "promotions" : "drift";
}
