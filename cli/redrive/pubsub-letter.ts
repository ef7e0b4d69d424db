import * as z from "zod/mini";
import { ownValue } from "../../functions/core/json-path";
import type { ModelSettings } from "../../functions/core/model-settings";
import { timeTextSchema } from "../../functions/core/numbers";
import { isRefusalText, type Refusal, readRefusal } from "../../functions/core/rejected-message";
import { type GoogleRest, jsonAnswer } from "../../functions/gcp/adapters/google-rest";
import { parsePubSubEvent } from "../../functions/gcp/messages/pubsub-event";
import { readMessage } from "../../functions/gcp/messages/read-message";
import { type DeadLetter, type Diagnosis, examineLetter, isQueueOf } from "./dead-letters";

/**
 * What Pub/Sub adds to a message that it takes to a dead-letter topic.
 * https://cloud.google.com/pubsub/docs/dead-letter-topics#how_dead_letter_topics_work
 */
const ADDED = "CloudPubSubDeadLetter";
const SOURCE = `${ADDED}SourceSubscription`;
const PUBLISHED_AT = `${ADDED}SourceTopicPublishTime`;
const DELIVERIES = `${ADDED}SourceDeliveryCount`;

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
export const messageSchema = z.object({
  messageId: z.string(),
  publishTime: timeTextSchema,
  data: z._default(z.string(), ""),
  attributes: z._default(z.record(z.string(), z.string()), {}),
  orderingKey: z.exactOptional(z.string()),
});

export type DeadMessage = z.infer<typeof messageSchema>;

/** A subscription of an environment. */
export interface Subscription {
  /** `projects/<project>/subscriptions/<name>`. */
  readonly path: string;
  readonly name: string;
  /** `projects/<project>/topics/<topic>` that it takes its messages from. */
  readonly topic: string;
  readonly deadLetterTopic?: string;
  readonly isOrdered: boolean;
}

/** Where a letter of Pub/Sub stands. */
export interface PubSubPlace {
  /** Start of the environment's names, `<namePrefix>-<environment>-`. */
  readonly prefix: string;
  readonly queue: Subscription;
  /** Those whose failures it takes. */
  readonly sources: readonly Subscription[];
  readonly models: readonly ModelSettings[];
  /** When it is looked at, epoch milliseconds. */
  readonly now: number;
}

/** A message of a dead-letter subscription, and how it is published again; `to` is missing where nobody can tell where to. */
export interface PubSubLetter {
  readonly letter: DeadLetter;
  readonly to?: string;
  readonly publish: { readonly data: string; readonly attributes: Readonly<Record<string, string>>; readonly orderingKey?: string };
}

/**
 * What a message, as Pub/Sub pushes it, is worth, at `now` (epoch milliseconds), to the function behind the subscription
 * `<namePrefix>-<environment>-<role>`, which may have set it aside with a refusal.
 */
export function examinePubSubMessage(
  role: string,
  message: { readonly publishTime: string },
  models: readonly ModelSettings[],
  now: number,
  refusal?: Refusal,
): Diagnosis {
  return examineLetter(
    Date.parse(message.publishTime),
    () => readMessage(role, parsePubSubEvent({ message }), models, now),
    refusal,
  );
}

/** Reads a pulled message. */
export function pubSubLetter(message: DeadMessage, place: PubSubPlace): PubSubLetter {
  const { messageId: id, publishTime, attributes: all, orderingKey } = message;
  const attributes = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith(ADDED) && !isRefusalText(name)));
  const refused = readRefusal(all);
  const source = sourceOf(place, ownValue(all, SOURCE));
  // Whoever may publish can write these attributes too.
  const published = timeTextSchema.safeParse(ownValue(all, PUBLISHED_AT)).data ?? publishTime;
  const deliveries = ownValue(all, DELIVERIES) ?? "";
  const publishedAt = new Date(refused?.sentAt ?? published).toISOString();
  const data = datedFire(message.data, publishedAt);
  const body = Buffer.from(data, "base64").toString("utf8");
  const diagnosis = diagnose({ messageId: id, publishTime: publishedAt, attributes, data }, body, source, place, refused);
  const letter = {
    id,
    queue: place.queue.name,
    body: body === "" ? JSON.stringify(attributes) : body,
    sentAt: Date.parse(publishedAt),
    receives: /^\d{1,9}$/.test(deliveries) ? Number(deliveries) : 0,
    ...(source !== undefined && { target: source.topic }),
    ...diagnosis,
    ...(diagnosis.kind === "curable" && { log: logQuery(place.prefix, publishedAt) }),
  };
  // Of a message that its function set aside, the key is not known: that of its model is as good.
  const key = orderingKey || (source?.isOrdered === true ? diagnosis.models[0] : undefined);
  const publish = { data, attributes, ...(key !== undefined && { orderingKey: key }) };
  return { letter, ...(source !== undefined && { to: source.topic }), publish };
}

/**
 * The subscription that a message failed in, which an attribute names by its path or its last part; or the only one there is. Of a
 * queue that takes from several topics, the subscription of its own: whoever else subscribes to the others has the message already.
 */
function sourceOf({ sources }: PubSubPlace, named: string | undefined): Subscription | undefined {
  const found = sources.find(({ path, name }) => path === named || name === named);
  if (found === undefined) return sources.length === 1 ? sources[0] : undefined;
  const isOwn = ({ name, topic }: Subscription) => topic.endsWith(`/${name}`);
  return isOwn(found) ? found : (sources.find(isOwn) ?? found);
}

function diagnose(
  message: Omit<DeadMessage, "orderingKey">,
  body: string,
  source: Subscription | undefined,
  { prefix, models, now }: PubSubPlace,
  refusal: Refusal | undefined,
): Diagnosis {
  if (source === undefined) return { kind: "unaddressed", reason: "nothing tells where it was to go", models: [] };
  if (body === "tick") return { kind: "obsolete", reason: "a tick, which the next one made up for", models: [] };
  return examinePubSubMessage(source.name.slice(prefix.length), message, models, now, refusal);
}

const undatedSchema = z.looseObject({
  source: z.enum(["retrigger.schedule", "retrigger.direct"]),
  firedAt: z.optional(z.undefined()),
});

/** Cloud Scheduler cannot say when it fired, so the time of publishing serves; published again, the message must say it itself. */
function datedFire(data: string, publishedAt: string): string {
  try {
    const fire = undatedSchema.safeParse(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
    return fire.success ? Buffer.from(JSON.stringify({ ...fire.data, firedAt: publishedAt })).toString("base64") : data;
  } catch {
    // not JSON: no schedule's
    return data;
  }
}

/** Of Cloud Logging. A dead letter has another id than the message that failed, so the time must serve. */
function logQuery(prefix: string, publishedAt: string): string {
  return `resource.type="cloud_run_revision" resource.labels.service_name=~"^${prefix}" severity>=ERROR timestamp>="${publishedAt}"`;
}

const PAGE = 500;

/** A bound, so that a list without an end has one. */
const MAX_PAGES = 100;

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/list */
const pageSchema = z.object({
  subscriptions: z._default(
    z.array(
      z.object({
        name: z.string(),
        topic: z.string(),
        enableMessageOrdering: z._default(z.boolean(), false),
        deadLetterPolicy: z.optional(z.object({ deadLetterTopic: z.optional(z.string()) })),
      }),
    ),
    [],
  ),
  nextPageToken: z.optional(z.string()),
});

/** The subscriptions of the environment whose names start with `prefix`. */
export async function pubSubSubscriptions(
  rest: GoogleRest,
  endpoint: string,
  project: string,
  prefix: string,
): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let token: string | undefined = "";
  for (let pages = 0; token !== undefined; pages++) {
    if (pages >= MAX_PAGES)
      throw new Error(`${project} has more than ${MAX_PAGES} pages of subscriptions, which were not all read`);
    const query = new URLSearchParams({ pageSize: String(PAGE), ...(token !== "" && { pageToken: token }) });
    const url = `${endpoint}/v1/projects/${project}/subscriptions?${query}`;
    const what = `listing the subscriptions of ${project}`;
    const { body } = await rest({ what, method: "GET", url });
    const { subscriptions, nextPageToken } = jsonAnswer(what, pageSchema, body);
    for (const { name: path, topic, enableMessageOrdering: isOrdered, deadLetterPolicy } of subscriptions) {
      const name = path.split("/").at(-1) ?? path;
      const deadLetterTopic = deadLetterPolicy?.deadLetterTopic;
      if (isQueueOf(prefix, name))
        found.push({ path, name, topic, isOrdered, ...(deadLetterTopic !== undefined && { deadLetterTopic }) });
    }
    token = nextPageToken || undefined;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
