import type { DriftEvaluation } from "../core/drift/evaluate-drift";
import { requestIdHash } from "./request-id-hash";

/** Digits of the last moment that a JavaScript date can name. */
const DIGITS = 16;

/** The end of an evaluation's window, so that texts sort as the times do. */
export function paddedEnd({ window }: Pick<DriftEvaluation, "window">): string {
  return String(window.end).padStart(DIGITS, "0");
}

/** 64 hexadecimal digits, equal for every copy of a report and different for another of its model and window. */
export function driftRecordHash({ monitor, reportId }: Pick<DriftEvaluation, "monitor" | "reportId">): string {
  return requestIdHash(JSON.stringify([monitor, reportId]));
}
