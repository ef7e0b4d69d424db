import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { CHATS, type ChatName } from "../../../functions/core/notices/chats/chat";
import { TELLING_TIMEOUT_SEC } from "../../../functions/core/notices/chats/telling";
import type { NoticeKind } from "../../../functions/core/notices/message";
import { type MessagePages, messageVariables } from "../../message-variables";
import type { Grant } from "../access/grants";
import type { DecisionTopic } from "../decision-topic";
import { type GcpDeployment, shortHash } from "../deployment";
import { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import type { FunctionBuilder } from "./function-builder";
import { HandlerFunction } from "./handler-function";

/** Few: a webhook takes about a message a second, and tells whoever sends more to wait. */
const MAXIMUM_INSTANCES = 2;
const FIRST_RETRY_SEC = 20;
/** Some four hours, so that a chat may be down for that long before people must send its messages again. */
const DELIVERIES = 30;

/** A chat that is told by a webhook. */
interface ToldChat {
  /** Existing secret that holds the webhook's address, `projects/<project>/secrets/<secret>`. */
  readonly secret: string;
  /** What it is told about. */
  readonly about: readonly NoticeKind[];
}

export interface MessengerProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  /** By name, one at least. */
  readonly chats: Readonly<Partial<Record<ChatName, ToldChat>>>;
  /** What messages name. */
  readonly pages: MessagePages;
}

/**
 * The queue of what chats are told, and the function that tells them: notices come from the decision topic, alarms from Cloud
 * Monitoring, which publishes to the queue's own topic. No other function may read the webhooks' addresses.
 */
export class Messenger extends Construct {
  readonly messages: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: MessengerProps) {
    super(scope, id);
    const { deployment, builder, state, decisions, chats, pages } = props;
    this.messages = new GuardedQueue(this, "messages", {
      deployment,
      role: "messages",
      firstRetrySec: FIRST_RETRY_SEC,
      deliveries: DELIVERIES,
      alsoFrom: [{ id: "decisions", topic: decisions.topic }],
    });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      builder,
      role: "messenger",
      // Whatever it cannot read is told as it is.
      setsAside: false,
      description: "Tells Slack and Microsoft Teams of decisions, drift, promotions and alarms, each once",
      grants: [state.readWrite(), ...Object.values(chats).map(({ secret }) => secretGrant(deployment, secret))],
      environment: {
        [ENVIRONMENT.state]: state.database,
        [ENVIRONMENT.environment]: deployment.environment,
        ...messageVariables(pages),
        ...Object.fromEntries(CHATS.flatMap((name) => (chats[name] ? [[ENVIRONMENT[name], JSON.stringify(chats[name])]] : []))),
      },
      timeoutSec: TELLING_TIMEOUT_SEC,
      maximumInstances: MAXIMUM_INSTANCES,
      source: this.messages,
    });
    decisions.keptBy(this.messages.ready);
  }
}

/** Of a secret of another project too, where whoever applies may grant that. */
function secretGrant({ apis }: GcpDeployment, secretId: string): Grant {
  return {
    id: `webhook-${shortHash(secretId)}`,
    give: (scope, id, member) =>
      new SecretManagerSecretIamMember(scope, id, {
        secretId,
        role: "roles/secretmanager.secretAccessor",
        member,
        dependsOn: apis.enabled("secretmanager"),
      }),
  };
}
