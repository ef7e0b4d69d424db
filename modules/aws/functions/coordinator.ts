import { Construct } from "constructs";
import { type Coordination, coordinationEnvironment, coordinationStatements } from "../access/coordinator-permissions";
import { dataPathMemoryMb, manifestStatements } from "../access/data-permissions";
import type { DeadLetterQueue } from "../queues/guarded-queue";
import { GuardedQueue } from "../queues/guarded-queue";
import type { QueueSender } from "../queues/queue-policy";
import { RunEndRules } from "../triggers/run-end-rules";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 60;
/** The most that Lambda takes from a FIFO queue at once. */
const BATCH_SIZE = 10;

export interface CoordinatorProps extends Coordination {
  /** Who sends requests on behalf of the configured rules. @default - nobody */
  readonly requesters?: readonly QueueSender[];
}

/** The one queue that every cause of a training and every end of a run comes to, and the function that decides and starts the pipelines. */
export class Coordinator extends Construct {
  readonly requests: GuardedQueue;
  /** Takes the ends of runs that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: CoordinatorProps) {
    super(scope, id);
    const { deployment, state, requesters = [] } = props;
    const runEnds = new RunEndRules(this, "run-ends", props);
    this.undelivered = runEnds.undelivered;
    this.requests = new GuardedQueue(this, "requests", {
      deployment,
      role: "requests",
      consumerTimeoutSec: TIMEOUT_SEC,
      fifo: true,
      senders: [runEnds.sender, ...requesters],
    });
    runEnds.deliverTo(this.requests);
    this.function = new HandlerFunction(this, "function", {
      deployment,
      role: "coordinator",
      description: "Decides about each training request, and starts the pipeline, once",
      // The manifests of merged requests become one for the run.
      statements: [state.readSettings(), ...manifestStatements(props), ...coordinationStatements(props)],
      environment: coordinationEnvironment(props),
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataPathMemoryMb(props),
      source: { queue: this.requests, batchSize: BATCH_SIZE },
    });
  }
}
