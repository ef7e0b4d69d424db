import { createHash, randomBytes } from "node:crypto";
import type { DriftEvaluation } from "../core/drift/evaluate-drift";
import type { DriftRecord } from "../core/drift/ports";

/** 64 hexadecimal digits for a request id, which itself is too long, and too free in its characters, for a cloud's token. */
export function requestIdHash(requestId: string): string {
  return createHash("sha256").update(requestId).digest("hex");
}

/** SHA-256 of a file's bytes, 64 hexadecimal digits. */
export function fileDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A new id of a deployment: 60 random bits. */
export function newDeploymentId(): string {
  return [...randomBytes(12)].map((byte) => (byte % 32).toString(32)).join("");
}

/** One id for a set of messages, in whatever order they come. */
export function deliveryIdOf(messageIds: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([...messageIds].sort()))
    .digest("base64url");
}

/** Digits of the last moment that a JavaScript date can name. */
const DIGITS = 16;

/** The end of an evaluation's window, so that texts sort as the times do. */
export function paddedEnd({ window }: Pick<DriftEvaluation, "window">): string {
  return String(window.end).padStart(DIGITS, "0");
}

/**
 * 64 hexadecimal digits, equal for every copy of a report and different for another of its model and window, also for one with its
 * id and other contents. Of a record of an earlier program, as that program made them.
 */
export function driftRecordHash({ evaluation: { monitor, reportId }, report }: DriftRecord): string {
  return requestIdHash(JSON.stringify(report === undefined ? [monitor, reportId] : [monitor, report.id, report.digest]));
}
