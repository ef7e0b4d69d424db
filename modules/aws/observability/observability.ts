import { Construct } from "constructs";
import type { Watched } from "../../../operations/configured-alarms";
import type { WatchedResources } from "../../watched";
import type { AwsDeployment } from "../deployment";
import { Alarms } from "./alarms";
import { Dashboard } from "./dashboard";
import { OperationsTopic } from "./operations-topic";

export interface ObservabilityProps {
  readonly deployment: AwsDeployment;
  readonly limits: Watched["limits"];
  readonly models: Watched["models"];
  readonly resources: WatchedResources;
  /** Folder or address of the runbooks. */
  readonly runbooks: string;
  readonly hasAlarms: boolean;
  readonly hasDashboard: boolean;
  /** Addresses that hear of alarms. */
  readonly emails: readonly string[];
  /** ARNs of existing topics that hear of alarms too; at most 4. */
  readonly topics: readonly string[];
}

/** What operators look at, and what looks at the deployment for them. */
export class Observability extends Construct {
  /** ARN of the topic that writes to operators; undefined when nobody is named, or there are no alarms. */
  readonly topic: string | undefined;
  /** Name of the dashboard. */
  readonly dashboard: string | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { deployment, resources, limits, models, runbooks, hasAlarms, hasDashboard, emails } = props;
    this.topic = hasAlarms && emails.length > 0 ? new OperationsTopic(this, "topic", { deployment, emails }).arn : undefined;
    const topics = [...(this.topic === undefined ? [] : [this.topic]), ...new Set(props.topics)];
    const alarms = hasAlarms
      ? new Alarms(this, "alarms", { deployment, limits, models, resources, runbooks, topics }).overview
      : [];
    this.dashboard = hasDashboard ? new Dashboard(this, "dashboard", { deployment, resources, alarms }).name : undefined;
  }
}
