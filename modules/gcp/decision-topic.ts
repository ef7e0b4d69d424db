import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../functions/core/environment";
import { messageVariables } from "../message-variables";
import type { Grant } from "./access/grants";
import { type GcpDeployment, physicalName } from "./deployment";

export interface DecisionTopicProps {
  readonly deployment: GcpDeployment;
  /** Existing secret that holds the address of a Slack webhook, `projects/<project>/secrets/<secret>`. @default - none is told */
  readonly webhookSecret?: string;
  /** Folder or address of the runbooks, which messages name. */
  readonly runbooks?: string;
  /** Address of the console, which messages link to. @default - none */
  readonly console?: string;
}

/**
 * Tells people of the decisions that need them. Whoever wants to hear of them subscribes; without a subscription, nothing is kept.
 */
export class DecisionTopic extends Construct {
  /** `projects/<project>/topics/<topic>`. */
  readonly topic: string;
  private readonly name: string;
  private readonly props: DecisionTopicProps;

  constructor(scope: Construct, id: string, props: DecisionTopicProps) {
    super(scope, id);
    const { deployment } = props;
    this.props = props;
    const topic = new PubsubTopic(this, "Resource", {
      project: deployment.project,
      name: physicalName(deployment, "decisions", 255),
      messageStoragePolicy: { allowedPersistenceRegions: [deployment.region] },
      dependsOn: deployment.apis.enabled("pubsub"),
    });
    this.topic = topic.id;
    this.name = topic.name;
  }

  /** Lets a function tell people. */
  grants(): Grant[] {
    const { deployment, webhookSecret } = this.props;
    const { project, apis } = deployment;
    const publish: Grant = {
      id: "publish-decisions",
      give: (scope, id, member) =>
        new PubsubTopicIamMember(scope, id, { project, topic: this.name, role: "roles/pubsub.publisher", member }),
    };
    if (webhookSecret === undefined) return [publish];
    const access: Grant = {
      id: "webhook",
      give: (scope, id, member) =>
        new SecretManagerSecretIamMember(scope, id, {
          secretId: webhookSecret,
          role: "roles/secretmanager.secretAccessor",
          member,
          dependsOn: apis.enabled("secretmanager"),
        }),
    };
    return [publish, access];
  }

  /** The addresses that it needs for that, and what messages name. */
  environment(): Record<string, string> {
    const { deployment, webhookSecret, runbooks, console } = this.props;
    return {
      [ENVIRONMENT.topic]: this.topic,
      [ENVIRONMENT.environment]: deployment.environment,
      ...messageVariables({ runbooks, console }),
      ...(webhookSecret === undefined ? {} : { [ENVIRONMENT.webhook]: `${webhookSecret}/versions/latest` }),
    };
  }
}
