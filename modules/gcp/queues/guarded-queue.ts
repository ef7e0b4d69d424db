import { PubsubSubscription } from "@cdktf/provider-google/lib/pubsub-subscription";
import { PubsubSubscriptionIamMember } from "@cdktf/provider-google/lib/pubsub-subscription-iam-member";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { WatchedConstruct, type WatchedPart } from "../../watched";
import type { Grant } from "../access/grants";
import { type GcpDeployment, physicalName, pubsubAgent } from "../deployment";

/** The least that Pub/Sub allows. https://cloud.google.com/pubsub/docs/handling-failures */
const MAX_DELIVERIES = 5;
const SEVEN_DAYS_SEC = 604_800;
/** The longest that Pub/Sub allows, for the answer to a push as for the wait before the next one. */
const TEN_MINUTES_SEC = 600;
/** How long a request may wait for an instance to start, beside the function's own time. */
const START_SEC = 60;

export interface GuardedQueueProps {
  readonly deployment: GcpDeployment;
  /** Topic and subscription are named `<namePrefix>-<environment>-<role>`. */
  readonly role: string;
  /** Messages of one ordering key are pushed in their order, one at a time. @default false */
  readonly ordered?: boolean;
  /** How long the first repetition waits; each further one twice as long, at most 10 minutes. @default 60 */
  readonly firstRetrySec?: number;
  /** How long a message is kept that nobody took; 600 at least. @default 7 days */
  readonly retentionSec?: number;
}

/** Whom the messages are pushed to. */
export interface PushConsumer {
  /** HTTPS address of the service, without path. */
  readonly url: string;
  readonly timeoutSec: number;
  /** E-mail of the account that the pushes show a token of. */
  readonly invoker: string;
  /** What must exist before the first push. */
  readonly ready: readonly ITerraformDependable[];
}

/** A topic whose messages are pushed to one function, and go to its dead letters after five tries. */
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

  /** Lets an account publish. */
  publish(): Grant {
    return publishTo(this.props.deployment, this.props.role, this.resource);
  }

  /** @throws Error when the consumer takes longer than Pub/Sub waits for an answer */
  pushTo({ url, timeoutSec, invoker, ready }: PushConsumer): void {
    const { deployment, role, ordered = false, firstRetrySec = 60, retentionSec = SEVEN_DAYS_SEC } = this.props;
    const ackDeadlineSeconds = timeoutSec + START_SEC;
    if (ackDeadlineSeconds > TEN_MINUTES_SEC) {
      throw new Error(
        `got a timeout of ${timeoutSec} seconds for ${role}; Pub/Sub allows ${TEN_MINUTES_SEC - START_SEC}; shorten it`,
      );
    }
    const { project } = deployment;
    const subscription = new PubsubSubscription(this, "subscription", {
      project,
      name: this.name,
      topic: this.topic,
      ackDeadlineSeconds,
      ...(ordered ? { enableMessageOrdering: true } : {}),
      messageRetentionDuration: `${retentionSec}s`,
      // By default, a subscription without messages for 31 days is deleted.
      expirationPolicy: { ttl: "" },
      retryPolicy: { minimumBackoff: `${firstRetrySec}s`, maximumBackoff: `${TEN_MINUTES_SEC}s` },
      deadLetterPolicy: { deadLetterTopic: this.deadLetters.topic, maxDeliveryAttempts: MAX_DELIVERIES },
      pushConfig: {
        // functions-framework reads the topic from the path; the audience of a token must be the service itself.
        pushEndpoint: `${url}/${this.topic}`,
        oidcToken: { serviceAccountEmail: invoker, audience: url },
      },
      dependsOn: [...this.deadLetters.ready, ...ready],
    });
    // Without it, Pub/Sub pushes a message for ever instead of taking it to the dead letters.
    const forwarding = new PubsubSubscriptionIamMember(this, "forwarding", {
      project,
      subscription: subscription.name,
      role: "roles/pubsub.subscriber",
      member: pubsubAgent(deployment),
    });
    this.subscribed = [subscription, forwarding];
  }
}

function publishTo({ project }: GcpDeployment, role: string, { name: topic }: PubsubTopic): Grant {
  return {
    id: `publish-${role}`,
    give: (scope, id, member) => new PubsubTopicIamMember(scope, id, { project, topic, role: "roles/pubsub.publisher", member }),
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
