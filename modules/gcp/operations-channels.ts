import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { Construct } from "constructs";
import type { GcpDeployment } from "./deployment";

export interface OperationsChannelsProps {
  readonly deployment: GcpDeployment;
  readonly emails: readonly string[];
}

/** Tells operators of alarms and of their end, who need not be those that hear of decisions. */
export class OperationsChannels extends Construct {
  /** Names of the notification channels. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { deployment, emails }: OperationsChannelsProps) {
    super(scope, id);
    const { project, environment, apis } = deployment;
    this.names = [...new Set(emails)].map(
      (email) =>
        new MonitoringNotificationChannel(this, `email-${email}`, {
          project,
          displayName: `Retrigger ${environment}, operations: ${email}`,
          type: "email",
          labels: { email_address: email },
          dependsOn: apis.enabled("monitoring"),
        }).name,
    );
  }
}
