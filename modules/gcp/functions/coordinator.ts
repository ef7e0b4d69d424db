import { Construct } from "constructs";
import { type Coordination, coordinationEnvironment, coordinationGrants } from "../access/coordinator-permissions";
import { dataPathMemoryMb } from "../access/data-permissions";
import { GuardedQueue } from "../queues/guarded-queue";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 120;
/** One for each model that is asked about at the same time; the requests of one model come one after the other. */
const MAXIMUM_INSTANCES = 10;

/** The one topic that every cause of a training comes to, and the function that decides and starts the pipelines. Runs that ended are found by the sweeper: Vertex AI announces none. */
export class Coordinator extends Construct {
  readonly requests: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: Coordination) {
    super(scope, id);
    const { deployment, builder } = props;
    this.requests = new GuardedQueue(this, "requests", { deployment, role: "requests", ordered: true });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      builder,
      role: "coordinator",
      description: "Decides about each training request, and starts the pipeline, once",
      grants: coordinationGrants(props),
      environment: coordinationEnvironment(props),
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataPathMemoryMb(props),
      maximumInstances: MAXIMUM_INSTANCES,
      source: this.requests,
    });
  }
}
