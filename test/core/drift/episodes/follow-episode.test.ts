import type { DriftReport } from "../../../../functions/core/drift/drift-report";
import type { Episode } from "../../../../functions/core/drift/episodes/episode";
import { followEpisode } from "../../../../functions/core/drift/episodes/follow-episode";
import { evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import type { RequestFates } from "../../../../functions/core/drift/ports";
import { HOUR_MS } from "../../../simulation/requests";
import { DAY_MS, featureOf, policyOf, reportOf, scored } from "../reports";

/** One window is enough, so that severities are those of the scores. */
const POLICY = policyOf({ persistence: { k: 1, n: 1 } });
const [CALM, MEDIUM, HIGH] = [0.01, 0.2, 0.4];
const START = reportOf(0, []).window.start;

describe("followEpisode", () => {
  it("should ask once while a drift lasts, and again when it gets worse", async () => {
    const model = newModel();

    const asked = [];
    for (const score of [CALM, MEDIUM, MEDIUM, HIGH, MEDIUM, HIGH]) asked.push((await model.hour(score)).asks);

    expect(asked).toEqual([false, true, false, true, false, false]);
  });

  it.each([
    ["hourly windows", 1, 1, 24],
    ["windows of six hours", 6, 6, 4],
    ["daily windows", 24, 24, 3],
    ["weekly windows", 168, 168, 3],
    ["a week that ends every hour", 168, 1, 24],
    ["moments every hour", 0, 1, 24],
    ["moments every day", 0, 24, 3],
  ])("should be over after three calm windows and a day of them: %s", async (_, lengthH, distanceH, closeAfter) => {
    const model = newModel();
    const at = (n: number) => ({ endH: 1_000 + n * distanceH, lengthH });
    await model.report(MEDIUM, at(0));

    for (let n = 1; n < closeAfter; n++) await model.report(CALM, at(n));
    expect(model.episodes()).toHaveLength(1);
    await model.report(CALM, at(closeAfter));

    expect(model.episodes()).toEqual([]);
    expect(await model.report(MEDIUM, at(closeAfter + 1))).toMatchObject({ asks: true, isAnnounced: true });
  });

  it("should count a window once, and a late one not at all, unless it makes the drift worse", async () => {
    const model = newModel(policyOf({ persistence: { k: 1, n: 3 } }));
    await model.report(MEDIUM, { endH: 10 });
    await model.report(CALM, { endH: 11 });

    await model.report(CALM / 2, { endH: 11 });
    await model.report(CALM, { endH: 9 });
    expect(model.episodes()).toMatchObject([{ calmRun: 1 }]);

    expect(await model.report(HIGH, { endH: 11 })).toMatchObject({ asks: true });
    expect(model.episodes()).toMatchObject([{ calmRun: 0, asked: 3, askedAt: START + 11 * HOUR_MS }]);
  });

  it("should begin with a late report by which the newest window is a drift", async () => {
    const model = newModel(policyOf());
    for (const [endH, score] of [
      [10, CALM],
      [12, HIGH],
    ] as const)
      await model.report(score, { endH });

    expect(await model.report(HIGH, { endH: 11 })).toMatchObject({ asks: true, isAnnounced: true });
    expect(model.episodes()).toMatchObject([{ since: START + 12 * HOUR_MS, askedAt: START + 12 * HOUR_MS }]);
    expect(await model.report(HIGH, { endH: 13 })).toMatchObject({ asks: false });
  });

  it("should not take a window for calm that had too few values to tell of the drift", async () => {
    const model = newModel();
    await model.hour(MEDIUM);
    const few = featureOf("amount", scored(CALM), { sampleSize: 3 });

    for (let n = 0; n < 30; n++) await model.hourOf([few]);
    for (let n = 0; n < 30; n++) await model.hourOf([few, featureOf("other", scored(CALM))]);
    expect(model.episodes()).toMatchObject([{ calmRun: 0, end: START + HOUR_MS }]);

    for (let n = 0; n < 24; n++) await model.hour(CALM);
    expect(model.episodes()).toEqual([]);
  });

  it("should take a report for calm that lists what drifts, and lists nothing", async () => {
    const model = newModel();
    await model.hour(MEDIUM);

    for (let n = 0; n < 24; n++) await model.hourOf([], { unlisted: "calm" });

    expect(model.episodes()).toEqual([]);
  });

  it("should ask when the training has ended, the pause is over and the drift is still there", async () => {
    const model = newModel();
    await model.report(MEDIUM, { endH: 1 });
    model.setFate({ type: "trained", startedAt: START + 2 * HOUR_MS, at: START + 4 * HOUR_MS });

    expect((await model.report(MEDIUM, { endH: 5 })).why).toMatch(/^its training has ended; not asked again before 2026-12-01T04:/);
    expect(await model.report(MEDIUM, { endH: 723 })).toMatchObject({ asks: false });
    expect(await model.report(MEDIUM, { endH: 724 })).toMatchObject({ asks: true, isAnnounced: true });
  });

  it("should take a training for its own though the clock of the monitor is ahead of the coordinator's", async () => {
    const model = newModel();
    await model.report(MEDIUM, { endH: 1 });
    model.setFate({ type: "trained", startedAt: START + HOUR_MS / 2, at: START + 4 * HOUR_MS });

    expect((await model.report(MEDIUM, { endH: 5 })).why).toMatch(/^its training has ended/);
  });

  it("should look up what became of a request while nobody told, and only when the drift is there", async () => {
    const model = newModel();
    await model.hour(MEDIUM);
    await model.hour(CALM);
    expect(model.lookedUp()).toEqual([]);

    await model.hour(MEDIUM);
    await model.hour(MEDIUM);
    expect(model.lookedUp()).toEqual(["report-1", "report-1"]);

    model.setFate({ type: "refused", at: START + 4 * HOUR_MS, why: "a person refused it" });
    for (let n = 0; n < 5; n++) await model.hour(MEDIUM);
    expect(model.lookedUp()).toHaveLength(3);
  });

  it("should ask without telling or blocking for a drift that was under way before it had an episode", async () => {
    const model = newModel();
    await model.hour(HIGH);
    model.forgetEpisodes();

    expect(await model.hour(HIGH)).toMatchObject({ asks: true, isAnnounced: false });
    expect(await model.hour(HIGH)).toMatchObject({ asks: false });
  });

  it("should hold an alarm's drift until it is over for a day", async () => {
    const model = newModel();
    const raised = (endH: number) => model.report(HIGH, { endH, isChange: true });
    const over = (endH: number) => model.report(CALM, { endH, isChange: true });

    const asked = [
      await raised(1),
      await over(3),
      await raised(5),
      await over(6),
      await raised(29),
      await over(31),
      await raised(55),
    ];

    expect(asked.map(({ asks }) => asks)).toEqual([true, false, false, false, false, false, true]);
    expect((await raised(200)).asks).toBe(false);
  });

  it("should keep the episodes of monitors apart, and forget that of one that is silent", async () => {
    const model = newModel();
    await model.report(MEDIUM, { endH: 1 });

    expect(await model.report(MEDIUM, { endH: 2, monitor: "other" })).toMatchObject({ asks: true });
    expect(model.episodes().map(({ monitor }) => monitor)).toEqual(["other", "own"]);
    await model.report(CALM, { endH: 1 + 30 * 24, monitor: "other" });
    expect(model.episodes()).toHaveLength(2);
    await model.report(CALM, { endH: 2 + 30 * 24, monitor: "other" });
    expect(model.episodes().map(({ monitor }) => monitor)).toEqual(["other"]);
  });

  it("should keep the episode of a monitor that reports again and again, however many others have a name for each run", async () => {
    const model = newModel();
    await model.hour(MEDIUM);
    await model.hour(MEDIUM);

    for (let run = 0; run < 120; run++) await model.hourOf([featureOf("amount", scored(HIGH))], { monitor: `run ${run}` });

    expect(model.episodes()).toHaveLength(50);
    expect(model.episodes().find(({ monitor }) => monitor === "own")).toMatchObject({ asks: 1 });
    expect(model.episodes().map(({ monitor }) => monitor)).toContain("run 119");
    expect(await model.hour(MEDIUM)).toMatchObject({ asks: false });
  });

  it("should ask for nothing where no severity asks for a training, and from the lowest that does", async () => {
    const { low, medium, high, critical } = POLICY.responses;
    const silent = { low, medium: { notify: false, block: false }, high: { notify: true, block: false }, critical: low };
    const early = { low: medium, medium, high, critical };

    const [never, soon] = [newModel({ ...POLICY, responses: silent }), newModel({ ...POLICY, responses: early })];

    expect([await never.hour(HIGH), await never.hour(0.9)]).toMatchObject([{ asks: false }, { asks: false }]);
    expect([await soon.hour(0.06), await soon.hour(0.06)]).toMatchObject([{ asks: true }, { asks: false }]);
  });

  it("should pause as long as the policy says, and thirty days where an earlier version wrote none", async () => {
    const { pauseMs: _none, ...earlier } = POLICY;
    for (const [policy, days] of [
      [{ ...POLICY, pauseMs: 7 * DAY_MS }, 7],
      [earlier, 30],
    ] as const) {
      const model = newModel(policy);
      await model.report(MEDIUM, { endH: 1 });
      model.setFate({ type: "expired", at: START + 2 * HOUR_MS, why: "nobody approved it in time" });

      expect(await model.report(MEDIUM, { endH: 1 + days * 24 })).toMatchObject({ asks: false });
      expect(await model.report(MEDIUM, { endH: 2 + days * 24 })).toMatchObject({ asks: true });
    }
  });
});

// Helpers

interface Reported {
  /** Hours from the first day's start. */
  readonly endH: number;
  /** @default 1 */
  readonly lengthH?: number;
  /** @default "own" */
  readonly monitor?: string;
  /** @default false */
  readonly isChange?: boolean;
}

/** A model whose reports are evaluated and followed one after the other; a request is named after its report. */
function newModel(policy = POLICY) {
  let [history, episodes, hour]: [ReturnType<typeof evaluateDrift>["history"], readonly Episode[], number] = [[], [], 0];
  let fate: Awaited<ReturnType<RequestFates["fateOf"]>>;
  const lookedUp: string[] = [];
  const fates: RequestFates = {
    async fateOf(requestId) {
      lookedUp.push(requestId);
      return fate;
    },
  };

  async function follow(report: DriftReport, isChange: boolean) {
    const newest = history.find(({ monitor }) => monitor === report.monitor)?.windows.at(-1)?.end;
    const evaluated = evaluateDrift(policy, report, history);
    const { evaluation } = evaluated;
    const followed = await followEpisode(fates, policy, episodes, { evaluation, requestId: evaluation.reportId, newest, isChange });
    ({ history } = evaluated);
    ({ episodes } = followed);
    return followed;
  }

  function reportAt({ endH, lengthH = 1, monitor = "own" }: Reported, features: DriftReport["features"]): DriftReport {
    const end = START + endH * HOUR_MS;
    return reportOf(0, features, { id: `report-${endH}`, monitor, window: { start: end - lengthH * HOUR_MS, end } });
  }

  const amount = (score: number) => [featureOf("amount", scored(score))];
  return {
    episodes: () => episodes,
    lookedUp: () => lookedUp,
    setFate: (told: typeof fate) => {
      fate = told;
    },
    forgetEpisodes: () => {
      episodes = [];
    },
    report: (score: number, reported: Reported) => follow(reportAt(reported, amount(score)), reported.isChange ?? false),
    hour: (score: number) => follow(reportAt({ endH: ++hour }, amount(score)), false),
    hourOf: (features: DriftReport["features"], overrides: Partial<DriftReport> = {}) =>
      follow({ ...reportAt({ endH: ++hour }, features), ...overrides }, false),
  };
}
