import type { PersonAnswer } from "../../functions/core/coordination/person-answer";
import type { DriftPorts } from "../../functions/core/drift/assess-drift";
import type { DriftReport } from "../../functions/core/drift/drift-report";
import type { ModelSettingsSource } from "../../functions/core/model-settings";
import type { PromotionStore, RegisteredVersion } from "../../functions/core/promotion/ports";
import type { PromotionPorts } from "../../functions/core/promotion/promote-model";
import type { RolloutPorts } from "../../functions/core/promotion/rollout/rollout-turns";
import type { QualityMessage } from "../../functions/core/quality/quality-message";
import type { SweeperPorts } from "../../functions/core/sweep-models";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { VersionNaming } from "../../functions/memory/model-registry";
import type { ListFormat } from "../../functions/node/manifest-store";
import type { SimulatedRun } from "../world/simulated-cloud";
import type { Delivery, SimulatedRejections } from "../world/simulated-queue";
import type { SeededRandom } from "../world/time-and-chance";

/** The clouds that a replay can be of. */
export const CLOUDS = ["aws", "gcp"] as const;
export type CloudName = (typeof CLOUDS)[number];

/** One write of an object: what every event about it says, repetitions included. */
export interface ObjectWrite {
  readonly key: string;
  readonly bytes: number;
  readonly md5: string;
  /** Number of the write, from 1. */
  readonly number: number;
}

/** Ports of the coordinator; `promotions` where models are promoted. */
type CoordinatorPorts = SweeperPorts & { readonly promotions?: PromotionStore };

/** All ports of the functions, but for the promoter. */
export type ReplayPorts = CoordinatorPorts & DriftPorts;

/** Ports of the promoter. */
type PromoterPorts = PromotionPorts & { readonly settings: ModelSettingsSource };

/** A cloud as the local run imitates it: how it writes messages, and how it calls the functions. */
export interface LocalCloud {
  readonly name: CloudName;
  readonly manifests: ListFormat;
  /** The message that announces an object, written at `at` (epoch milliseconds). */
  objectMessage(write: ObjectWrite, at: number, random: SeededRandom): string;
  /** Key of the object that a message announces; undefined for any other message. */
  announcedKey(body: string): string | undefined;
  /** Messages that no retry can cure, by what is wrong with them; equally many on every cloud. */
  hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string>;
  /** The message of a training request, of a person's answer, or of a quality signal. */
  requestMessage(content: TrainingRequest | PersonAnswer | QualityMessage): string;
  /** The message that announces the end of a run; undefined where the cloud sends none. */
  runEndMessage(run: SimulatedRun, random: SeededRandom): { readonly id: string; readonly body: string } | undefined;
  readonly versionNaming: VersionNaming;
  /** The message that a version was registered or marked, at `at` (epoch milliseconds); undefined where the cloud sends none. */
  versionMessage(
    version: RegisteredVersion,
    at: number,
    random: SeededRandom,
  ): { readonly id: string; readonly body: string } | undefined;
  createBatcher(ports: SweeperPorts, rejected: SimulatedRejections): Delivery;
  createCoordinator(ports: CoordinatorPorts, rejected: SimulatedRejections): Delivery;
  createSweeper(ports: SweeperPorts): () => Promise<void>;
  createPromoter(ports: PromoterPorts): () => Promise<void>;
  /** How its endpoints lay out their models. */
  readonly endpointLayout: "sagemaker" | "vertex";
  createRollout(ports: RolloutPorts): () => Promise<void>;
  /** The message of a drift report. */
  driftMessage(report: DriftReport): string;
  createDriftEvaluator(ports: ReplayPorts, rejected: SimulatedRejections): Delivery;
}
