import { createHash } from "node:crypto";
import type { DriftState } from "../../functions/core/drift/drift-state";
import type { DriftEvaluation, FeatureEvaluation } from "../../functions/core/drift/evaluate-drift";
import type { DriftRecord } from "../../functions/core/drift/ports";
import { NOW, range, requestOf } from "./coordination-samples";

export const HOUR_MS = 3_600_000;

/** A feature with everything that one can have. */
export function featureOf(name: string, values: Partial<FeatureEvaluation> = {}): FeatureEvaluation {
  return {
    name,
    kind: "data",
    sampleSize: 5_000,
    outcome: "drift",
    metric: "psi",
    score: 0.1 + 0.2,
    threshold: 0.3,
    noise: 0.01,
    why: "psi 0.3 reaches 0.3 (high); chance explains up to 0.01",
    windowSeverity: "high",
    state: "detected",
    severity: "high",
    isRisen: true,
    ...values,
  };
}

/** A feature of which nothing could be told. */
export function untoldFeature(name: string): FeatureEvaluation {
  const { sampleSize: _size, score: _score, threshold: _threshold, noise: _noise, ...rest } = featureOf(name);
  const calm = { windowSeverity: "none", state: "none", severity: "none", isRisen: false } as const;
  return { ...rest, ...calm, outcome: "insufficient", why: "got 3 values on the current side, needs at least 100 to tell" };
}

export function evaluationOf(values: Partial<DriftEvaluation> = {}): DriftEvaluation {
  return {
    model: "flights",
    monitor: "hourly",
    reportId: "report-1",
    window: { start: NOW - 2 * HOUR_MS, end: NOW - HOUR_MS },
    severity: "high",
    isRisen: true,
    features: [featureOf("fare"), untoldFeature('Zoë\'s "column"\n')],
    ...values,
  };
}

/** The record of an evaluation, made an hour after its window ended. */
export function driftRecordOf(values: Partial<DriftEvaluation> = {}): DriftRecord {
  const evaluation = evaluationOf(values);
  return { evaluation, evaluatedAt: evaluation.window.end + HOUR_MS };
}

/** The record of so many features, the first `drifting` of which drift; names of 250 characters do not compress when `isNoisy`. */
export function largeRecord(features: number, drifting: number, isNoisy: boolean): DriftRecord {
  const nameOf = (n: number) => (isNoisy ? noise(`${n}`, 250) : `column-${n}`);
  const calm = { outcome: "calm", windowSeverity: "none", state: "none", severity: "none", isRisen: false } as const;
  const all = range(features).map((n) => {
    const score = 0.3 - n / 10_000;
    const why = `psi ${score.toPrecision(3)} is below 0.3; chance explains up to ${(n / 1e5).toPrecision(3)}`;
    return featureOf(nameOf(n), { score, sampleSize: 5_000 + n, ...(n < drifting ? {} : calm), why });
  });
  return driftRecordOf({ features: all });
}

/** A state with everything that one can have. */
export function fullDriftState(): DriftState {
  const request = requestOf({
    id: "drift/flights/2026-11-21T11-00-00-0123456789abcdef",
    causes: [{ type: "drift", severity: "critical", score: 0.1 + 0.2, feature: "fare" }],
    manifests: [],
    needsApproval: true,
    blocks: true,
  });
  return {
    history: [
      {
        monitor: "hourly",
        windows: [
          { start: NOW - 3 * HOUR_MS, end: NOW - 2 * HOUR_MS, reportIds: ["report-0"] },
          {
            start: NOW - 2 * HOUR_MS,
            end: NOW - HOUR_MS,
            reportIds: ["report-1", "report-1b"],
            digests: ["", "0123456789abcdef"],
          },
        ],
        features: [
          {
            kind: "data",
            name: "fare",
            base: { rank: 3, since: NOW - 9 * HOUR_MS },
            settled: 1,
            outcomes: [
              { end: NOW - 2 * HOUR_MS, rank: 3, heldRank: 3 },
              { end: NOW - HOUR_MS, rank: 0, heldRank: 3 },
            ],
          },
          { kind: "concept", name: "accuracy", base: { rank: 0 }, settled: 0, outcomes: [] },
        ],
        learned: [
          { kind: "data", name: "fare", metric: "jensen-shannon-distance", count: 12, mean: 0.1 + 0.2, m2: 1e-5 / 3, end: NOW },
          { kind: "label", name: "üñï", metric: "p-value", count: 2, mean: 1e-150, m2: 0, alarms: 1, end: NOW - HOUR_MS },
        ],
      },
      { monitor: "üñï", windows: [], features: [] },
    ],
    outbox: [
      { number: 4, reportId: "report-1", action: { type: "record", severity: "critical", why: 'it\'s "odd"\n' } },
      { number: 5, reportId: "report-1", requestId: request.id, action: { type: "request", request } },
      { number: 6, reportId: "report-1", action: { type: "notify", subject: "flights: ünïcode", text: "why" } },
    ],
    actions: 6,
    evaluatedAt: NOW,
    episodes: [
      {
        monitor: "hourly",
        requestId: request.id,
        since: NOW - 9 * HOUR_MS,
        asked: 4,
        askedAt: NOW - 2 * HOUR_MS,
        asks: 2,
        failures: 1,
        calmRun: 1,
        until: NOW + 24 * HOUR_MS,
        why: "a person refused it",
        end: NOW - HOUR_MS,
        rank: 0,
      },
    ],
  };
}

/** A state that tells which save it came from. */
export function driftStateOf(actions: number): DriftState {
  return { history: [], outbox: [], actions };
}

/** `features` features that drifted in each of `windows` windows, as badly as a hash says. */
export function wideDriftState(features: number, windows: number, nameLength = 20): DriftState {
  const ends = range(windows).map((n) => NOW - (windows - n) * HOUR_MS);
  const rankOf = (text: string) => (createHash("sha1").update(text).digest()[0] ?? 0) % 5;
  const all = range(features).map((n) => ({
    kind: "data" as const,
    name: noise(`${n}`, nameLength),
    base: { rank: 3 },
    settled: 0,
    outcomes: ends.map((end) => ({ end, rank: rankOf(`${n} ${end}`), heldRank: 4 })),
  }));
  const held = ends.map((end) => ({ start: end - HOUR_MS, end, reportIds: [`report-${end}`] }));
  return { history: [{ monitor: "hourly", windows: held, features: all }], outbox: [], actions: 0 };
}

/** Characters that do not compress, the same for the same seed. */
function noise(seed: string, length: number): string {
  const blocks = range(Math.ceil(length / 64)).map((part) => createHash("sha512").update(`${seed}/${part}`).digest("base64url"));
  return blocks
    .map((block) => block.slice(0, 64))
    .join("")
    .slice(0, length);
}
