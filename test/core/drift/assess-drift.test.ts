import fc from "fast-check";
import type { DriftHistory } from "../../../functions/core/drift/drift-history";
import type { DriftReport } from "../../../functions/core/drift/drift-report";
import type { DriftState } from "../../../functions/core/drift/drift-state";
import { type DriftAction, respondToDrift } from "../../../functions/core/drift/drift-state";
import type { Episode } from "../../../functions/core/drift/episodes/episode";
import { followEpisode } from "../../../functions/core/drift/episodes/follow-episode";
import { type DriftEvaluation, evaluateDrift } from "../../../functions/core/drift/evaluate-drift";
import { PoisonMessageError, RetryableError } from "../../../functions/core/errors";
import { driftRequestId } from "../../../functions/core/request-ids";
import { settingsOf } from "../../simulation/data-path";
import { type Assessment, createAssessment } from "../../simulation/drift-assessment";
import { randomOf, shuffled } from "../../simulation/random";
import { NOON } from "../../simulation/requests";
import type { Fate, Step } from "../../simulation/unreliable";
import { DAY_MS, featureOf, policyOf, reportOf, scored } from "./reports";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SCHEDULES = 800;

const { policy, ...REST } = settingsOf();
/** People are told of a drift, as nobody is asked to approve its training. */
const SETTINGS = {
  ...REST,
  policy: { ...policy, approval: { ...policy.approval, needed: "never" as const } },
  drift: policyOf({ persistence: { k: 2, n: 3 } }),
};
const { model } = SETTINGS;

describe("assessDrift", () => {
  it("should raise what a drift asks for once it is detected, and keep every evaluation", async () => {
    const world = newWorld();

    const evaluations = [await world.assess(scoredReport(0, 0.4)), await world.assess(scoredReport(1, 0.4))];

    expect(evaluations).toMatchObject([
      { severity: "none", features: [{ state: "suspected" }] },
      { severity: "high", features: [{ state: "detected" }] },
    ]);
    expect(world.sent).toMatchObject([{ model, priority: 2, needsApproval: true, causes: [{ type: "drift", severity: "high" }] }]);
    expect(world.subjects).toEqual([`${model}: drift is high`]);
    expect(world.records().map(({ evaluation }) => evaluation.reportId)).toEqual(["report-0", "report-1"]);
    expect(await world.state()).toMatchObject({ outbox: [], actions: 3 });
  });

  it("should tell the severity of a report as a rank, and how many features it had", async () => {
    const world = newWorld();
    const features = ["fare", "delay"].map((name) => featureOf(name, scored(0.9)));

    for (const day of [0, 1]) await world.assess(reportOf(day, features, { model }));

    const told = world.reported.filter(({ event }) => event === "drift-evaluated");
    expect(told).toMatchObject([
      { severity: "none", severityRank: 0, features: 2 },
      { severity: "critical", severityRank: 4, features: 2 },
    ]);
  });

  it("should do the one thing that a low drift asks for, and leave nothing to be done", async () => {
    const world = newWorld();

    for (const day of [0, 1]) await world.assess(scoredReport(day, 0.06));

    expect(world.reported.filter(({ event }) => event === "drift-detected")).toMatchObject([{ level: "warn", severity: "low" }]);
    expect(await world.state()).toMatchObject({ outbox: [], actions: 1 });
  });

  it("should save once where nothing follows, and once more where something does", async () => {
    const world = newWorld();
    for (const day of [0, 1]) await world.assess(scoredReport(day, 0.01));
    expect(world.saved).toHaveLength(2);
    for (const day of [2, 3]) await world.assess(scoredReport(day, 0.4));
    expect(world.saved).toHaveLength(5);
  });

  it("should ask once while the drift lasts, keep it on record with every window, and say how its episode stands", async () => {
    const world = newWorld();

    for (const day of [0, 1, 2]) await world.assess(scoredReport(day, 0.4));
    await world.refuse(world.sent[0]);
    for (const day of [3, 4]) await world.assess(scoredReport(day, 0.4));

    const [asked] = world.sent;
    expect([world.sent.length, world.subjects.length]).toEqual([1, 1]);
    expect(world.reported.filter(({ event }) => event === "drift-detected")).toHaveLength(4);
    const refused = "a person refused it; not asked again before 2026-12-21T12:00:00.000Z unless it gets worse";
    expect(world.records().map(({ episode }) => episode)).toEqual([
      undefined,
      `asks for a training, ${asked?.id}`,
      `asked for a training at 2026-11-03T00:00:00.000Z, ${asked?.id}, of whose end nothing is known yet`,
      refused,
      refused,
    ]);
    expect(world.reported.at(-3)).toMatchObject({ event: "drift-evaluated" });
    expect(world.reported.at(-1)).toMatchObject({ event: "drift-detected", why: expect.stringContaining(`; ${refused}`) });
  });

  it("should judge no report while nobody tells what became of the training, and judge it once when it comes again", async () => {
    const world = newWorld();
    for (const day of [0, 1]) await world.assess(scoredReport(day, 0.4));

    await expect(world.assessWith(failing("before fateOf"), scoredReport(2, 0.4))).rejects.toThrow(
      "injected failure before fateOf",
    );

    expect(world.records()).toHaveLength(2);
    expect(await world.assess(scoredReport(2, 0.4))).toMatchObject({ severity: "high" });
  });

  it("should do nothing for a report that was seen, and say so", async () => {
    const world = newWorld();
    for (const day of [0, 1]) await world.assess(scoredReport(day, 0.4));
    const before = await world.state();

    const again = await world.assess(scoredReport(1, 0.4));

    expect(again).toMatchObject({ ignored: "report report-1 was seen already" });
    expect([world.sent.length, world.records().length, await world.state()]).toEqual([1, 2, before]);
    expect(world.reported.at(-1)).toMatchObject({ event: "drift-report-ignored", reportId: "report-1" });
  });

  it("should tell of a report that differs from another of its window, and ask for what it says under a request of its own", async () => {
    const world = newWorld();
    await world.assess(scoredReport(0, 0.9));
    await world.assess(scoredReport(1, 0.4));

    await world.assess(scoredReport(1, 0.9));

    const told = world.reported.filter(({ event }) => event === "drift-reports-differ");
    expect(told).toMatchObject([{ level: "warn", monitor: "own", others: ["report-1"] }]);
    expect(new Set(world.sent.map((request) => request.id)).size).toBe(2);
    expect(world.records().map(({ evaluation }) => evaluation.reportId)).toContain("report-1");
  });

  it("should keep what was said of each of two reports that have one id, when they come at the same time", async () => {
    // Arrange: the calm one has loaded the history, and is about to record
    const world = newWorld();
    const drifted = scoredReport(0, 0.9);
    const overtaken: Step = async (point) => {
      if (point === "before record" && world.saved.length === 0) await world.assess(drifted);
    };

    // Act
    const calm = await world.assessWith(overtaken, scoredReport(0, 0.001));

    // Assert
    expect(calm.reportId).toMatch(/^report-0 \([0-9a-f]{16}\)$/);
    expect(recordedScores(world)).toEqual([
      ["report-0", 0.9],
      [calm.reportId, 0.001],
    ]);
  });

  it("should keep what was said of a report when another comes with its id after that was forgotten", async () => {
    const world = newWorld();
    await world.assess(scoredReport(0, 0.9));
    for (let other = 1; other <= 50; other++) await world.assess(scoredReport(0, other / 1e5, { id: `other-${other}` }));

    await world.assess(scoredReport(0, 0.001));

    expect(recordedScores(world).filter(([id]) => id === "report-0")).toEqual([
      ["report-0", 0.9],
      ["report-0", 0.001],
    ]);
  });

  it("should tell of monitors whose history found no room", async () => {
    const world = newWorld();

    for (const run of Array.from({ length: 52 }, (_, n) => n)) {
      await world.assess({ ...scoredReport(0, 0.4), id: `run-${run}`, monitor: `run ${run}` });
    }

    const told = world.reported.filter(({ event }) => event === "drift-history-dropped");
    expect(told).toMatchObject([
      { level: "warn", monitor: "run 50", monitors: 1, features: 0 },
      { monitor: "run 51", monitors: 1, features: 0 },
    ]);
  });

  it.each([
    ["of another model", { model: "other" }, "got a report of model other, expected one of"],
    ["from the future", { window: { start: NOON, end: NOON + DAY_MS } }, "got a window that ends at 2026-11-22T12:00:00.000Z"],
  ])("should refuse a report %s as poison, and touch nothing", async (_, change, message) => {
    const world = newWorld();
    const assessed = world.assess({ ...scoredReport(0, 0.4), ...change });

    await expect(assessed).rejects.toThrow(PoisonMessageError);
    await expect(assessed).rejects.toThrow(`the drift report report-0: ${message}`);
    expect([world.saved, world.records()]).toEqual([[], []]);
  });

  it("should do all else when one action fails, ask for a redelivery, and do the rest then", async () => {
    // Arrange
    const world = newWorld();
    await world.assess(scoredReport(0, 0.4));

    // Act
    const failed = world.assessWith(failing("before send"), scoredReport(1, 0.4));

    // Assert
    await expect(failed).rejects.toThrow(RetryableError);
    await expect(failed).rejects.toThrow(/^1 of 3 actions that the drift of .* asks for could not be done; they are kept/);
    expect([world.sent.length, world.subjects.length]).toEqual([0, 1]);
    expect(world.reported.at(-1)).toMatchObject({ event: "drift-action-postponed", reportId: "report-1", action: "request" });
    await world.assess(scoredReport(1, 0.4));
    expect([world.sent.length, world.subjects.length]).toEqual([1, 1]);
  });

  it("should let the next report do what was left, if the first is never delivered again", async () => {
    const world = newWorld();
    await world.assess(scoredReport(0, 0.4));
    await expect(world.assessWith(failing("before send"), scoredReport(1, 0.4))).rejects.toThrow(RetryableError);

    await world.assess(scoredReport(2, 0.01));

    expect(world.sent).toMatchObject([{ requestedAt: scoredReport(1, 0).window.end }]);
    expect(await world.state()).toMatchObject({ outbox: [] });
  });

  it("should send the request of the evaluation that counts, when a late report makes it worse before the first was saved", async () => {
    // Arrange: alone, report 2 would only confirm the high drift of report 0
    const world = newWorld();
    await world.assess(scoredReport(0, 0.4));
    const late = scoredReport(1, 0.9);
    const overtaken: Step = async (point) => {
      if (point === "before save" && world.saved.length === 1) await world.assess(late);
    };

    // Act
    const evaluation = await world.assessWith(overtaken, scoredReport(2, 0.9));

    // Assert
    expect(evaluation).toMatchObject({ severity: "critical" });
    expect(world.sent.map(({ causes: [cause] }) => cause)).toMatchObject([{ severity: "high" }, { severity: "critical" }]);
    expect(world.sent.map(({ blocks }) => blocks)).toEqual([undefined, true]);
    expect(world.records().find((record) => record.evaluation.reportId === "report-2")?.evaluation).toEqual(evaluation);
  });

  it("should give up, for a redelivery, when others always save first", async () => {
    const world = newWorld();
    let others = 0;
    const overtaken: Step = async (point) => {
      if (point === "before save") await world.assess(scoredReport(0, 0.01, { monitor: `other-${others++}` }));
    };
    await expect(world.assessWith(overtaken, scoredReport(0, 0.4))).rejects.toThrow(RetryableError);
    expect(others).toBe(50);
  });

  it(`should count each report once and lose nothing that follows, whatever crashes, fails, repeats or comes at the same time, over ${SCHEDULES} schedules`, async () => {
    let [requests, blocks, ignored] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 12 }), async (seed, count) => {
        const random = randomOf(seed);
        const pause = async () => {
          for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
        };
        const nextFate = (): Fate => (["dies", "throws"] as const)[random(16)] ?? "fine";
        const world = createAssessment(SETTINGS, pause);
        const reports = Array.from({ length: count }, (_, index) => randomReport(index, random));

        for (const batch of batchesOf(arrivals(reports, random), random)) {
          await Promise.all(batch.map((report) => world.assess(report, nextFate).catch(() => "failed")));
        }
        // as a queue does until all are acknowledged
        for (const report of reports) await world.assess(report);

        const undisturbed = await inSequence(reports, orderOf(world.saved));
        await expectAsUndisturbed(world, undisturbed);
        requests += undisturbed.actions.filter(({ type }) => type === "request").length;
        blocks += world.sent.filter((request) => request.blocks === true).length;
        ignored += count - undisturbed.evaluations.length;
      }),
      { numRuns: SCHEDULES, seed: jest.getSeed() },
    );
    expect(Math.min(requests, blocks, ignored)).toBeGreaterThan(SCHEDULES / 20);
  }, 60_000);
});

// Helpers

type Random = (limit: number) => number;

interface Sequence {
  readonly evaluations: readonly DriftEvaluation[];
  readonly actions: readonly DriftAction[];
  readonly history: DriftHistory;
  readonly episodes: readonly Episode[];
}

function newWorld(): Assessment {
  return createAssessment(SETTINGS, async () => undefined);
}

function scoredReport(day: number, score: number, overrides: Partial<DriftReport> = {}): DriftReport {
  return reportOf(day, [featureOf("fare", scored(score))], { model, ...overrides });
}

const UNKNOWN = { fateOf: async () => undefined };

/** Of each record, the id of its report and the score of its first feature, the worst first. */
function recordedScores(world: Assessment): (readonly [string, number])[] {
  const scores = world.records().map(({ evaluation: { reportId, features } }) => [reportId, features[0]?.score ?? 0] as const);
  return scores.sort(([, one], [, other]) => other - one);
}

/** Of one of two monitors, the windows of which other reports may share. */
function randomReport(index: number, random: Random): DriftReport {
  const scores = [0.01, 0.06, 0.2, 0.4, 0.4, 0.9, 0.9];
  const score = () => scored(scores[random(scores.length)] ?? 0);
  const features = [featureOf("fare", score()), ...(random(2) === 0 ? [featureOf("delay", score())] : [])];
  const monitor = random(4) === 0 ? "other" : "own";
  return reportOf(Math.floor((index * 4) / 5), features, { model, monitor, id: `report-${index}` });
}

/** About in order, each once or more. */
function arrivals(reports: readonly DriftReport[], random: Random): DriftReport[] {
  const delivered = reports.flatMap((report, index) =>
    Array.from({ length: 1 + random(3) }, () => ({ report, at: index + random(random(4) === 0 ? 9 : 3) })),
  );
  return shuffled(delivered, random)
    .sort((a, b) => a.at - b.at)
    .map(({ report }) => report);
}

/** Those of a batch arrive at the same time. */
function batchesOf<T>(items: readonly T[], random: Random): T[][] {
  const left = [...items];
  const batches: T[][] = [];
  while (left.length > 0) batches.push(left.splice(0, 1 + random(4)));
  return batches;
}

/** The ids of reports in the order in which their evaluations were saved. */
function orderOf(saved: readonly DriftState[]): string[] {
  const idsOf = (history: DriftHistory) => history.flatMap(({ windows }) => windows.flatMap(({ reportIds }) => reportIds));
  return saved.flatMap(({ history }, index) => {
    const before = new Set(idsOf(saved[index - 1]?.history ?? []));
    return idsOf(history).filter((id) => !before.has(id));
  });
}

/** What one evaluator says that gets the reports one after the other, in this order. */
async function inSequence(reports: readonly DriftReport[], order: readonly string[]): Promise<Sequence> {
  const byId = new Map(reports.map((report) => [report.id, report]));
  const evaluations: DriftEvaluation[] = [];
  const actions: DriftAction[] = [];
  let history: DriftHistory = [];
  let episodes: readonly Episode[] = [];
  for (const id of order) {
    const report = byId.get(id);
    if (report === undefined) throw new Error(`a report ${id} was never sent`);
    const { evaluation, ...evaluated } = evaluateDrift(SETTINGS.drift, report, history);
    const newest = history.find(({ monitor }) => monitor === report.monitor)?.windows.at(-1)?.end;
    const window = { evaluation, requestId: driftRequestId({ ...report, id: evaluation.reportId }), newest, isChange: false };
    const followed = await followEpisode(UNKNOWN, SETTINGS.drift, episodes, window);
    evaluations.push(evaluation);
    actions.push(...respondToDrift(SETTINGS, evaluation, followed));
    ({ history } = evaluated);
    ({ episodes } = followed);
  }
  for (const report of reports.filter(({ id }) => !order.includes(id))) {
    expect(evaluateDrift(SETTINGS.drift, report, history).evaluation.ignored).toContain("before the last 3 windows");
  }
  return { evaluations, actions, history, episodes };
}

async function expectAsUndisturbed(world: Assessment, { evaluations, actions, history, episodes }: Sequence): Promise<void> {
  // each report counted once: none was evaluated into the history twice
  expect(new Set(evaluations.map(({ reportId }) => reportId)).size).toBe(evaluations.length);
  const followed = episodes.length > 0 && { episodes };
  const evaluatedAt = expect.any(Number);
  expect(await world.state()).toEqual({ history, outbox: [], actions: actions.length, evaluatedAt, ...followed });
  // every request at least once, all copies of one id the same, and no other
  const requests = actions.flatMap((action) => (action.type === "request" ? [action.request] : []));
  const byId = new Map(requests.map((request) => [request.id, request]));
  expect(byId.size).toBe(requests.length);
  expect(new Set(world.sent.map(({ id }) => id))).toEqual(new Set(byId.keys()));
  for (const request of world.sent) expect(request).toEqual(byId.get(request.id));
  const subjects = actions.flatMap((action) => (action.type === "notify" ? [action.subject] : []));
  expect(new Set(world.subjects)).toEqual(new Set(subjects));
  const recorded = new Set(world.records().map(({ evaluation }) => evaluation.reportId));
  expect(evaluations.filter(({ reportId }) => !recorded.has(reportId))).toEqual([]);
}

/** Fails at this point, always. */
function failing(at: string): Step {
  return async (point) => {
    if (point === at) throw new Error(`injected failure ${point}`);
  };
}
