import type { CaptureSettings } from "../../../functions/core/capture/capture-settings";
import type { CapturePorts } from "../../../functions/core/capture/ports";
import { DEFAULT_DRIFT_POLICY } from "../../../functions/core/drift/drift-policy";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { memoryCaptureStore, memoryMonitorFiles, memoryTrainingStarts } from "../../../functions/memory/capture";
import { policyOf } from "../../simulation/requests";

export const HOUR_MS = 3_600_000;

/** 2026-11-21 00:00 UTC: the first window's start. */
export const MIDNIGHT = Date.UTC(2026, 10, 21);

export const BASELINE = "s3://flights/monitor/baseline.json";

export function captureOf(overrides: Partial<CaptureSettings> = {}): CaptureSettings {
  return {
    location: "s3://flights/captured/endpoint/AllTraffic/{yyyy}/{mm}/{dd}/{hh}/",
    format: "rows",
    columns: [],
    features: [],
    categories: [],
    periodMs: HOUR_MS,
    delayMs: 0,
    minimumRows: 1,
    baseline: BASELINE,
    baselineSpanMs: HOUR_MS,
    ...overrides,
  };
}

export function settingsOf(overrides: Partial<CaptureSettings> = {}): ModelSettings {
  return {
    model: "flights",
    data: { bucket: "flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
    batch: { batchSize: 10, windowMs: HOUR_MS, dedupeHorizonMs: HOUR_MS, retentionMs: HOUR_MS },
    pipeline: { name: "flights", parameters: {} },
    policy: policyOf(),
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/", capture: captureOf(overrides) },
  };
}

/** Where the captures of an hour after midnight lie. */
export function folderOf(hour: number): string {
  const at = new Date(MIDNIGHT + hour * HOUR_MS).toISOString();
  return `s3://flights/captured/endpoint/AllTraffic/${at.slice(0, 10).replaceAll("-", "/")}/${at.slice(11, 13)}/`;
}

/** The report of the window that an hour begins. */
export function reportUri(hour: number): string {
  const at = new Date(MIDNIGHT + hour * HOUR_MS).toISOString();
  return `s3://flights/drift/flights/captured-${at.slice(0, 19).replaceAll(":", "")}Z.json`;
}

/** A monitor's ports in memory; the clock stands `hours` after midnight. */
export function monitorPorts(hours: number) {
  const captures = memoryCaptureStore();
  const files = memoryMonitorFiles();
  const told: LogRecord[] = [];
  const ports: CapturePorts = {
    captures,
    trainings: memoryTrainingStarts(),
    files,
    log: (entry) => void told.push(entry),
    now: () => MIDNIGHT + hours * HOUR_MS,
  };
  return { ports, captures, files, told, events: () => told.map(({ event }) => event) };
}

/** Rows as JSON Lines. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
