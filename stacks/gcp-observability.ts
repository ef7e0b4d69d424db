import type { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { modelsOn } from "../config/model-cloud";
import { deploymentLimits } from "../config/sections/operations";
import { limitsByModel } from "../config/settings";
import type { ModelSettings } from "../functions/core/model-settings";
import type { GcpDeployment } from "../modules/gcp/deployment";
import type { CaptureMonitor } from "../modules/gcp/functions/capture-monitor";
import type { Coordinator } from "../modules/gcp/functions/coordinator";
import type { Launcher } from "../modules/gcp/functions/launcher";
import type { Sweeper } from "../modules/gcp/functions/sweeper";
import { Observability } from "../modules/gcp/observability/observability";
import type { DataTrigger } from "../modules/gcp/triggers/data-trigger";
import type { DriftTrigger } from "../modules/gcp/triggers/drift-trigger";

/** What is watched on Google Cloud of the coordinated part. */
export interface GcpParts {
  readonly models: readonly ModelSettings[];
  readonly coordinator: Coordinator;
  readonly dataTrigger: DataTrigger;
  readonly driftTrigger: DriftTrigger;
  readonly captureMonitor: CaptureMonitor | undefined;
  readonly sweeper: Sweeper;
}

export interface GcpObservabilityProps {
  readonly deployment: GcpDeployment;
  readonly config: DeploymentConfig;
  readonly parts: GcpParts;
  /** What is beside the coordinator and has a queue and dead letters too. */
  readonly launcher: Launcher | undefined;
}

/** Metrics, alarms and the dashboard of every part of a deployment with a coordinator. */
export function addObservability(scope: Construct, props: GcpObservabilityProps): Observability {
  const { deployment, config, parts, launcher } = props;
  const { operations, gcp, models } = config;
  const { coordinator, dataTrigger, driftTrigger, captureMonitor, sweeper } = parts;
  const { requests } = coordinator;
  return new Observability(scope, "observability", {
    deployment,
    limits: deploymentLimits(operations),
    models: limitsByModel(modelsOn("gcp", models), parts.models),
    resources: {
      queue: {
        data: dataTrigger.queue.name,
        drift: driftTrigger.queue.name,
        ...(captureMonitor && { "drift-monitor": captureMonitor.queue.name }),
        ...(launcher && { launches: launcher.launches.name }),
        requests: requests.name,
        ticks: sweeper.ticks.name,
      },
      "dead-letter-queue": {
        data: dataTrigger.queue.deadLetters.name,
        drift: driftTrigger.queue.deadLetters.name,
        ...(captureMonitor && { "drift-monitor": captureMonitor.queue.deadLetters.name }),
        ...(launcher && { launches: launcher.launches.deadLetters.name }),
        requests: requests.deadLetters.name,
        ticks: sweeper.ticks.deadLetters.name,
      },
      function: {
        batcher: dataTrigger.batcher.name,
        coordinator: coordinator.function.name,
        "drift-evaluator": driftTrigger.evaluator.name,
        ...(captureMonitor && { "drift-monitor": captureMonitor.function.name }),
        ...(launcher && { launcher: launcher.function.name }),
        sweeper: sweeper.function.name,
      },
    },
    runbooks: operations.runbooks,
    hasAlarms: operations.alarms,
    hasDashboard: operations.dashboard,
    emails: gcp?.operations.email ?? [],
    channels: gcp?.operations.channels ?? [],
    after: [sweeper.function.ready],
  });
}
