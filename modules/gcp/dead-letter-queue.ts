import { PubsubSubscription } from "@cdktf/provider-google/lib/pubsub-subscription";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type GcpDeployment, physicalName, pubsubAgent } from "./deployment";

const FOURTEEN_DAYS = "1209600s";

export interface DeadLetterQueueProps {
  readonly deployment: GcpDeployment;
  /** Whose failures it takes: its topic and subscription are named `retrigger-<environment>-<of>-dlq`. */
  readonly of: string;
}

/** Keeps for 14 days what could not be handled, to be pulled by people: a topic alone would keep nothing. */
export class DeadLetterQueue extends Construct {
  /** Name of its topic and its subscription. */
  readonly name: string;
  /** `projects/<project>/topics/<topic>`. */
  readonly topic: string;
  /** `projects/<project>/subscriptions/<subscription>`. */
  readonly subscription: string;
  /** What must exist before Pub/Sub forwards messages to it, or they are lost. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { deployment, of }: DeadLetterQueueProps) {
    super(scope, id);
    const { project, region, apis } = deployment;
    this.name = physicalName(deployment, `${of}-dlq`, 255);
    const topic = new PubsubTopic(this, "Resource", {
      project,
      name: this.name,
      messageStoragePolicy: { allowedPersistenceRegions: [region] },
      dependsOn: apis.enabled("pubsub"),
    });
    const subscription = new PubsubSubscription(this, "subscription", {
      project,
      name: this.name,
      topic: topic.id,
      messageRetentionDuration: FOURTEEN_DAYS,
      // By default, a subscription that nobody pulls for 31 days is deleted.
      expirationPolicy: { ttl: "" },
      ackDeadlineSeconds: 60,
    });
    const forwarding = new PubsubTopicIamMember(this, "forwarding", {
      project,
      topic: topic.name,
      role: "roles/pubsub.publisher",
      member: pubsubAgent(deployment),
    });
    this.topic = topic.id;
    this.subscription = subscription.id;
    this.ready = [subscription, forwarding];
  }
}
