import { DescribeMonitoringScheduleCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { EndpointReader } from "../../../core/capture/ports";
import { type DriftState, INITIAL_DRIFT_STATE } from "../../../core/drift/drift-state";
import { missedRuns } from "../../../core/drift/missed-runs";
import type { MonitoringReconciler, Reconciliation } from "../../../core/drift/ports";
import { completedJobEvent, type MonitoringExecution } from "../../../core/drift/sources/sagemaker-processing-job";
import { type Log, messageOf } from "../../../core/log/log";
import type { ModelSettings } from "../../../core/model-settings";
import { pacedLooks } from "../../../core/pacing";
import type { VersionedStore } from "../../../core/versioned-store";
import type { DriftQueue } from "../messaging/queues";
import { monitoringExecutions } from "./monitor-reader";
import { refusedToTell } from "./sagemaker-refusal";

export interface SageMakerMonitoringReconcilerPorts {
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
 * `MonitoringReconciler` for SageMaker Model Monitor, whose events are best effort
 * (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html): a run that ended and that the model's drift history
 * does not know is put into the drift queue, where it is assessed once beside its late event, and once per process only. Reports
 * `endpoint-captures-nothing` where a schedule has nothing to look at. `reconcile` rejects, after all of the model's schedules had their
 * turn, when SageMaker, the history or the queue cannot or will not.
 */
export function sageMakerMonitoringReconciler(
  client: SageMakerClient,
  ports: SageMakerMonitoringReconcilerPorts,
): MonitoringReconciler {
  const { endpoints, histories, queue, log, now } = ports;
  const lookAt = pacedLooks(now);
  /** Jobs by schedule, as far as they are still listed. */
  const sent = new Map<string, ReadonlySet<string>>();

  async function sendMissedRuns({ model, drift }: ModelSettings, schedule: string): Promise<void> {
    const runs: MonitoringExecution[] = [];
    for await (const page of monitoringExecutions(client, schedule, now() - LOOK_BACK_MS)) runs.push(...page);
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

  async function checkCapture(model: string, schedule: string): Promise<void> {
    const endpoint = await endpointOf(client, schedule);
    const capture = endpoint === undefined ? undefined : await endpoints.captureOf(endpoint);
    if (capture === undefined || capture.isOn) return;
    const why = `${capture.why}, so the schedule finds no requests: turn on data capture in its endpoint configuration`;
    log({ level: "error", event: "endpoint-captures-nothing", model, schedule, endpoint, why });
  }

  async function look(settings: ModelSettings, schedules: readonly string[]): Promise<Reconciliation> {
    const steps = schedules.flatMap((schedule) => [
      () => sendMissedRuns(settings, schedule),
      () => checkCapture(settings.model, schedule),
    ]);
    const failures: unknown[] = [];
    for (const step of steps) await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new Error(failures.map(messageOf).join("; "), { cause: failures[0] });
    return { outcome: "unchanged" };
  }

  return {
    async reconcile(settings) {
      const { model } = settings;
      const schedules = settings.monitoring.sagemaker?.schedules ?? [];
      if (schedules.length === 0) return { outcome: "unchanged" };
      return (await lookAt(model, schedules, () => look(settings, schedules))) ?? { outcome: "waiting" };
    },
  };
}

/** Undefined for a schedule that watches the results of batch transformations. */
async function endpointOf(client: SageMakerClient, schedule: string): Promise<string | undefined> {
  const command = new DescribeMonitoringScheduleCommand({ MonitoringScheduleName: schedule });
  const { EndpointName, MonitoringScheduleConfig } = await client.send(command).catch(refusedToTell(`the schedule ${schedule}`));
  const inputs = MonitoringScheduleConfig?.MonitoringJobDefinition?.MonitoringInputs ?? [];
  return EndpointName ?? inputs.find(({ EndpointInput }) => EndpointInput !== undefined)?.EndpointInput?.EndpointName;
}
