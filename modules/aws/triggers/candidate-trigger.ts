import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import { type AwsDeployment, physicalName } from "../deployment";
import { DeadLetterQueue, type GuardedQueue, type QueueSender } from "../queues/guarded-queue";
import { deliverToQueue, rulesAsSender } from "../queues/rule-delivery";

/** Group of the candidates; no model has such a name. */
const CANDIDATES_GROUP = "model_packages";

export interface CandidateTriggerProps {
  readonly deployment: AwsDeployment;
}

/**
 * Announces model packages as they are registered and marked, by one rule for all models. It names no group, as 300 do not fit into
 * a pattern, and the case of a name may differ: the coordinator takes no notice of groups that are not its own. They need no order,
 * so one group of the queue is enough for all.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export class CandidateTrigger extends Construct {
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  /** Whom the queue that they are delivered to must let in. */
  readonly sender: QueueSender;
  private readonly rule: CloudwatchEventRule;

  constructor(scope: Construct, id: string, { deployment }: CandidateTriggerProps) {
    super(scope, id);
    const name = physicalName(deployment, "candidates");
    this.rule = new CloudwatchEventRule(this, "rule", {
      name,
      description: "Versions of model package groups, among them the candidates of the models",
      eventPattern: JSON.stringify({
        source: ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
      }),
    });
    this.sender = rulesAsSender(deployment, name);
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "candidate-rules", senders: [this.sender] });
  }

  /** Sends the events to a FIFO queue that lets the sender in. */
  deliverTo(queue: GuardedQueue): void {
    const { rule, undelivered } = this;
    deliverToQueue(this, "target", { rule, queue, undelivered, messageGroupId: CANDIDATES_GROUP });
  }
}
