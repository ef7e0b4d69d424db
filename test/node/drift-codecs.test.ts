import { boundedHistory, MAX_MONITORS, type MonitorHistory } from "../../functions/core/drift/drift-history";
import { MAX_RECORD_BYTES, toDeflatedJson } from "../../functions/node/deflated-json";
import { decodeDriftRecord, decodeDriftState, encodeDriftRecord, encodeDriftState } from "../../functions/node/drift-codecs";
import { driftRecordOf, featureOf, fullDriftState, largeRecord, untoldFeature, wideDriftState } from "../contracts/drift-samples";

describe("encodeDriftState", () => {
  it("should be read back as it was", () => {
    expect(decodeDriftState(encodeDriftState("flights", fullDriftState()))).toEqual(fullDriftState());
  });

  it.each([
    ["beside the history", (state: object) => ({ ...state, muted: true })],
    ["of a monitor", changed("windows", { muted: true })],
    ["of an outcome", changed("rank", { isMuted: true })],
    ["of an action", changed("severity", { isMuted: true })],
    ["of an episode", changed("calmRun", { isMuted: true })],
  ])("should not be read with a field of a newer program %s", (_, change) => {
    const data = toDeflatedJson("x", change(fullDriftState()));
    expect(() => decodeDriftState(data)).toThrow(/unrecognized|muted/i);
  });

  it("should refuse what could not be read back", () => {
    const broken = { ...fullDriftState(), actions: Number.NaN };
    expect(() => encodeDriftState("flights", broken)).toThrow(
      /^the new drift history of flights is not valid and was not saved: .*at actions/s,
    );
  });

  it("should refuse what does not fit", () => {
    expect(() => encodeDriftState("flights", wideDriftState(2_000, 39, 250))).toThrow(
      /^the drift history of flights takes \d+ bytes, deflated; at most 389120 fit/,
    );
  });
});

describe("boundedHistory", () => {
  it.each([
    ["features that drifted in many windows", wideDriftState(2_000, 39, 250).history],
    ["features with short names", wideDriftState(2_000, 39, 3).history],
    ["features that drifted in few windows", wideDriftState(2_000, 5).history],
    ["monitors without number", range(500).flatMap((n) => wideDriftState(20, 5, 250).history.map(named(`run ${n}`)))],
    ["large monitors", range(10).flatMap((n) => wideDriftState(1_000, 5).history.map(named(`weekly ${n}`)))],
  ])("should leave of %s what fits into a record, with room for what is left to do", (_, history) => {
    const bounded = boundedHistory(history, history.at(-1)?.monitor ?? "");

    const data = encodeDriftState("flights", { history: bounded.history, outbox: [], actions: 0 });
    expect(data.length).toBeLessThanOrEqual(300 * 1024);
    expect(bounded.history.map(({ monitor }) => monitor)).toContain(history.at(-1)?.monitor);
  });

  it("should leave room for an episode of each monitor, whatever their names, and for what is left to do", () => {
    const history = range(500).flatMap((n) => wideDriftState(20, 5, 250).history.map(named(`run ${n}`)));
    const [episode] = fullDriftState().episodes ?? [];
    // As long as a monitor's name may be, of letters that take three bytes each.
    const nameOf = (n: number) => range(256).map((at) => String.fromCharCode(0x4e00 + ((n * 7_919 + at * at * 104_729) % 20_000)));
    const episodes = range(MAX_MONITORS).flatMap((n) =>
      episode === undefined ? [] : [{ ...episode, monitor: nameOf(n).join("") }],
    );

    const bounded = boundedHistory(history, "run 499").history;
    const sizeOf = (state: object) => encodeDriftState("flights", { history: bounded, outbox: [], actions: 0, ...state }).length;

    expect(sizeOf({ episodes }) - sizeOf({})).toBeLessThanOrEqual(50 * 1024);
    expect(sizeOf({ episodes })).toBeLessThanOrEqual(350 * 1024);
  });

  it("should leave all of a history of two thousand features that drift", () => {
    expect(boundedHistory(wideDriftState(1_800, 5).history, "hourly")).toEqual({ history: wideDriftState(1_800, 5).history });
  });
});

describe("encodeDriftRecord", () => {
  it("should fill what fits with the worst features", () => {
    // Arrange
    const record = largeRecord(2_000, 300, true);

    // Act
    const data = encodeDriftRecord(record);

    // Assert
    const { evaluation, omittedFeatures = 0 } = decodeDriftRecord(data);
    expect(data.length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    expect(data.length).toBeGreaterThan(MAX_RECORD_BYTES - 1_000);
    expect(evaluation.features).toEqual(record.evaluation.features.slice(0, 2_000 - omittedFeatures));
  });

  it("should leave out some that drift when these alone are too many, the least first", () => {
    const { evaluation, omittedFeatures = 0 } = decodeDriftRecord(encodeDriftRecord(largeRecord(2_000, 2_000, true)));
    expect(omittedFeatures).toBeGreaterThan(50);
    expect(evaluation.features.at(-1)?.score).toBeCloseTo(0.3 - (1_999 - omittedFeatures) / 10_000);
  });

  it("should count what was left out before", () => {
    const large = { ...largeRecord(2_000, 300, true), omittedFeatures: 7 };
    const { evaluation, omittedFeatures } = decodeDriftRecord(encodeDriftRecord(large));
    expect(omittedFeatures).toBe(2_007 - evaluation.features.length);
  });

  it("should prefer what drifts to what is calm, and what is calm to what could not be told", () => {
    const calm = { outcome: "calm", windowSeverity: "none", state: "none", severity: "none", isRisen: false } as const;
    const suspected = featureOf("suspected", { state: "suspected", severity: "none", isRisen: false, score: 0.2 });
    const { features } = largeRecord(2_000, 0, true).evaluation;
    const mixed = [
      untoldFeature("untold"),
      featureOf("calm", { ...calm, score: 0 }),
      ...features,
      suspected,
      featureOf("detected"),
    ];
    const { evaluation } = decodeDriftRecord(encodeDriftRecord(driftRecordOf({ features: mixed })));
    expect(evaluation.features.slice(-2).map(({ name }) => name)).toEqual(["suspected", "detected"]);
    expect(evaluation.features.some(({ name }) => name === "untold")).toBe(false);
  });

  it("should be read after the program forgot its kind, metric or rule", () => {
    const old = JSON.parse(JSON.stringify(driftRecordOf()).replaceAll('"data"', '"seasonal"').replaceAll("psi", "moon-phase"));
    expect(decodeDriftRecord(encodeDriftRecord(old))).toEqual(old);
    const newer = toDeflatedJson("x", { ...driftRecordOf(), mood: "good" });
    expect(decodeDriftRecord(newer)).toEqual(driftRecordOf());
  });

  it("should refuse what could not be read back", () => {
    const broken = driftRecordOf({ features: [featureOf("fare", { score: Number.POSITIVE_INFINITY })] });
    expect(() => encodeDriftRecord(broken)).toThrow(
      /^the evaluation of the report report-1 of hourly is not valid and was not recorded: .*score/s,
    );
  });
});

// Helpers

/** Adds fields to every object of the state that has this one. */
function changed(field: string, more: object): (state: object) => unknown {
  return (state) =>
    JSON.parse(JSON.stringify(state), (_, value: unknown) =>
      typeof value === "object" && value !== null && field in value ? { ...value, ...more } : value,
    );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function named(monitor: string): (history: MonitorHistory) => MonitorHistory {
  return (history) => ({ ...history, monitor });
}
