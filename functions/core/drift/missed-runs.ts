import type { DriftHistory } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import { scheduleMonitor } from "./sources/sagemaker-monitoring-run";
import { jobNameOf, type MonitoringExecution } from "./sources/sagemaker-processing-job";

/** The event of a run comes within moments, and its assessment may be tried for some time; only then it counts as missed. */
const GRACE_MS = 15 * 60_000;

const ENDED: ReadonlySet<string> = new Set(["Completed", "CompletedWithViolations"]);

/** A run that has a job, whose report can be read. */
export type MissedRun = MonitoringExecution & { readonly processingJobArn: string };

/**
 * Of a schedule's runs those that told something which the model's drift history does not know, oldest first. Runs from before the
 * windows that a report is still judged by are left out: nothing would follow from them. `now` is epoch milliseconds.
 */
export function missedRuns(
  { persistence: { n } }: Pick<DriftPolicy, "persistence">,
  history: DriftHistory,
  schedule: string,
  runs: readonly MonitoringExecution[],
  now: number,
): MissedRun[] {
  const windows = history.find(({ monitor }) => monitor === scheduleMonitor(schedule))?.windows ?? [];
  // Names in ARNs are in lower case.
  const known = new Set(windows.flatMap(({ reportIds }) => reportIds.map((id) => id.toLowerCase())));
  // A run looks at a window that ends when it is scheduled for, or before.
  const horizon = windows.at(-n)?.end ?? 0;
  return runs
    .flatMap((run) => (run.processingJobArn === undefined ? [] : { ...run, processingJobArn: run.processingJobArn }))
    .filter(({ status, scheduledAt }) => ENDED.has(status) && scheduledAt >= horizon)
    .filter(({ changedAt, scheduledAt }) => (changedAt ?? scheduledAt) <= now - GRACE_MS)
    .filter(({ processingJobArn }) => !known.has(jobNameOf(processingJobArn).toLowerCase()))
    .sort((a, b) => a.scheduledAt - b.scheduledAt);
}
