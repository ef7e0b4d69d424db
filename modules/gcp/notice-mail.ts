import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { Construct } from "constructs";
import { literalText } from "../terraform-text";
import { type GcpDeployment, physicalName } from "./deployment";

/** The outcomes that need a person; the functions that decide log them. */
const OUTCOMES = ["ask", "reject"];
const LABELS = ["model", "requestId", "outcome", "reason"];

/** The least that Cloud Monitoring allows between two mails of one policy, and the least that an incident stays open. */
const FIVE_MINUTES = "300s";
const HALF_AN_HOUR = "1800s";

export interface DecisionMailProps {
  readonly deployment: GcpDeployment;
  /** Names of the functions that decide. */
  readonly functionNames: readonly string[];
  /** One at least. */
  readonly emails: readonly string[];
}

/** Writes to people of the decisions that need them. Pub/Sub sends no mail, so Cloud Monitoring does, from the functions' log. */
export class DecisionMail extends Construct {
  /** Names of the notification channels, one for each address. */
  readonly channels: readonly string[];

  constructor(scope: Construct, id: string, { deployment, functionNames, emails }: DecisionMailProps) {
    super(scope, id);
    const { project, apis } = deployment;
    const dependsOn = apis.enabled("monitoring");
    const channels = [...new Set(emails)].map(
      (email) =>
        new MonitoringNotificationChannel(this, `email-${email}`, {
          project,
          displayName: `Retrigger ${deployment.environment}: ${email}`,
          type: "email",
          labels: { email_address: email },
          dependsOn,
        }),
    );
    this.channels = channels.map(({ name }) => name);
    const anyOf = (values: readonly string[]) => `(${values.map((value) => JSON.stringify(value)).join(" OR ")})`;
    new MonitoringAlertPolicy(this, "Resource", {
      project,
      displayName: physicalName(deployment, "decisions"),
      combiner: "OR",
      notificationChannels: [...this.channels],
      conditions: [
        {
          displayName: "A decision needs a person",
          conditionMatchedLog: {
            filter: [
              'resource.type="cloud_run_revision"',
              `resource.labels.service_name=${anyOf(functionNames)}`,
              'jsonPayload.event="decided"',
              `jsonPayload.outcome=${anyOf(OUTCOMES)}`,
            ].join(" AND "),
            labelExtractors: Object.fromEntries(LABELS.map((label) => [label, `EXTRACT(jsonPayload.${label})`])),
          },
        },
      ],
      alertStrategy: { notificationRateLimit: { period: FIVE_MINUTES }, autoClose: HALF_AN_HOUR },
      documentation: { mimeType: "text/markdown", content: literalText(mailText()) },
    });
  }
}

/** https://cloud.google.com/monitoring/alerts/doc-variables */
function mailText(): string {
  return LABELS.map((label) => `- ${label}: $` + `{log.extracted_label.${label}}`).join("\n");
}

const DRIFT_LABELS = ["model", "subject"];

/** The least that Cloud Monitoring allows between two mails of one policy, and the least that an incident stays open. */
const DRIFT_FIVE_MINUTES = "300s";
const DRIFT_HALF_AN_HOUR = "1800s";

export interface DriftMailProps {
  readonly deployment: GcpDeployment;
  /** Name of the function that evaluates drift. */
  readonly functionName: string;
  /** Names of notification channels; one at least. */
  readonly channels: readonly string[];
}

/** Writes to people of the drifts that they are told of, once for each rise: which severities these are is the models' to say. */
export class DriftMail extends Construct {
  constructor(scope: Construct, id: string, { deployment, functionName, channels }: DriftMailProps) {
    super(scope, id);
    const { project, apis } = deployment;
    new MonitoringAlertPolicy(this, "Resource", {
      project,
      displayName: physicalName(deployment, "drift"),
      combiner: "OR",
      notificationChannels: [...channels],
      conditions: [
        {
          displayName: "A model drifts",
          conditionMatchedLog: {
            filter: [
              'resource.type="cloud_run_revision"',
              `resource.labels.service_name=${JSON.stringify(functionName)}`,
              'jsonPayload.event="drift-told"',
            ].join(" AND "),
            labelExtractors: Object.fromEntries(DRIFT_LABELS.map((label) => [label, `EXTRACT(jsonPayload.${label})`])),
          },
        },
      ],
      alertStrategy: { notificationRateLimit: { period: DRIFT_FIVE_MINUTES }, autoClose: DRIFT_HALF_AN_HOUR },
      documentation: { mimeType: "text/markdown", content: literalText(driftMailText()) },
      dependsOn: apis.enabled("monitoring"),
    });
  }
}

/** https://cloud.google.com/monitoring/alerts/doc-variables */
function driftMailText(): string {
  return DRIFT_LABELS.map((label) => `- ${label}: $` + `{log.extracted_label.${label}}`).join("\n");
}
