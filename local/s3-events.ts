import type { LandingFile } from "./landing-files";
import type { SeededRandom } from "./seeded-random";

/** The bucket that the flights land in, its account and region; none of them exists. */
export const LANDING = { bucket: "flights-landing", account: "123456789012", region: "us-east-1" } as const;

/** What one write of a key is told by, and a repetition of the event keeps: the sequencer rises with every write. */
export interface ObjectWrite {
  readonly key: string;
  readonly bytes: number;
  readonly md5: string;
  readonly sequencer: string;
}

/** The write of the `index`-th file (from 0) to land. */
export function objectWrite({ key, bytes, md5 }: LandingFile, index: number): ObjectWrite {
  return { key, bytes, md5, sequencer: (index + 1).toString(16).toUpperCase().padStart(18, "0") };
}

/**
 * "Object Created" of S3 as EventBridge puts it into the queue, at `at` (epoch milliseconds).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectCreatedEvent(write: ObjectWrite, at: number, random: SeededRandom) {
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: LANDING.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: LANDING.region,
    resources: [`arn:aws:s3:::${LANDING.bucket}`],
    detail: {
      version: "0",
      bucket: { name: LANDING.bucket as string },
      object: { key: write.key, size: write.bytes, etag: write.md5, sequencer: write.sequencer },
      "request-id": random.hex(16).toUpperCase(),
      requester: LANDING.account,
      "source-ip-address": "192.0.2.10",
      reason: "PutObject",
    },
  };
}

/** Messages that no retry can cure, by what is wrong with them. */
export function hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string> {
  const fine = objectCreatedEvent(
    { key: "flights/west/hostile.csv", bytes: 2_048, md5: random.hex(32), sequencer: "0A" },
    at,
    random,
  );
  const withObject = (object: object) => JSON.stringify({ ...fine, detail: { ...fine.detail, object } });
  return new Map([
    ["not JSON", "<Event>Object Created</Event>"],
    ["another bucket", JSON.stringify({ ...fine, detail: { ...fine.detail, bucket: { name: "somebody-elses-bucket" } } })],
    ["no key", withObject({ size: 2_048 })],
    ["a key of 1 MB", withObject({ ...fine.detail.object, key: `flights/west/${"a".repeat(1_000_000)}.csv` })],
    ["__proto__ for a body", `{"__proto__":${JSON.stringify(fine)}}`],
  ]);
}
