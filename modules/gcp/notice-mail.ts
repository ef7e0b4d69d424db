import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { Construct } from "constructs";
import type { EventName, FieldOf } from "../../functions/core/log/events";
import type { ToldWords } from "../../functions/core/notices/told-words";
import { literalText } from "../terraform-text";
import { type GcpDeployment, physicalName, titleOf } from "./deployment";
import { anyOf, eventFilter, labelExtractors } from "./observability/log-metrics";

/** What people are written of: the lines of one event of the functions' log. */
interface Mail {
  /** Of the alert policy, behind the deployment's. */
  readonly name: string;
  /** What happened, for whoever gets the mail. */
  readonly title: string;
  readonly event: EventName;
  /** Fields that the mail shows. */
  readonly labels: readonly string[];
}

function mailOf<E extends EventName>(mail: Mail & { readonly event: E; readonly labels: readonly FieldOf<E>[] }): Mail {
  return mail;
}

/**
 * What every mail shows, beside whom it is about: sentences that stand for themselves, each empty where there is nothing to say.
 * With them a condition has ten labels, as many as a log-based metric may have: https://cloud.google.com/logging/quotas
 */
const WORDS = [
  "told",
  "because",
  "costs",
  "unanswered",
  "approve",
  "reject",
  "further",
] as const satisfies readonly (keyof ToldWords)[];

/** Of the decisions that need a person. */
export const DECISION_MAIL = mailOf({
  name: "decisions",
  title: "A decision needs a person",
  event: "decision-told",
  labels: ["model", "requestId", "subject", ...WORDS],
});

/** Of the drifts that people are told of, once for each rise: which severities these are is the models' to say. */
export const DRIFT_MAIL = mailOf({
  name: "drift",
  title: "A model drifts",
  event: "drift-told",
  labels: ["model", "subject", ...WORDS],
});

/** Of the candidates that people are told of: each that ended, and each that waits for an approval. */
export const CANDIDATE_MAIL = mailOf({
  name: "candidates",
  title: "A candidate was decided about, or waits for an approval",
  event: "candidate-told",
  labels: ["model", "requestId", "subject", ...WORDS],
});

/** The least that Cloud Monitoring allows between two mails of one policy, and the least that an incident stays open. */
const FIVE_MINUTES = "300s";
const HALF_AN_HOUR = "1800s";

export interface NoticeMailProps {
  readonly deployment: GcpDeployment;
  readonly mail: Mail;
  /** Names of the functions that log the event; one at least. */
  readonly functionNames: readonly string[];
  /** Addresses, or names of notification channels that another mail made of them; one at least. */
  readonly to: { readonly emails: readonly string[] } | { readonly channels: readonly string[] };
}

/** Writes mails to people. Pub/Sub sends none, so Cloud Monitoring does, from the functions' log. */
export class NoticeMail extends Construct {
  /** Names of the notification channels, one for each address. */
  readonly channels: readonly string[];

  constructor(scope: Construct, id: string, { deployment, mail, functionNames, to }: NoticeMailProps) {
    super(scope, id);
    const { project, apis } = deployment;
    this.channels = "channels" in to ? to.channels : this.addresses(deployment, to.emails);
    const [first = "", ...others] = functionNames;
    const services = others.length === 0 ? JSON.stringify(first) : anyOf(functionNames);
    const { name, title, event, labels } = mail;
    new MonitoringAlertPolicy(this, "Resource", {
      project,
      displayName: physicalName(deployment, name),
      combiner: "OR",
      notificationChannels: [...this.channels],
      conditions: [
        {
          displayName: title,
          conditionMatchedLog: {
            filter: eventFilter(services, event),
            labelExtractors: labelExtractors(labels),
          },
        },
      ],
      alertStrategy: { notificationRateLimit: { period: FIVE_MINUTES }, autoClose: HALF_AN_HOUR },
      documentation: {
        mimeType: "text/markdown",
        subject: literalText(variable("subject")),
        content: literalText(mailText(labels)),
      },
      // Channels of its own wait for the API themselves.
      ...("channels" in to && { dependsOn: apis.enabled("monitoring") }),
    });
  }

  /**
   * Terraform deletes the channel of an address that left the configuration before it changes the policies that name it, which
   * Cloud Monitoring refuses without force.
   */
  private addresses(deployment: GcpDeployment, emails: readonly string[]): string[] {
    const { project, apis } = deployment;
    const dependsOn = apis.enabled("monitoring");
    return [...new Set(emails)].map((email) => {
      const displayName = `${titleOf(deployment)}: ${email}`;
      const labels = { email_address: email };
      return new MonitoringNotificationChannel(this, `email-${email}`, {
        project,
        displayName,
        type: "email",
        labels,
        forceDelete: true,
        dependsOn,
      }).name;
    });
  }
}

/**
 * A paragraph for each sentence, and below them whom it is about. What is not there expands to nothing.
 * https://cloud.google.com/monitoring/alerts/doc-variables
 */
function mailText(labels: readonly string[]): string {
  const about = labels.filter((label) => !WORDS.some((word) => word === label) && label !== "subject");
  return [variable("subject"), ...WORDS.map(variable), ...about.map((label) => `${label}: ${variable(label)}`)].join("\n\n");
}

function variable(label: string): string {
  return `$` + `{log.extracted_label.${label}}`;
}
