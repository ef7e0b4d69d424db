import type { EndpointReader } from "../capture/ports";
import { type Log, messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { pacedLooks } from "../pacing";
import type { VersionedStore } from "../versioned-store";
import type { DriftHistory } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import { type DriftState, INITIAL_DRIFT_STATE } from "./drift-state";
import type { DriftQueue, MissedRunFinder, MonitoringSchedules } from "./ports";
import { scheduleMonitor } from "./sources/sagemaker-monitoring-run";
import { completedJobEvent, jobNameOf, type MonitoringExecution } from "./sources/sagemaker-processing-job";

export interface MissedRunPorts {
  readonly schedules: MonitoringSchedules;
  readonly endpoints: EndpointReader;
  readonly histories: Pick<VersionedStore<DriftState>, "load">;
  readonly queue: DriftQueue;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Runs that were scheduled before are old news. */
const LOOK_BACK_MS = 2 * 86_400_000;

/**
 * `MissedRunFinder` for SageMaker Model Monitor, whose events are best effort
 * (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html): a run that ended and that the model's drift
 * history does not know is put into the drift queue, once per process, and assessed once beside its late event. Reports
 * `endpoint-captures-nothing` where a schedule has nothing to look at. Looks at each model once an hour.
 */
export function missedRunFinder(ports: MissedRunPorts): MissedRunFinder {
  const { schedules, histories, queue, log, now } = ports;
  const lookAt = pacedLooks(now);
  /** Jobs by schedule, as far as they are still listed. */
  const sent = new Map<string, ReadonlySet<string>>();

  async function resend({ model, drift }: ModelSettings, schedule: string): Promise<void> {
    const runs = await schedules.runsSince(schedule, now() - LOOK_BACK_MS);
    const { history } = (await histories.load(model))?.state ?? INITIAL_DRIFT_STATE;
    const listed = new Set(runs.map(({ processingJobArn }) => processingJobArn));
    const done = new Set([...(sent.get(schedule) ?? [])].filter((arn) => listed.has(arn)));
    sent.set(schedule, done);
    for (const { processingJobArn: arn } of missedRuns(drift, history, schedule, runs, now())) {
      if (done.has(arn)) continue;
      await queue.send(completedJobEvent(arn));
      done.add(arn);
      log({ level: "warn", event: "monitoring-run-missed", model, schedule, job: arn });
    }
  }

  return {
    async resendMissedRuns(settings) {
      const named = settings.monitoring.sagemaker?.schedules ?? [];
      if (named.length === 0) return;
      await lookAt(settings.model, named, async () => {
        const steps = named.flatMap((schedule) => [
          () => resend(settings, schedule),
          () => checkCapture(ports, settings.model, schedule),
        ]);
        const failures: unknown[] = [];
        for (const step of steps) await step().catch((error: unknown) => failures.push(error));
        if (failures.length > 0) throw new Error(failures.map(messageOf).join("; "), { cause: failures[0] });
      });
    },
  };
}

/** Reports a schedule whose endpoint writes no requests down. */
async function checkCapture({ schedules, endpoints, log }: MissedRunPorts, model: string, schedule: string): Promise<void> {
  const endpoint = await schedules.endpointOf(schedule);
  const capture = endpoint === undefined ? undefined : await endpoints.captureOf(endpoint);
  if (capture === undefined || capture.isOn) return;
  const why = `${capture.why}, so the schedule finds no requests: turn on data capture in its endpoint configuration`;
  log({ level: "error", event: "endpoint-captures-nothing", model, schedule, endpoint, why });
}

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
