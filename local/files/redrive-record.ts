import { join } from "node:path";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { QueuedMessage } from "../world/queued-message";
import type { BatchesRecord } from "./file-batch-store";
import { writeBatches } from "./file-batch-store";
import { readLines, writeLines } from "./json-lines";

/** Queues of a replay. */
export type ReplayQueue = "landings" | "requests" | "drift";

/** A message that died, as `dead-letters.jsonl` keeps it. */
export interface DeadLetterRecord {
  readonly queue: ReplayQueue;
  readonly message: QueuedMessage;
}

/** What a replay leaves for `retrigger redrive`, beside what every command needs. */
export interface RedriveRecord {
  readonly deadLetters: readonly DeadLetterRecord[];
  /** Keys of all objects that landed. */
  readonly landed: readonly string[];
  /** All requests that were asked, each once. */
  readonly requests: readonly TrainingRequest[];
  readonly batches: BatchesRecord;
}

/** Names of its files, in the folder of the replay. */
export const REDRIVE_FILES = {
  deadLetters: "dead-letters.jsonl",
  landed: "landed.jsonl",
  requests: "requests.jsonl",
  batches: "batches.json",
} as const;

/** Writes them all; what was there is replaced, file by file. */
export async function writeRedriveRecord(folder: string, { deadLetters, landed, requests, batches }: RedriveRecord): Promise<void> {
  await writeDeadLetters(folder, deadLetters);
  await writeLines(join(folder, REDRIVE_FILES.landed), landed);
  await writeLines(join(folder, REDRIVE_FILES.requests), requests);
  await writeBatches(join(folder, REDRIVE_FILES.batches), batches);
}

/** Replaces the file as a whole. */
export async function writeDeadLetters(folder: string, letters: readonly DeadLetterRecord[]): Promise<void> {
  await writeLines(join(folder, REDRIVE_FILES.deadLetters), letters);
}

/** @throws Error of the file system when the run tells of none */
export async function readDeadLetters(folder: string): Promise<DeadLetterRecord[]> {
  return await readLines<DeadLetterRecord>(join(folder, REDRIVE_FILES.deadLetters));
}

/** Keys of all objects that landed. */
export async function readLanded(folder: string): Promise<string[]> {
  return await readLines<string>(join(folder, REDRIVE_FILES.landed));
}

/** By id: a crash may have made one stand there twice. */
export async function readRequests(folder: string): Promise<ReadonlyMap<string, TrainingRequest>> {
  const requests = await readLines<TrainingRequest>(join(folder, REDRIVE_FILES.requests));
  return new Map(requests.map((request) => [request.id, request]));
}
