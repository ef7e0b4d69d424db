import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import { pipelineArns } from "../access/arns";
import type { Coordination } from "../access/coordinator-permissions";
import { physicalName } from "../deployment";
import type { GuardedQueue } from "../queues/guarded-queue";
import { DeadLetterQueue } from "../queues/guarded-queue";
import type { QueueSender } from "../queues/queue-policy";
import { deliverToQueue, rulesAsSender } from "../queues/rule-delivery";

/** A run that has one of these ends there. */
const TERMINAL_STATUSES = ["Succeeded", "Failed", "Stopped"];

export type RunEndRulesProps = Pick<Coordination, "deployment" | "models">;

/**
 * Announces the end of the configured pipelines' runs: one rule per model, so that the event joins the model's requests in their
 * order. Models that share a pipeline each hear of its runs. https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export class RunEndRules extends Construct {
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  /** Whom the queue that they are delivered to must let in. */
  readonly sender: QueueSender;
  private readonly rules: ReadonlyMap<string, CloudwatchEventRule>;

  constructor(scope: Construct, id: string, { deployment, models }: RunEndRulesProps) {
    super(scope, id);
    this.rules = new Map(
      models.map(({ model, pipeline }) => [
        model,
        new CloudwatchEventRule(this, `rule-${model}`, {
          name: physicalName(deployment, `run-end-${model}`),
          description: `Ended runs of the pipeline of ${model}`,
          eventPattern: JSON.stringify({
            source: ["aws.sagemaker"],
            "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
            detail: {
              pipelineArn: pipelineArns(deployment, [{ pipeline }]),
              currentPipelineExecutionStatus: TERMINAL_STATUSES,
            },
          }),
        }),
      ]),
    );
    this.sender = rulesAsSender([...this.rules.values()]);
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "run-rules", senders: [this.sender] });
  }

  /** Sends the events to a FIFO queue, each in the group of its model. */
  deliverTo(queue: GuardedQueue): void {
    for (const [model, rule] of this.rules) {
      deliverToQueue(this, `target-${model}`, { rule, queue, undelivered: this.undelivered, messageGroupId: model });
    }
  }
}
