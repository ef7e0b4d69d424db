import { PubsubSubscription } from "@cdktf/provider-google/lib/pubsub-subscription";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { WatchedConstruct, type WatchedPart } from "../../watched";
import type { Grant } from "../access/grants";
import { type GcpDeployment, physicalName, pubsubAgent } from "../deployment";
import { addGuardedSubscription, type DeliveryProps, FurtherSubscription, type PushConsumer } from "./guarded-subscription";

export interface GuardedQueueProps extends DeliveryProps {
  readonly deployment: GcpDeployment;
  /** Topic and subscription are named `<namePrefix>-<environment>-<role>`. */
  readonly role: string;
  /**
   * Further topics whose messages are pushed to the same function, by subscriptions named
   * `retrigger-<environment>-<role>-<id>`. What fails goes to the same dead letters, and from there to the queue's own topic.
   */
  readonly alsoFrom?: readonly FurtherTopic[];
}

/** A topic of which a queue takes the messages too. */
interface FurtherTopic {
  readonly id: string;
  /** `projects/<project>/topics/<topic>`. */
  readonly topic: string;
}

/** A topic whose messages are pushed to one function, and go to its dead letters after some tries. */
export class GuardedQueue extends WatchedConstruct {
  /** Name of its topic and its subscription. */
  readonly name: string;
  /** `projects/<project>/topics/<topic>`. */
  readonly topic: string;
  readonly deadLetters: DeadLetterQueue;
  readonly watched: WatchedPart;
  private readonly props: GuardedQueueProps;
  private readonly resource: PubsubTopic;
  private subscribed: readonly ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: GuardedQueueProps) {
    super(scope, id);
    const { deployment, role } = props;
    this.props = props;
    this.name = physicalName(deployment, role, 255);
    this.deadLetters = new DeadLetterQueue(this, "dead-letters", { deployment, of: role });
    this.resource = new PubsubTopic(this, "Resource", {
      project: deployment.project,
      name: this.name,
      // Also for the order, which holds among what is published in one region: https://cloud.google.com/pubsub/docs/ordering
      messageStoragePolicy: { allowedPersistenceRegions: [deployment.region] },
      dependsOn: deployment.apis.enabled("pubsub"),
    });
    this.topic = this.resource.id;
    this.watched = { kind: "queue", role, name: this.name, address: this.topic };
  }

  /** What must exist before something is published, or it is lost. */
  get ready(): readonly ITerraformDependable[] {
    if (this.subscribed.length === 0) {
      throw new Error(`nobody takes the messages of ${this.props.role} yet; expected pushTo first`);
    }
    return this.subscribed;
  }

  /** Lets an account publish. @param dependsOn what must exist before, such as the account itself */
  publish(dependsOn: readonly ITerraformDependable[] = []): Grant {
    return publishTo(this.props.deployment, this.props.role, this.resource, dependsOn);
  }

  /** @throws Error when the consumer takes longer than Pub/Sub waits for an answer */
  pushTo(consumer: PushConsumer): void {
    const { deployment, role, alsoFrom = [], ...delivery } = this.props;
    const { name, topic, deadLetters } = this;
    const own = addGuardedSubscription(this, { deployment, role, name, topic, deadLetters, ...delivery }, consumer);
    const further = alsoFrom.map(({ id, topic }) => {
      const role = `${this.props.role}-${id}`;
      const name = physicalName(deployment, role, 255);
      return new FurtherSubscription(this, id, { deployment, role, name, topic, deadLetters, ...delivery, consumer });
    });
    this.subscribed = [...own, ...further.flatMap(({ ready }) => ready)];
  }
}

function publishTo(
  { project }: GcpDeployment,
  role: string,
  { name: topic }: PubsubTopic,
  dependsOn: readonly ITerraformDependable[] = [],
): Grant {
  return {
    id: `publish-${role}`,
    give: (scope, id, member) =>
      new PubsubTopicIamMember(scope, id, {
        ...{ project, topic, role: "roles/pubsub.publisher", member },
        ...(dependsOn.length > 0 && { dependsOn: [...dependsOn] }),
      }),
  };
}

const FOURTEEN_DAYS = "1209600s";

export interface DeadLetterQueueProps {
  readonly deployment: GcpDeployment;
  /** Whose failures it takes: its topic and subscription are named `<namePrefix>-<environment>-<of>-dlq`. */
  readonly of: string;
}

/** Keeps for 14 days what could not be handled, to be pulled by people: a topic alone would keep nothing. */
export class DeadLetterQueue extends WatchedConstruct {
  /** Name of its topic and its subscription. */
  readonly name: string;
  /** `projects/<project>/topics/<topic>`. */
  readonly topic: string;
  /** `projects/<project>/subscriptions/<subscription>`. */
  readonly subscription: string;
  /** Lets an account publish. */
  readonly publish: () => Grant;
  /** What must exist before Pub/Sub forwards messages to it, or they are lost. */
  readonly ready: readonly ITerraformDependable[];
  readonly watched: WatchedPart;

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
    this.publish = () => publishTo(deployment, `${of}-dlq`, topic);
    this.topic = topic.id;
    this.subscription = subscription.id;
    this.watched = { kind: "dead-letter-queue", role: of, name: this.name, address: subscription.id };
    this.ready = [subscription, forwarding];
  }
}
