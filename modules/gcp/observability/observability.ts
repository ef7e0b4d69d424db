import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { WatchLevel } from "../../../functions/core/log/essential-metrics";
import type { Watched } from "../../../operations/configured-alarms";
import type { WatchedResources } from "../../watched";
import { type GcpDeployment, titleOf } from "../deployment";
import { Alarms } from "./alarms";
import { Dashboard } from "./dashboard";
import { LogMetrics } from "./log-metrics";

export interface ObservabilityProps {
  readonly deployment: GcpDeployment;
  /** @default full */
  readonly watch?: WatchLevel;
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
    const { deployment, watch = "full", resources, limits, models, runbooks, hasAlarms, hasDashboard, emails } = props;
    const metrics = new LogMetrics(this, "metrics", { deployment, watch, roles: Object.keys(resources.function) });
    let policies: readonly string[] = [];
    if (hasAlarms) {
      const own = new OperationsChannels(this, "channels", { deployment, emails });
      const channels = [...new Set([...own.names, ...props.channels])];
      const { after } = props;
      const watched = { deployment, watch, limits, models, resources, runbooks };
      policies = new Alarms(this, "alarms", { ...watched, channels, metrics, after }).policies;
    }
    this.dashboard = hasDashboard ? new Dashboard(this, "dashboard", { deployment, watch, resources, policies }).name : undefined;
  }
}

interface OperationsChannelsProps {
  readonly deployment: GcpDeployment;
  readonly emails: readonly string[];
}

/**
 * Tells operators of alarms and of their end, who need not be those that hear of decisions. A channel is deleted by force, as
 * Terraform deletes it before it changes the policies that name it.
 */
class OperationsChannels extends Construct {
  /** Names of the notification channels. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { deployment, emails }: OperationsChannelsProps) {
    super(scope, id);
    const { project, apis } = deployment;
    this.names = [...new Set(emails)].map(
      (email) =>
        new MonitoringNotificationChannel(this, `email-${email}`, {
          project,
          displayName: `${titleOf(deployment)}, operations: ${email}`,
          type: "email",
          labels: { email_address: email },
          forceDelete: true,
          dependsOn: apis.enabled("monitoring"),
        }).name,
    );
  }
}
