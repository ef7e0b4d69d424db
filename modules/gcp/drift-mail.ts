import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { Construct } from "constructs";
import { literalText } from "../terraform-text";
import { type GcpDeployment, physicalName } from "./deployment";

const LABELS = ["model", "subject"];

/** The least that Cloud Monitoring allows between two mails of one policy, and the least that an incident stays open. */
const FIVE_MINUTES = "300s";
const HALF_AN_HOUR = "1800s";

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
            labelExtractors: Object.fromEntries(LABELS.map((label) => [label, `EXTRACT(jsonPayload.${label})`])),
          },
        },
      ],
      alertStrategy: { notificationRateLimit: { period: FIVE_MINUTES }, autoClose: HALF_AN_HOUR },
      documentation: { mimeType: "text/markdown", content: literalText(mailText()) },
      dependsOn: apis.enabled("monitoring"),
    });
  }
}

/** https://cloud.google.com/monitoring/alerts/doc-variables */
function mailText(): string {
  return LABELS.map((label) => `- ${label}: $` + `{log.extracted_label.${label}}`).join("\n");
}
