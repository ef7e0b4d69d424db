import type { DriftHistory } from "../../../functions/core/drift/drift-history";
import { DEFAULT_DRIFT_POLICY, type DriftPolicy } from "../../../functions/core/drift/drift-policy";
import type { DriftFeature, DriftReport } from "../../../functions/core/drift/drift-report";
import { evaluateDrift } from "../../../functions/core/drift/evaluate-drift";
import { rankOf } from "../../../functions/core/drift/severity";
import { FEATURE_FORMS, FEATURE_NAMES } from "../../simulation/drift-features";
import { createStream, featuresOf, type StreamOptions } from "../../simulation/drift-streams";
import { type WatchedWindow, watchStream } from "../../simulation/watched-stream";

const HOUR_MS = 3_600_000;
const SLICES = 24;

/** A feature of each form, and one more of the first, which is normal. */
const SOME = FEATURE_FORMS.map((_, feature) => feature).filter((at) => at === 1 || FEATURE_FORMS[at] !== FEATURE_FORMS[at - 1]);
const NORMAL = SOME.filter((feature) => FEATURE_FORMS[feature] === "normal");

const INDEPENDENT: StreamOptions = { seed: 20_261_130, periodMs: HOUR_MS, rows: 1_000, features: SOME };

/** Of a normal feature a PSI of 0.2. */
const STEP_SD = 0.447;

/** Judges as if nothing but the bands mattered. */
const NO_CHANCE: DriftPolicy = { ...DEFAULT_DRIFT_POLICY, falseAlarmRate: 0.1, persistence: { k: 1, n: 1 } };

const STREAMS = [
  { rows: "independent", options: INDEPENDENT, ofUser: 1, calm: 140, within: 2 },
  { rows: "three equal ones of each user", options: { ...INDEPENDENT, rowsOfUser: () => 3 }, ofUser: 3, calm: 30, within: 3 },
  { rows: "six equal ones of each user", options: { ...INDEPENDENT, rowsOfUser: () => 6 }, ofUser: 6, calm: 30, within: 10 },
];

describe.each(STREAMS)(
  "a stream of 1,000 rows a window, which are $rows, against a baseline of a day",
  ({ options, ofUser, calm, within }) => {
    let before: readonly WatchedWindow[] = [];
    let after: readonly WatchedWindow[] = [];
    beforeAll(async () => {
      const shift = (feature: number, window: number) => (window >= SLICES + calm && NORMAL.includes(feature) ? STEP_SD : 0);
      const windows = await watched({ ...options, shift }, calm + within);
      [before, after] = [windows.slice(0, calm), windows.slice(calm)];
    });

    it(`should ask for nothing in ${calm} windows that are calm`, () => {
      expect(before.filter(({ evaluation }) => isRequest(evaluation.severity))).toEqual([]);
    });

    it(`should find a step of PSI 0.2 in normal features within ${within} windows, and not in the first`, () => {
      const found = after.flatMap(({ evaluation }) => evaluation.features.filter(({ severity }) => isRequest(severity)));

      expect([...new Set(found.map(({ name }) => name))].sort()).toEqual(NORMAL.map((feature) => FEATURE_NAMES[feature]));
      expect(after[0]?.evaluation.severity).toBe("none");
    });

    it("should tell how many times more its windows vary than those of independent rows", () => {
      const { designEffect = 1 } = before[0]?.report.features[0] ?? {};

      expect(Math.round(designEffect)).toBe(ofUser);
    });

    if (ofUser > 1) {
      it("should ask for a training in its calm windows where nobody looks at how they vary", () => {
        const reports = before.map(({ report }) => withoutCalm(report));

        expect(requestsOf(reports, NO_CHANCE)).toBeGreaterThan(0);
      });
    }
  },
);

async function watched(options: StreamOptions, count: number): Promise<WatchedWindow[]> {
  const windows: WatchedWindow[] = [];
  for await (const window of watchStream(createStream(options), { baselineMs: SLICES * HOUR_MS })) {
    windows.push(window);
    if (windows.length >= count) break;
  }
  expect(windows[0]?.report.features).toHaveLength(featuresOf(options).length);
  return windows;
}

function isRequest(severity: string): boolean {
  return rankOf(severity as "none") >= rankOf("medium");
}

/** The report as if rows were independent and no window had been looked at. */
function withoutCalm(report: DriftReport): DriftReport {
  const features = report.features.map(({ designEffect: _effect, calm: _calm, ...feature }): DriftFeature => feature);
  return { ...report, features };
}

/** Windows of which a training is asked for. */
function requestsOf(reports: readonly DriftReport[], policy = DEFAULT_DRIFT_POLICY): number {
  let history: DriftHistory = [];
  return reports.filter((report) => {
    const evaluated = evaluateDrift(policy, report, history);
    history = evaluated.history;
    return isRequest(evaluated.evaluation.severity);
  }).length;
}
