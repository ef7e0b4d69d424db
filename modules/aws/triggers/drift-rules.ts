import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import { type BucketKeys, bucketKeys } from "../../../eventbridge/object-pattern";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { literalText } from "../../terraform-text";
import { type AwsDeployment, physicalName } from "../deployment";
import { DeadLetterQueue, type GuardedQueue, type QueueSender } from "../queues/guarded-queue";
import { deliverToQueue, rulesAsSender } from "../queues/rule-delivery";
import type { BucketOwnersBus } from "../rules/bucket-owners-bus";
import { divided, ObjectRules } from "../rules/shared-rules";

/** Rules to divide buckets among, most of which are listened to for the same prefix. */
const FILE_SLOTS = 20;

export interface DriftRulesProps {
  readonly deployment: AwsDeployment;
  readonly models: readonly ModelSettings[];
  /** Where the events of other accounts' buckets arrive. @default - all buckets are of this account */
  readonly owners?: BucketOwnersBus | undefined;
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
  private readonly files: ObjectRules;
  private readonly rules = new Map<string, CloudwatchEventRule>();

  /** @throws Error when the drift prefixes of a bucket's models, or the name of an alarm, exceed an event pattern */
  constructor(scope: Construct, id: string, { deployment, models, owners }: DriftRulesProps) {
    super(scope, id);
    const buckets = [...new Set(models.map(({ data }) => data.bucket))];
    this.files = new ObjectRules(this, {
      deployment,
      role: "drift-files",
      description: "Drift reports that land in",
      watched: buckets.map((bucket) => driftKeys(bucket, models)),
      slots: FILE_SLOTS,
      owners,
      formerly: { rule: "rule-drift-files-", target: "target-drift-files-" },
    });
    if (models.some(({ monitoring }) => (monitoring.sagemaker?.schedules.length ?? 0) > 0)) {
      this.addRule(deployment, "drift-jobs", "Ended processing jobs, some of which are monitoring runs", JOB_PATTERN);
    }
    const alarms = [...new Set(models.flatMap(({ monitoring }) => monitoring.cloudwatch?.alarms ?? []))];
    for (const [number, names] of alarmsByRule(alarms)) {
      this.addRule(deployment, `drift-alarms-${number}`, "Alarms on drift that are raised, or over", alarmPattern(names));
    }
    this.sender = rulesAsSender(deployment, physicalName(deployment, "drift-*"), owners);
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "drift-rules", senders: [this.sender] });
  }

  /** Sends the events to a queue that lets the sender in. */
  deliverTo(queue: GuardedQueue): void {
    this.files.deliverTo({ queue, undelivered: this.undelivered });
    for (const [key, rule] of this.rules) {
      deliverToQueue(this, `target-${key}`, { rule, queue, undelivered: this.undelivered });
    }
  }

  private addRule(deployment: AwsDeployment, key: string, description: string, pattern: string): void {
    const rule = { name: physicalName(deployment, key), description, eventPattern: literalText(pattern) };
    this.rules.set(key, new CloudwatchEventRule(this, `rule-${key}`, rule));
  }
}

/** The keys of a bucket that drift reports have. A file in a folder of no model is among them, and told of, not left unheard. */
export function driftKeys(bucket: string, models: readonly ModelSettings[]): BucketKeys {
  const own = models.filter(({ data }) => data.bucket === bucket);
  return bucketKeys(bucket, [{ prefixes: own.map(({ monitoring }) => monitoring.prefix), suffixes: [] }]);
}

/**
 * The event holds neither schedule nor environment, so that the jobs of monitors are not to be told apart from others by a pattern.
 */
const JOB_PATTERN = JSON.stringify({
  source: ["aws.sagemaker"],
  "detail-type": ["SageMaker Processing Job State Change"],
  detail: { ProcessingJobStatus: ["Completed"] },
});

/** Rules to divide alarms among: few steps, since a step moves alarms from rule to rule. */
const ALARM_STEPS = [1, 8] as const;
const MOST_ALARM_SLOTS = 64;

/** The alarms of each rule, by its number. */
function alarmsByRule(names: readonly string[]): Map<string, string[]> {
  const among = (slots: number) => divided(names, { slots, keyOf: (name) => name, patternOf: alarmPattern });
  const enough = ALARM_STEPS.find((slots) => among(slots).size <= slots);
  return among(enough ?? MOST_ALARM_SLOTS);
}

function alarmPattern(names: readonly string[]): string {
  return JSON.stringify({
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: { alarmName: names, state: { value: ["ALARM", "OK"] } },
  });
}
