import { join } from "node:path";
import { rolesOf } from "../modules/gcp/iam";
import { configFile, gcpTemplate } from "./synthesize";

const CHATS = join(__dirname, "../fixtures/config/chats-on-google-cloud.yaml");

describe("chats of a stack on Google Cloud", () => {
  const template = gcpTemplate(CHATS);

  it("should be told by a function that alone may read the webhooks' addresses", () => {
    expect(
      template
        .all("google_secret_manager_secret_iam_member")
        .map(({ secret_id }) => String(secret_id))
        .sort(),
    ).toEqual(["projects/acme-ml/secrets/slack-webhook", "projects/acme-security/secrets/teams-webhook"]);
    expect(rolesOf(template, "retrigger-dev-messenger").map(({ role }) => role)).toContain("roles/secretmanager.secretAccessor");
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should be told of every alarm, and of no mail's policy, which would tell a notice twice", () => {
    const withMail = gcpTemplate(configFile(configOf("email: [ml@example.com], slack: { secret: slack-webhook }")));

    const channel = withMail.reference("google_monitoring_notification_channel", "name", { type: "pubsub" });
    const policies = withMail.all("google_monitoring_alert_policy");
    const told = policies.filter(({ notification_channels }) => [notification_channels].flat().includes(channel));
    const mails = ["retrigger-dev-decisions", "retrigger-dev-drift"];
    expect(policies.filter((policy) => !told.includes(policy)).map(({ display_name }) => display_name)).toEqual(mails);
    expect(told.length).toBeGreaterThan(10);
  });

  it("should be watched: the function, both of its subscriptions and its dead letters", () => {
    const policies = JSON.stringify(template.all("google_monitoring_alert_policy"));
    expect(policies).toContain("retrigger-dev-messages-decisions");
    expect(policies).toContain("retrigger-dev-messages-dlq");
    expect(policies).toContain("retrigger-dev-messenger");
    expect(template.json.output?.functions?.value).toHaveProperty("messenger");
    expect(template.json.output?.dead_letter_queues?.value).toHaveProperty("messages");
  });

  it("should have what they were told expire", () => {
    expect(template.all("google_firestore_field").map(({ collection }) => collection)).toContain("tellings");
  });

  it.each([
    ["no chat hears of any", "slack: { secret: slack-webhook, about: [decisions] }", ""],
    ["there are none", "slack: { secret: slack-webhook }", "operations: { alarms: false }"],
  ])("should make no channel of alarms where %s", (_case, notifications, more) => {
    const quiet = gcpTemplate(configFile(configOf(notifications, more)));

    expect(quiet.all("google_monitoring_notification_channel")).toEqual([]);
    expect(quiet.text).not.toMatch(/gcp-sa-monitoring-notification/);
  });

  it("should mean the same by the former name of Slack's secret", () => {
    const former = gcpTemplate(configFile(configOf("slackWebhookSecret: slack-webhook")));

    expect(former.text).toBe(gcpTemplate(configFile(configOf("slack: { secret: slack-webhook }"))).text);
  });

  it("should leave nothing in a stack that has none", () => {
    expect(gcpTemplate(configFile(configOf(""))).text).not.toMatch(
      /messenger|retrigger-dev-messages|secretmanager|tellings|WEBHOOK/,
    );
  });
});

// Helpers

function configOf(notifications: string, more = ""): string {
  return `
environment: dev
gcp: { project: acme-ml, region: europe-west4, notifications: { ${notifications} } }
${more}
models:
  churn:
    data: { bucket: acme_clicks, prefixes: [in/] }
    pipeline: { template: gs://acme-pipelines/churn.json, outputDirectory: gs://acme-training }
`;
}
