import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type GcpDeployment, titleOf } from "../deployment";
import type { GuardedQueue } from "../queues/guarded-queue";

export interface AlarmChannelProps {
  readonly deployment: GcpDeployment;
  /** Whose messages are pushed to somebody already. */
  readonly messages: GuardedQueue;
}

/**
 * Publishes to a queue when an alarm starts and ends. Cloud Monitoring does so as an account of its own, which Google makes with
 * the project's first channel of this kind, so the grant waits for the channel. Where Google is slower than Terraform, the grant
 * fails with "does not exist", and the next apply gives it.
 * https://cloud.google.com/monitoring/support/notification-options#pubsub
 */
export class AlarmChannel extends Construct {
  /** Name of the notification channel. */
  readonly name: string;
  /** What must exist before an alarm is raised, or nobody hears of it by this channel. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { deployment, messages }: AlarmChannelProps) {
    super(scope, id);
    const { project, projectNumber, apis } = deployment;
    const channel = new MonitoringNotificationChannel(this, "Resource", {
      project,
      displayName: `${titleOf(deployment)}, operations: chats`,
      type: "pubsub",
      labels: { topic: messages.topic },
      // As of addresses: Terraform deletes it before it changes the policies that name it.
      forceDelete: true,
      dependsOn: [...apis.enabled("monitoring"), ...messages.ready],
    });
    const agent = `serviceAccount:service-${projectNumber}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`;
    this.name = channel.name;
    this.ready = [messages.publish([channel]).give(this, "publish", agent)];
  }
}
