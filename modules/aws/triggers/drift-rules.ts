import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import { MAX_PATTERN_CHARACTERS, objectPattern } from "../../../eventbridge/object-pattern";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { literalText } from "../../terraform-text";
import { type AwsDeployment, physicalName } from "../deployment";
import { DeadLetterQueue, type GuardedQueue, type QueueSender } from "../queues/guarded-queue";
import { deliverToQueue, rulesAsSender } from "../queues/rule-delivery";

export interface DriftRulesProps {
  readonly deployment: AwsDeployment;
  readonly models: readonly ModelSettings[];
}

/**
 * Announces what tells of drift: new files under the drift prefixes, ended processing jobs where a model names monitoring
 * schedules, and changes of the alarms that a model names.
 */
export class DriftRules extends Construct {
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  /** Whom the queue that they are delivered to must let in. */
  readonly sender: QueueSender;
  private readonly rules = new Map<string, CloudwatchEventRule>();

  /** @throws Error when the drift prefixes of a bucket's models, or the name of an alarm, exceed an event pattern */
  constructor(scope: Construct, id: string, { deployment, models }: DriftRulesProps) {
    super(scope, id);
    for (const bucket of new Set(models.map(({ data }) => data.bucket))) {
      // A file in a folder of no model comes too, and is told of, instead of lying there unheard.
      const prefixes = models.filter(({ data }) => data.bucket === bucket).map(({ monitoring }) => monitoring.prefix);
      const pattern = objectPattern(bucket, [{ prefixes: [...new Set(prefixes)], suffixes: [] }]);
      this.addRule(deployment, `drift-files-${bucket}`, `Drift reports that land in ${bucket}`, pattern);
    }
    if (models.some(({ monitoring }) => (monitoring.sagemaker?.schedules.length ?? 0) > 0)) {
      this.addRule(deployment, "drift-jobs", "Ended processing jobs, some of which are monitoring runs", JOB_PATTERN);
    }
    const alarms = [...new Set(models.flatMap(({ monitoring }) => monitoring.cloudwatch?.alarms ?? []))];
    for (const [index, pattern] of alarmPatterns(alarms).entries()) {
      this.addRule(deployment, `drift-alarms-${index + 1}`, "Alarms on drift that are raised, or over", pattern);
    }
    this.sender = rulesAsSender([...this.rules.values()]);
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "drift-rules", senders: [this.sender] });
  }

  /** Sends the events to a queue that lets the sender in. */
  deliverTo(queue: GuardedQueue): void {
    for (const [key, rule] of this.rules) {
      deliverToQueue(this, `target-${key}`, { rule, queue, undelivered: this.undelivered });
    }
  }

  private addRule(deployment: AwsDeployment, key: string, description: string, pattern: string): void {
    if (pattern.length > MAX_PATTERN_CHARACTERS) {
      throw new Error(
        `the event pattern of rule ${key} has ${pattern.length} characters; EventBridge allows ${MAX_PATTERN_CHARACTERS}; let the models of a bucket share their monitoring.prefix, or use shorter names`,
      );
    }
    const rule = { name: physicalName(deployment, key), description, eventPattern: literalText(pattern) };
    this.rules.set(key, new CloudwatchEventRule(this, `rule-${key}`, rule));
  }
}

/**
 * The event holds neither schedule nor environment, so that the jobs of monitors are not to be told apart from others by a pattern.
 */
const JOB_PATTERN = JSON.stringify({
  source: ["aws.sagemaker"],
  "detail-type": ["SageMaker Processing Job State Change"],
  detail: { ProcessingJobStatus: ["Completed"] },
});

/** As few patterns as the names of all alarms fit into. */
function alarmPatterns(names: readonly string[]): string[] {
  const groups: string[][] = [];
  for (const name of names) {
    const last = groups.at(-1);
    if (last !== undefined && alarmPattern([...last, name]).length <= MAX_PATTERN_CHARACTERS) last.push(name);
    else groups.push([name]);
  }
  return groups.map(alarmPattern);
}

function alarmPattern(names: readonly string[]): string {
  return JSON.stringify({
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: { alarmName: names, state: { value: ["ALARM", "OK"] } },
  });
}
