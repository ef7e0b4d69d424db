import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { dataMemoryMb, type ManifestAccess } from "../access/data-permissions";
import type { Grant } from "../access/grants";
import type { HoldOutAccess } from "../access/hold-out-access";
import type { PipelineAccess } from "../access/pipeline-access";
import type { DecisionTopic } from "../decision-topic";
import type { GcpDeployment } from "../deployment";
import { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import type { FunctionBuilder } from "./function-builder";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 120;
/** One for each model that is asked about at the same time; the requests of one model come one after the other. */
const MAXIMUM_INSTANCES = 10;

/** What the functions that decide (coordinator and sweeper) work with. */
export interface CoordinatorResources {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  readonly manifests: ManifestAccess;
  readonly pipelines: PipelineAccess;
  /** @default - no run has a hold-out */
  readonly holdOuts?: HoldOutAccess;
  readonly models: readonly ModelSettings[];
}

/**
 * The one topic that every cause of a training comes to, and the function that decides and starts the pipelines. Runs that ended
 * are found by the sweeper: Vertex AI announces none.
 */
export class Coordinator extends Construct {
  readonly requests: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: CoordinatorResources) {
    super(scope, id);
    const { deployment, builder } = props;
    this.requests = new GuardedQueue(this, "requests", { deployment, role: "requests", ordered: true });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      builder,
      role: "coordinator",
      description: "Decides about each training request, and starts the pipeline, once",
      grants: coordinatorPermissions(props),
      environment: coordinatorEnvironment(props),
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataMemoryMb(props),
      maximumInstances: MAXIMUM_INSTANCES,
      source: this.requests,
    });
  }
}

/** What a function may do that decides about requests, starts the configured pipelines and settles their runs. */
export function coordinatorPermissions(resources: CoordinatorResources): Grant[] {
  const { state, decisions, manifests, pipelines, holdOuts, models } = resources;
  return [
    state.readWrite(),
    // The manifests of merged requests become one for the run.
    ...manifests.grants(),
    ...(holdOuts?.grants() ?? []),
    ...decisions.grants(),
    ...pipelines.grants(models),
  ];
}

/** The addresses that such a function needs. */
export function coordinatorEnvironment({ state, decisions }: CoordinatorResources): Record<string, string> {
  return { [ENVIRONMENT.state]: state.database, ...decisions.environment() };
}
