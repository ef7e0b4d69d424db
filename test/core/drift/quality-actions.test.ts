import fc from "fast-check";
import type { DriftReport } from "../../../functions/core/drift/drift-report";
import type { DriftState } from "../../../functions/core/drift/drift-state";
import { qualityActions } from "../../../functions/core/drift/quality-actions";
import { RetryableError } from "../../../functions/core/errors";
import type { QualitySignal } from "../../../functions/core/quality/quality-signal";
import { settingsOf } from "../../simulation/data-path";
import { createAssessment } from "../../simulation/drift-assessment";
import { pricedSettings } from "../../simulation/priced-settings";
import { randomOf } from "../../simulation/random";
import type { Fate, Step } from "../../simulation/unreliable";
import { featureOf, reportOf, scored } from "./reports";

const SETTINGS = pricedSettings(settingsOf());
const { model } = SETTINGS;
const EMPTY = { outbox: [] };
const SCHEDULES = 200;

describe("qualityActions", () => {
  it("should send the signals of a model whose adaptive policy has a price, and of no other", () => {
    const report = measured(0, { accuracy: 0.9, f1: 0.8 });
    const byVolume = { ...settingsOf().policy, volume: { objects: 1, ageMs: 1 } };

    const { actions } = qualityActions(SETTINGS, report, EMPTY);

    expect(metricsOf(actions)).toEqual(["accuracy", "f1"]);
    for (const settings of [settingsOf(), { policy: byVolume }]) {
      expect(qualityActions(settings, measured(0, { accuracy: 0.9, rmse: 3 }), EMPTY)).toEqual({ actions: [], refusals: [] });
    }
  });

  it("should send those of the metric alone that the policy names", () => {
    const { actions } = qualityActions(pricedSettings(settingsOf(), "f1"), measured(0, { accuracy: 0.9, f1: 0.8 }), EMPTY);

    expect(metricsOf(actions)).toEqual(["f1"]);
  });

  it("should say so, and leave the record its room, while a hundred wait for their queue", () => {
    const [action] = qualityActions(SETTINGS, measured(0, { accuracy: 0.9 }), EMPTY).actions;
    if (action === undefined) throw new Error("there is no signal");
    const waiting = (count: number): Pick<DriftState, "outbox"> => ({
      outbox: Array.from({ length: count }, (_, index) => ({ number: index + 1, reportId: "a", action })),
    });

    const next = (count: number) => qualityActions(SETTINGS, measured(1, { accuracy: 0.9 }), waiting(count));

    expect(next(99)).toMatchObject({ actions: [{ type: "quality" }], refusals: [] });
    expect(next(100)).toEqual({
      actions: [],
      refusals: ["100 signals wait to be sent already: is the queue of requests there?"],
    });
  });
});

describe("assessDrift", () => {
  it("should send what a report says of the model's quality, once, and say what is no signal", async () => {
    const world = newWorld();
    const report = measured(0, { accuracy: 0.9, rmse: 3.2 });

    for (const copy of [report, report]) await world.assess(copy);

    const { start: from, end: to } = report.window;
    expect(world.signals).toEqual([
      { model, monitor: "own", metric: "accuracy", from, to, error: expect.closeTo(0.1, 9), rows: 5_000 },
    ]);
    expect(world.reported.filter(({ event }) => event === "quality-signal-refused")).toMatchObject([
      { level: "info", model, reportId: "report-0", why: expect.stringMatching(/^rmse 3.2 is not an error from 0 to 1/) },
    ]);
    expect(await world.state()).toMatchObject({ outbox: [] });
  });

  it("should detect a drift as before beside it, and send with each of its windows", async () => {
    const world = newWorld();

    for (const day of [0, 1, 2]) {
      const { features, ...rest } = measured(day, { accuracy: 0.9 });
      await world.assess({ ...rest, features: [...features, featureOf("fare", scored(0.4))] });
    }

    expect(world.sent).toHaveLength(1);
    expect(world.signals).toHaveLength(3);
  });

  it("should keep a signal that could not be sent, and send it with the next delivery", async () => {
    const world = newWorld();
    const away: Step = async (point) => {
      if (point === "before send") throw new Error("the queue is away");
    };

    await expect(world.assessWith(away, measured(0, { accuracy: 0.9 }))).rejects.toThrow(RetryableError);
    expect([world.signals.length, (await world.state())?.outbox]).toMatchObject([0, [{ action: { type: "quality" } }]]);
    await world.assess(measured(0, { accuracy: 0.9 }));

    expect(world.signals).toMatchObject([{ metric: "accuracy" }]);
    expect(await world.state()).toMatchObject({ outbox: [] });
  });

  it("should send every signal at least once and no other, in whatever step a process dies or a call fails", async () => {
    let repeated = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 5 }), async (seed, count) => {
        const random = randomOf(seed);
        const world = createAssessment(SETTINGS, async () => undefined);
        const reports = Array.from({ length: count }, (_, day) => measured(day, { accuracy: 0.9 - day / 100 }));
        const nextFate = (): Fate => (["dies", "throws"] as const)[random(6)] ?? "fine";

        for (const report of reports) await world.assess(report, nextFate).catch(() => "failed");
        for (const report of reports) await world.assess(report);

        // One that many newer ones overtook is evaluated no more, and its signals would come too late for the coordinator.
        const late = world.reported.flatMap((entry) =>
          entry.event === "drift-report-ignored" && isLate(entry.why) ? [entry.reportId] : [],
        );
        const expected = reports.filter(({ id }) => !late.includes(id)).flatMap((report) => signalsOf(report));
        expect(reports.at(-1)?.id).not.toBe(late.at(-1));
        expect(distinct(world.signals)).toEqual(distinct(expected));
        expect(await world.state()).toMatchObject({ outbox: [] });
        repeated += world.signals.length - expected.length;
      }),
      // The first: two days come again when three later ones are judged.
      { examples: [[25, 5]], numRuns: SCHEDULES, endOnFailure: true },
    );
    expect(repeated).toBeGreaterThan(0);
  });
});

// Helpers

function newWorld() {
  return createAssessment(SETTINGS, async () => undefined);
}

/** A day's report of qualities by metric. */
function measured(day: number, qualities: Readonly<Record<string, number>>): DriftReport {
  const features = Object.entries(qualities).map(([metric, current]) =>
    featureOf(metric, { type: "performance", metric, current, higherIsBetter: true }, { kind: "concept" }),
  );
  return reportOf(day, features, { model });
}

function signalsOf(report: DriftReport): QualitySignal[] {
  return qualityActions(SETTINGS, report, EMPTY).actions.flatMap((action) => (action.type === "quality" ? [action.signal] : []));
}

function isLate(why: unknown): boolean {
  return typeof why === "string" && !why.includes("already");
}

function metricsOf(actions: ReturnType<typeof qualityActions>["actions"]): string[] {
  return actions.flatMap((action) => (action.type === "quality" ? [action.signal.metric] : []));
}

function distinct(signals: readonly QualitySignal[]): string[] {
  return [...new Set(signals.map((signal) => JSON.stringify(signal)))].sort();
}
