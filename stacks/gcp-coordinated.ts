// What the coordinated models of one environment share on Google Cloud. Constructs are children of the stack itself: their paths
// are the addresses of the resources in the states of all who deployed them before.
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import type { GcpConfig } from "../config/sections/gcp/gcp";
import { gcpChats } from "../config/sections/gcp/notices";
import type { ModelSettings } from "../functions/core/model-settings";
import type { Schedule } from "../functions/core/schedules/scheduled-request";
import { stateDatabaseName } from "../functions/core/state-layout";
import { capturedModels } from "../modules/captured-models";
import { ManifestAccess } from "../modules/gcp/access/data-permissions";
import { HoldOutAccess } from "../modules/gcp/access/hold-out-access";
import { MonitoringAccess } from "../modules/gcp/access/monitoring-permissions";
import type { PipelineAccess } from "../modules/gcp/access/pipeline-access";
import { DecisionTopic } from "../modules/gcp/decision-topic";
import type { GcpDeployment } from "../modules/gcp/deployment";
import { CaptureMonitor } from "../modules/gcp/functions/capture-monitor";
import { Coordinator } from "../modules/gcp/functions/coordinator";
import type { FunctionBuilder } from "../modules/gcp/functions/function-builder";
import { Messenger, type MessengerProps } from "../modules/gcp/functions/messenger";
import { Promoter } from "../modules/gcp/functions/promoter";
import { Rollout } from "../modules/gcp/functions/rollout";
import { Sweeper } from "../modules/gcp/functions/sweeper";
import { CANDIDATE_MAIL, DECISION_MAIL, DRIFT_MAIL, NoticeMail } from "../modules/gcp/notice-mail";
import { AlarmChannel } from "../modules/gcp/observability/alarm-channel";
import { StateStore } from "../modules/gcp/state-store";
import { DataTrigger } from "../modules/gcp/triggers/data-trigger";
import { DriftTrigger } from "../modules/gcp/triggers/drift-trigger";
import { ScheduledTrigger } from "../modules/gcp/triggers/scheduled-trigger";
import type { WatchedBuckets } from "../modules/gcp/triggers/watched-bucket";
import { promotedModels, rolledOutModels } from "../modules/promoted-models";
import { modelOutputs, type StackOutputs } from "./stack-outputs";

export interface GcpCoordinatedProps {
  readonly deployment: GcpDeployment;
  readonly gcp: GcpConfig;
  /** One at least. */
  readonly models: readonly ModelSettings[];
  /** Of these models. */
  readonly schedules: readonly Schedule[];
  readonly builder: FunctionBuilder;
  readonly buckets: WatchedBuckets;
  readonly pipelines: PipelineAccess;
  /** What messages name, and whether there are alarms that chats may be told of. */
  readonly operations: Pick<DeploymentConfig["operations"], "runbooks" | "console" | "alarms">;
}

/** What the stack needs of the coordinated part, beside what announces itself to be watched. */
export interface GcpCoordinated {
  readonly models: readonly ModelSettings[];
  readonly outputs: StackOutputs;
  /** A function, which takes minutes to be made. */
  readonly built: ITerraformDependable;
  /** The notification channel by which chats hear of alarms; undefined where none is to. */
  readonly alarmChannel: AlarmChannel | undefined;
}

/** Adds the coordinator, its state and all that asks it. */
export function addGcpCoordinated(stack: Construct, props: GcpCoordinatedProps): GcpCoordinated {
  const { deployment, gcp, operations, models, schedules, builder, buckets, pipelines } = props;
  const chats = gcpChats(gcp.project, gcp.notifications);
  const hasChats = Object.keys(chats).length > 0;
  const state = new StateStore(stack, "state", { deployment, models, hasChats, ...stateLocation(deployment, gcp) });
  const decisions = new DecisionTopic(stack, "decisions", {
    deployment,
    runbooks: operations.runbooks,
    ...(operations.console !== undefined && { console: operations.console }),
  });
  const alarmChannel = addMessenger(stack, props, { state, decisions, chats });
  const manifests = new ManifestAccess(stack, "manifest-access", { deployment, buckets, models });
  const monitoring = new MonitoringAccess(stack, "monitoring-access", { deployment, models });
  const holdOuts = new HoldOutAccess(stack, "hold-out-access", { deployment, buckets, models });
  const coordinatorResources = { deployment, builder, state, decisions, manifests, pipelines, holdOuts, models };
  const coordinator = new Coordinator(stack, "coordinator", coordinatorResources);
  const { requests } = coordinator;
  const dataResources = { ...coordinatorResources, requests };
  new DataTrigger(stack, "data-trigger", { ...dataResources, buckets });
  const driftTrigger = new DriftTrigger(stack, "drift-trigger", { ...dataResources, buckets, monitoring });
  const sweeper = new Sweeper(stack, "sweeper", { ...dataResources, monitoring });
  const captured = capturedModels(models);
  if (captured.length > 0) {
    new CaptureMonitor(stack, "capture-monitor", { deployment, builder, state, buckets, models: captured });
  }
  const promoted = promotedModels(models);
  const promoter =
    promoted.length === 0
      ? undefined
      : new Promoter(stack, "promoter", { deployment, builder, state, decisions, buckets, models: promoted });
  if (rolledOutModels(models).length > 0) new Rollout(stack, "rollout", { deployment, builder, state });
  if (schedules.length > 0) new ScheduledTrigger(stack, "scheduled-trigger", { deployment, requests, schedules });
  const { email: emails } = gcp.notifications;
  if (emails.length > 0) {
    const functionNames = [coordinator.function.functionName, sweeper.function.functionName];
    const decisionMail = { deployment, mail: DECISION_MAIL, functionNames, to: { emails } };
    const { channels } = new NoticeMail(stack, "decision-mail", decisionMail);
    const { functionName } = driftTrigger.evaluator;
    const driftMail = { deployment, mail: DRIFT_MAIL, functionNames: [functionName], to: { channels } };
    new NoticeMail(stack, "drift-mail", driftMail);
    if (promoter !== undefined) {
      const functionNames = [promoter.function.functionName];
      new NoticeMail(stack, "candidate-mail", { deployment, mail: CANDIDATE_MAIL, functionNames, to: { channels } });
    }
  }
  return {
    models,
    built: sweeper.function.ready,
    alarmChannel,
    outputs: {
      state_database: { description: "Firestore database of all state", value: state.database },
      decision_topic: { description: "Topic that tells people of decisions", value: decisions.topic },
      ...modelOutputs("gs", models),
      buckets_to_announce: {
        description:
          "Existing buckets whose owner must send notifications of new objects to the data topic, and of those under the drift prefix to the drift topic, or none is seen",
        value: [...buckets.all].filter(([, { isAnnouncing }]) => !isAnnouncing).map(([name]) => name),
      },
    },
  };
}

function stateLocation({ environment, namePrefix }: GcpDeployment, { region, firestore }: GcpConfig) {
  const { database = stateDatabaseName(environment, namePrefix), location = region, onDestroy } = firestore;
  return { database, location, onDestroy };
}

/** Adds what tells chats, where there are any; gives the channel of alarms where some chat is told of them. */
function addMessenger(
  stack: Construct,
  { deployment, builder, operations }: GcpCoordinatedProps,
  { state, decisions, chats }: Pick<MessengerProps, "state" | "decisions" | "chats">,
): AlarmChannel | undefined {
  const told = Object.values(chats);
  if (told.length === 0) return undefined;
  const { runbooks, console } = operations;
  const { messages } = new Messenger(stack, "messenger", {
    deployment,
    builder,
    state,
    decisions,
    chats,
    pages: { runbooks, console },
  });
  const isToldOfAlarms = told.some(({ about }) => about.includes("alarms"));
  return operations.alarms && isToldOfAlarms ? new AlarmChannel(stack, "alarm-channel", { deployment, messages }) : undefined;
}
