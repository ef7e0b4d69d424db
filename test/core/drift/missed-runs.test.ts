import fc from "fast-check";
import { DEFAULT_DRIFT_POLICY } from "../../../functions/core/drift/drift-policy";
import type { DriftReport } from "../../../functions/core/drift/drift-report";
import { evaluateDrift } from "../../../functions/core/drift/evaluate-drift";
import { missedRuns } from "../../../functions/core/drift/missed-runs";
import { scheduleMonitor } from "../../../functions/core/drift/sources/sagemaker-monitoring-run";
import type { MonitoringExecution } from "../../../functions/core/drift/sources/sagemaker-processing-job";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const SCHEDULE = "Quality";

describe("missedRuns", () => {
  it("should find the runs that ended and whose reports the history does not know, oldest first", () => {
    const history = historyOf([2]);
    const runs = [runOf(1, "CompletedWithViolations"), runOf(2), runOf(3)];

    expect(missedRuns(DEFAULT_DRIFT_POLICY, history, SCHEDULE, runs, NOW)).toEqual([runOf(3), runOf(1, "CompletedWithViolations")]);
  });

  it.each(["Failed", "Stopped", "InProgress", "Pending", "Stopping"])("should leave a run alone that is %s", (status) => {
    expect(missedRuns(DEFAULT_DRIFT_POLICY, [], SCHEDULE, [runOf(1, status)], NOW)).toEqual([]);
  });

  it("should wait for the event of a run that ended just now, and leave out one without a job", () => {
    const { processingJobArn: _arn, ...jobless } = runOf(3);
    const runs = [{ ...runOf(1), changedAt: NOW - 60_000 }, { ...runOf(2), changedAt: NOW - HOUR_MS }, jobless];

    expect(missedRuns(DEFAULT_DRIFT_POLICY, [], SCHEDULE, runs, NOW)).toEqual([runs[1]]);
  });

  it("should count a run as missed a quarter of an hour after its end, not before", () => {
    const runs = [15 * 60_000 - 1, 15 * 60_000].map((ago, index) => ({ ...runOf(2 - index), changedAt: NOW - ago }));

    expect(missedRuns(DEFAULT_DRIFT_POLICY, [], SCHEDULE, runs, NOW)).toEqual([runs[1]]);
  });

  it("should know the reports of the schedule alone, whatever the case of their jobs' names", () => {
    const history = [...historyOf([1], "other"), ...historyOf([2])];

    expect(missedRuns(DEFAULT_DRIFT_POLICY, history, SCHEDULE, [runOf(1), runOf(2)], NOW)).toEqual([runOf(1)]);
  });

  it("should find a run if, and only if, the evaluation of its report would not be ignored", () => {
    const hours = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(hours, hours, fc.integer({ min: 1, max: 6 }), (listed, assessed, n) => {
        const policy = { ...DEFAULT_DRIFT_POLICY, persistence: { k: 1, n } };
        const history = historyOf(assessed, SCHEDULE, policy);

        const missed = missedRuns(
          policy,
          history,
          SCHEDULE,
          listed.map((hour) => runOf(hour)),
          NOW,
        );

        const worthwhile = listed.filter((hour) => evaluateDrift(policy, reportOf(hour), history).evaluation.ignored === undefined);
        expect(missed.map(({ scheduledAt }) => (NOW - scheduledAt) / HOUR_MS)).toEqual(worthwhile.sort((a, b) => b - a));
      }),
    );
  });
});

// Helpers

/** The run that was scheduled so many hours ago. */
function runOf(hoursAgo: number, status = "Completed"): MonitoringExecution & { readonly processingJobArn: string } {
  const processingJobArn = `arn:aws:sagemaker:eu-central-1:111122223333:processing-job/model-monitoring-${hoursAgo}`;
  return { schedule: SCHEDULE, scheduledAt: NOW - hoursAgo * HOUR_MS, status, processingJobArn };
}

function reportOf(hoursAgo: number, schedule = SCHEDULE): DriftReport {
  const end = NOW - hoursAgo * HOUR_MS;
  const monitor = scheduleMonitor(schedule);
  const id = `Model-Monitoring-${hoursAgo}`;
  return { version: 1, model: "m", id, monitor, window: { start: end - HOUR_MS, end }, unlisted: "calm", features: [] };
}

/** The history after the reports of these runs, in this order. */
function historyOf(hoursAgo: readonly number[], schedule = SCHEDULE, policy = DEFAULT_DRIFT_POLICY) {
  return hoursAgo.reduce<ReturnType<typeof evaluateDrift>["history"]>(
    (history, hour) => evaluateDrift(policy, reportOf(hour, schedule), history).history,
    [],
  );
}
