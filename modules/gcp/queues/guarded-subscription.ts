import { PubsubSubscription } from "@cdktf/provider-google/lib/pubsub-subscription";
import { PubsubSubscriptionIamMember } from "@cdktf/provider-google/lib/pubsub-subscription-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { WatchedConstruct, type WatchedPart } from "../../watched";
import { type GcpDeployment, pubsubAgent } from "../deployment";

/** The least and the most that Pub/Sub allows. https://cloud.google.com/pubsub/docs/handling-failures */
const DELIVERIES = { least: 5, most: 100 } as const;
const SEVEN_DAYS_SEC = 604_800;
/** The longest that Pub/Sub allows, for the answer to a push as for the wait before the next one. */
const TEN_MINUTES_SEC = 600;
/** How long a request may wait for an instance to start, beside the function's own time. */
const START_SEC = 60;

/** How the messages of a subscription come, and when it gives up on one. */
export interface DeliveryProps {
  /** Messages of one ordering key are pushed in their order, one at a time. @default false */
  readonly ordered?: boolean;
  /** How long the first repetition waits; each further one twice as long, at most 10 minutes. @default 60 */
  readonly firstRetrySec?: number;
  /** How long a message is kept that nobody took; 600 at least. @default 7 days */
  readonly retentionSec?: number;
  /** How often a message is pushed before it goes to the dead letters, 5 to 100. @default 5 */
  readonly deliveries?: number;
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

export interface GuardedSubscriptionProps extends DeliveryProps {
  readonly deployment: GcpDeployment;
  /** For errors: what it is called, such as `data`. */
  readonly role: string;
  /** Name of the subscription in the cloud. */
  readonly name: string;
  /** `projects/<project>/topics/<topic>`. */
  readonly topic: string;
  readonly deadLetters: {
    /** `projects/<project>/topics/<topic>`. */
    readonly topic: string;
    /** What must exist before Pub/Sub forwards messages to it, or they are lost. */
    readonly ready: readonly ITerraformDependable[];
  };
}

/**
 * Pushes a topic's messages to a function, and takes what it could not handle to the dead letters.
 * @returns what must exist before something is published, or it is lost
 * @throws Error when the consumer takes longer than Pub/Sub waits for an answer, or the deliveries are out of range
 */
export function addGuardedSubscription(
  scope: Construct,
  { deployment, role, name, topic, deadLetters, ...delivery }: GuardedSubscriptionProps,
  { url, timeoutSec, invoker, ready }: PushConsumer,
): ITerraformDependable[] {
  const { ordered = false, firstRetrySec = 60, retentionSec = SEVEN_DAYS_SEC, deliveries = DELIVERIES.least } = delivery;
  const ackDeadlineSeconds = timeoutSec + START_SEC;
  if (ackDeadlineSeconds > TEN_MINUTES_SEC) {
    throw new Error(
      `got a timeout of ${timeoutSec} seconds for ${role}; Pub/Sub allows ${TEN_MINUTES_SEC - START_SEC}; shorten it`,
    );
  }
  if (deliveries < DELIVERIES.least || deliveries > DELIVERIES.most) {
    throw new Error(`got ${deliveries} deliveries for ${role}; Pub/Sub allows ${DELIVERIES.least} to ${DELIVERIES.most}`);
  }
  const { project } = deployment;
  const subscription = new PubsubSubscription(scope, "subscription", {
    project,
    name,
    topic,
    ackDeadlineSeconds,
    ...(ordered ? { enableMessageOrdering: true } : {}),
    messageRetentionDuration: `${retentionSec}s`,
    // By default, a subscription without messages for 31 days is deleted.
    expirationPolicy: { ttl: "" },
    retryPolicy: { minimumBackoff: `${firstRetrySec}s`, maximumBackoff: `${TEN_MINUTES_SEC}s` },
    deadLetterPolicy: { deadLetterTopic: deadLetters.topic, maxDeliveryAttempts: deliveries },
    pushConfig: {
      // functions-framework reads the topic from the path; the audience of a token must be the service itself.
      pushEndpoint: `${url}/${topic}`,
      oidcToken: { serviceAccountEmail: invoker, audience: url },
    },
    dependsOn: [...deadLetters.ready, ...ready],
  });
  // Without it, Pub/Sub pushes a message for ever instead of taking it to the dead letters.
  const forwarding = new PubsubSubscriptionIamMember(scope, "forwarding", {
    project,
    subscription: subscription.name,
    role: "roles/pubsub.subscriber",
    member: pubsubAgent(deployment),
  });
  return [subscription, forwarding];
}

/**
 * The subscription of a queue to a topic that is not its own, and that others may subscribe to. It is watched as a queue: what
 * waits in it waits in no other.
 */
export class FurtherSubscription extends WatchedConstruct {
  readonly watched: WatchedPart;
  /** What must exist before something is published, or it is lost. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: GuardedSubscriptionProps & { readonly consumer: PushConsumer }) {
    super(scope, id);
    const { consumer, ...subscription } = props;
    const { role, name, topic } = subscription;
    this.ready = addGuardedSubscription(this, subscription, consumer);
    this.watched = { kind: "queue", role, name, address: topic };
  }
}
