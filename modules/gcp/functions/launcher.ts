import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { PipelineAccess, PipelineOwner } from "../access/pipeline-access";
import type { GcpDeployment } from "../deployment";
import { GuardedQueue } from "../queues/guarded-queue";
import type { FunctionBuilder } from "./function-builder";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 120;
/** Many schedules fire at the full hour, each a message of its own. */
const MAXIMUM_INSTANCES = 10;

export interface LauncherProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly pipelines: PipelineAccess;
  /** Whose pipelines it may start. */
  readonly models: readonly PipelineOwner[];
}

/**
 * The topic that direct schedules publish to, and the function that starts what they name: it knows no state, and decides nothing.
 */
export class Launcher extends Construct {
  readonly launches: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, { deployment, builder, pipelines, models }: LauncherProps) {
    super(scope, id);
    this.launches = new GuardedQueue(this, "launches", { deployment, role: "launches" });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      builder,
      role: "launcher",
      description: "Starts the pipeline of each direct schedule that fires, once, without asking anybody",
      grants: pipelines.grants(models),
      environment: { [ENVIRONMENT.launches]: this.launches.topic },
      timeoutSec: TIMEOUT_SEC,
      maximumInstances: MAXIMUM_INSTANCES,
      source: this.launches,
    });
  }
}
