import { PoisonMessageError } from "../../functions/core/errors";
import { parsePubSubEvent } from "../../functions/gcp/messages/pubsub-event";
import { parseObjectFinalized } from "../../functions/gcp/messages/storage-event";
import type { ObjectWrite } from "../edition";
import { LANDING } from "../landing";
import type { SeededRandom } from "../world/seeded-random";

/** Generations are microseconds of the epoch in practice, and named so nowhere: they only rise. */
const FIRST_GENERATION = 978_307_200_000_000;

/** A Pub/Sub message before Pub/Sub gives it an id. */
interface Notification {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/**
 * The notification of Cloud Storage that an object is complete, at `at` (epoch milliseconds).
 * https://cloud.google.com/storage/docs/pubsub-notifications
 */
export function objectFinalized(write: ObjectWrite, at: number): string {
  return JSON.stringify(finalized(write, at));
}

/** Key of the object that a message announces; undefined for any other message. */
export function announcedKey(body: string): string | undefined {
  try {
    const message = { ...JSON.parse(body), messageId: "any", publishTime: new Date(0).toISOString() };
    return parseObjectFinalized(parsePubSubEvent({ message }))?.object.key;
  } catch (error) {
    if (error instanceof PoisonMessageError) return undefined;
    throw error;
  }
}

/** Messages that no retry can cure, by what is wrong with them. */
export function hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string> {
  const fine = finalized({ key: "flights/west/hostile.csv", bytes: 2_048, md5: random.hex(32), number: 10 }, at);
  const { objectId: _none, ...withoutKey } = fine.attributes;
  const changed = (change: Notification) => JSON.stringify({ ...fine, ...change });
  return new Map([
    ["not JSON", changed({ data: base64("<Event>Object Created</Event>") })],
    ["another bucket", changed({ attributes: { ...fine.attributes, bucketId: "somebody-elses-bucket" } })],
    ["no key", changed({ attributes: withoutKey })],
    ["a key of 1 MB", changed({ attributes: { ...fine.attributes, objectId: `flights/west/${"a".repeat(1_000_000)}.csv` } })],
    ["a body without attributes", JSON.stringify({ data: fine.data })],
  ]);
}

function finalized({ key, bytes, md5, number }: ObjectWrite, at: number) {
  const { bucket } = LANDING;
  const time = new Date(at).toISOString();
  const generation = String(FIRST_GENERATION + number);
  const object = { kind: "storage#object", name: key, bucket, generation, size: String(bytes), md5Hash: md5, timeCreated: time };
  return {
    attributes: {
      notificationConfig: `projects/_/buckets/${bucket}/notificationConfigs/1`,
      eventType: "OBJECT_FINALIZE",
      payloadFormat: "JSON_API_V1",
      bucketId: bucket,
      objectId: key,
      objectGeneration: generation,
      eventTime: time,
    },
    data: base64(JSON.stringify(object)),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
