import type { VersionedStore } from "../versioned-store";
import type { CandidateRecord, PromotionState } from "./promotion-state";

/** Port: the state of promotion, one record per model. */
export type PromotionStore = VersionedStore<PromotionState>;

/** Port: every step of every candidate, for whoever asks why. */
export interface CandidateLog {
  /** Keeps a record; a later one of the same step (candidate, number) takes its place, for as long as that was to be kept. */
  record(record: CandidateRecord): Promise<void>;
  /** The records of a model, those of candidates that were registered last first, at most `limit`. */
  list(model: string, limit: number): Promise<readonly CandidateRecord[]>;
  /** The records of one candidate, oldest first; none for one that nobody heard of. */
  read(model: string, candidateId: string): Promise<readonly CandidateRecord[]>;
}

/** A version as a registry has it. */
export interface RegisteredVersion {
  /** Its address: a model package's ARN, or `projects/…/locations/…/models/…@…`. */
  readonly version: string;
  /** Name of the registry and number of the version, as `candidateId` takes them. */
  readonly registry: string;
  readonly number: string;
  /** Epoch milliseconds. */
  readonly registeredAt: number;
  /** Whether it may serve, as the registry says. */
  readonly approval: "pending" | "approved" | "rejected";
  /** `registering` will be one of the others. `unusable` failed to register, or is being deleted. */
  readonly readiness: "ready" | "registering" | "unusable";
  readonly runId?: string;
  readonly evaluationUri?: string;
}

/** A verdict as it is written to a registry. */
export interface RegistryMark {
  readonly version: string;
  readonly candidateId: string;
  readonly verdict: "approved" | "rejected" | "waiting";
  /** For people who look at the registry; it is cut to what the registry takes. */
  readonly why: string;
}

/**
 * Port: where trained models are registered. Rejects with RetryableError when it cannot answer now, with Error when it will not.
 */
export interface ModelRegistry {
  /**
   * The versions of a registry that were registered at or after a time, epoch milliseconds, oldest first; at most 100.
   * @throws RegistryMissingError when there is no such registry
   */
  list(registry: string, since: number): Promise<readonly RegisteredVersion[]>;
  /** The version that was registered last of those that may serve; undefined where there is none. @throws as `list` */
  newestApproved(registry: string): Promise<RegisteredVersion | undefined>;
  /** Undefined for a version that is not there (any more). */
  describe(version: string): Promise<RegisteredVersion | undefined>;
  /**
   * Writes a verdict. It may be repeated. `overruled` when somebody decided otherwise meanwhile, whose word stands, or the
   * version is gone.
   */
  mark(mark: RegistryMark): Promise<"marked" | "overruled">;
}

/** There is no such registry. */
export class RegistryMissingError extends Error {
  override readonly name = "RegistryMissingError";
}

/** The lines of a file, and the digest of its bytes. */
interface HashedLines {
  /** Unpacked where they are gzip, without their ends and without empty ones, as many at a time as came together. Read once. */
  readonly lines: AsyncIterable<readonly string[]>;
  /** SHA-256 of the file's bytes as they are stored, hexadecimal. To be asked once the lines have ended. */
  readonly sha256: () => string;
}

/** Port: the files that a training pipeline wrote of its model. */
export interface EvaluationFiles {
  /**
   * The bytes of a file; undefined where there is none. Rejects with PoisonMessageError when it is larger than `mostBytes`, and
   * otherwise when the storage cannot answer.
   */
  read(uri: string, mostBytes: number): Promise<Uint8Array | undefined>;
  /**
   * The lines of a file; undefined where there is none. Rejects when the storage cannot answer. Its iteration rejects with
   * PoisonMessageError when a line is longer than `MAX_LINE_CHARS`, there is more than 1 GiB once it is unpacked, or the gzip is
   * broken; with another error when the rest cannot be read.
   */
  lines(uri: string): Promise<HashedLines | undefined>;
}
