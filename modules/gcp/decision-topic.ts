import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../functions/core/environment";
import { messageVariables } from "../message-variables";
import type { Grant } from "./access/grants";
import { type GcpDeployment, physicalName } from "./deployment";

export interface DecisionTopicProps {
  readonly deployment: GcpDeployment;
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
  private readonly subscribed: ITerraformDependable[] = [];

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

  /** Has the functions wait for subscriptions before they publish: what nobody takes is lost. To be called before `grants`. */
  keptBy(subscriptions: readonly ITerraformDependable[]): void {
    this.subscribed.push(...subscriptions);
  }

  /** Lets a function tell people. */
  grants(): Grant[] {
    const { project } = this.props.deployment;
    const dependsOn = this.subscribed;
    const role = "roles/pubsub.publisher";
    return [
      {
        id: "publish-decisions",
        give: (scope, id, member) =>
          new PubsubTopicIamMember(scope, id, {
            project,
            topic: this.name,
            role,
            member,
            ...(dependsOn.length > 0 && { dependsOn: [...dependsOn] }),
          }),
      },
    ];
  }

  /** The addresses that it needs for that, and what messages name. */
  environment(): Record<string, string> {
    const { deployment, runbooks, console } = this.props;
    return {
      [ENVIRONMENT.topic]: this.topic,
      [ENVIRONMENT.environment]: deployment.environment,
      ...messageVariables({ runbooks, console }),
    };
  }
}
