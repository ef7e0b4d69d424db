import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Watched } from "../../functions/core/operations/configured-alarms";
import type { WatchedResources } from "../watched-resources";
import { Alarms } from "./alarms";
import { Dashboard } from "./dashboard";
import type { GcpDeployment } from "./deployment";
import { LogMetrics } from "./log-metrics";
import { OperationsChannels } from "./operations-channels";

export interface ObservabilityProps {
  readonly deployment: GcpDeployment;
  readonly limits: Watched["limits"];
  readonly models: Watched["models"];
  readonly resources: WatchedResources;
  /** Folder or address of the runbooks. */
  readonly runbooks: string;
  readonly hasAlarms: boolean;
  readonly hasDashboard: boolean;
  /** Addresses that hear of alarms. */
  readonly emails: readonly string[];
  /** Names of existing notification channels that hear of alarms too. */
  readonly channels: readonly string[];
  /** What takes minutes to be made: alert policies are made after it. */
  readonly after: readonly ITerraformDependable[];
}

/** The metrics, what operators look at, and what looks at the deployment for them. */
export class Observability extends Construct {
  /** Name of the dashboard. */
  readonly dashboard: string | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { deployment, resources, limits, models, runbooks, hasAlarms, hasDashboard, emails } = props;
    const metrics = new LogMetrics(this, "metrics", { deployment, roles: Object.keys(resources.function) });
    let policies: readonly string[] = [];
    if (hasAlarms) {
      const own = new OperationsChannels(this, "channels", { deployment, emails });
      const channels = [...new Set([...own.names, ...props.channels])];
      const { after } = props;
      policies = new Alarms(this, "alarms", { deployment, limits, models, resources, runbooks, channels, metrics, after }).policies;
    }
    this.dashboard = hasDashboard ? new Dashboard(this, "dashboard", { deployment, resources, policies }).name : undefined;
  }
}
