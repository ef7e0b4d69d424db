import type { DriftPorts } from "../functions/core/drift/assess-drift";
import type { DriftReport } from "../functions/core/drift/drift-report";
import type { SweeperPorts } from "../functions/core/sweep-models";
import type { TrainingRequest } from "../functions/core/training-request";
import type { LandingFile } from "./replay/landing-files";
import type { QueuedMessage } from "./world/queued-message";
import type { SeededRandom } from "./world/seeded-random";
import type { SimulatedRun } from "./world/simulated-run";

/** Clouds of the replay. */
export const CLOUDS = ["aws", "gcp"] as const;
export type CloudName = (typeof CLOUDS)[number];

/** What one write of a key is told by, and a repetition of the event keeps. */
export interface ObjectWrite {
  readonly key: string;
  readonly bytes: number;
  readonly md5: string;
  /** Number of the write, from 1. */
  readonly number: number;
}

/** The write of the `index`-th file (from 0) to land. */
export function objectWrite({ key, bytes, md5 }: LandingFile, index: number): ObjectWrite {
  return { key, bytes, md5, number: index + 1 };
}

/** Hands messages to a function; resolves to the ids of those that failed, and rejects when none was answered for. */
export type Delivery = (messages: readonly QueuedMessage[]) => Promise<readonly string[]>;

/** How a cloud writes the lists of objects. */
export interface ManifestFormat {
  /** Of its addresses: `<scheme>://<bucket>/<key>`. */
  readonly scheme: string;
  readonly suffix: string;
  readonly textOf: (bucket: string, keys: readonly string[]) => string;
  readonly keysOf: (uri: string, bucket: string, text: string) => string[];
}

/** Everything that the functions reach outside of themselves. */
export type ReplayPorts = SweeperPorts & DriftPorts;

/** What of the replay is one cloud's: the messages as it writes them, and the functions as it calls them. */
export interface Edition {
  readonly cloud: CloudName;
  readonly manifests: ManifestFormat;
  /** Announces an object, at `at` (epoch milliseconds). */
  objectMessage(write: ObjectWrite, at: number, random: SeededRandom): string;
  /** Key of the object that a message announces; undefined for any other message. */
  announcedKey(body: string): string | undefined;
  /** Messages that no retry can cure, by what is wrong with them; as many on every cloud. */
  hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string>;
  requestMessage(request: TrainingRequest): string;
  /** What tells of the end of a run; undefined where nobody does. */
  runEndMessage(run: SimulatedRun, random: SeededRandom): { readonly id: string; readonly body: string } | undefined;
  createBatcher(ports: SweeperPorts): Delivery;
  createCoordinator(ports: SweeperPorts): Delivery;
  createSweeper(ports: SweeperPorts): () => Promise<void>;
  /** The message that a drift report is. */
  driftMessage(report: DriftReport): string;
  createDriftEvaluator(ports: ReplayPorts): Delivery;
}
