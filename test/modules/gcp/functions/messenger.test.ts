import { giveAll } from "../../../../modules/gcp/access/grants";
import { DecisionTopic } from "../../../../modules/gcp/decision-topic";
import { FunctionBuilder } from "../../../../modules/gcp/functions/function-builder";
import { Messenger, type MessengerProps } from "../../../../modules/gcp/functions/messenger";
import { AlarmChannel } from "../../../../modules/gcp/observability/alarm-channel";
import { StateStore } from "../../../../modules/gcp/state-store";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { PUBSUB_AGENT, synthesize } from "../synthesize";

const SLACK = { secret: "projects/acme-ml/secrets/slack", about: ["decisions", "alarms"] } as const;
const TEAMS = { secret: "projects/acme-security/secrets/teams", about: ["alarms"] } as const;
const MONITORING = "serviceAccount:service-4711@gcp-sa-monitoring-notification.iam.gserviceaccount.com";
const COORDINATOR = "serviceAccount:coordinator@acme-ml.iam.gserviceaccount.com";

describe("Messenger", () => {
  const template = synthesizeMessenger({ slack: SLACK, teams: TEAMS });

  it("should be pushed the messages of its own topic and of the decision topic, and give up on one after hours", () => {
    const topics = { messages: "retrigger-dev-messages", "messages-decisions": "retrigger-dev-decisions" };
    const deadLetters = template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-messages-dlq" });
    for (const [role, name] of Object.entries(topics)) {
      const topic = template.reference("google_pubsub_topic", "id", { name });
      expect(template.one("google_pubsub_subscription", { name: `retrigger-dev-${role}` })).toMatchObject({
        topic,
        push_config: { push_endpoint: expect.stringMatching(new RegExp(`/${topic.replace(/[$.{}]/g, "\\$&")}$`)) },
        dead_letter_policy: { dead_letter_topic: deadLetters, max_delivery_attempts: 30 },
        retry_policy: { minimum_backoff: "20s", maximum_backoff: "600s" },
        expiration_policy: { ttl: "" },
      });
    }
    expect(rolesOf(template, PUBSUB_AGENT)).toEqual(
      expect.arrayContaining([
        { role: "roles/pubsub.subscriber", on: "retrigger-dev-messages" },
        { role: "roles/pubsub.subscriber", on: "retrigger-dev-messages-decisions" },
        { role: "roles/pubsub.publisher", on: "retrigger-dev-messages-dlq" },
      ]),
    );
  });

  it("should read the secrets of its chats, of other projects too, and keep what was told, and may do nothing else", () => {
    expect(rolesOf(template, "retrigger-dev-messenger")).toEqual(
      expect.arrayContaining([
        { role: "roles/secretmanager.secretAccessor", on: SLACK.secret },
        { role: "roles/secretmanager.secretAccessor", on: TEAMS.secret },
      ]),
    );
    expect(rolesOf(template, "retrigger-dev-messenger")).toHaveLength(3);
    expect(template.all("google_secret_manager_secret_iam_member")).toHaveLength(2);
  });

  it("should name secrets, never say what they hold, and what messages name", () => {
    const { service_config } = template.one("google_cloudfunctions2_function", { name: "retrigger-dev-messenger" });
    expect(Object(service_config).environment_variables).toMatchObject({
      RETRIGGER_SLACK: JSON.stringify(SLACK),
      RETRIGGER_TEAMS: JSON.stringify(TEAMS),
      RETRIGGER_ENVIRONMENT: "dev",
      RETRIGGER_RUNBOOKS: "https://acme.example/runbooks",
    });
  });

  it("should be subscribed before anybody may publish a decision, which would be lost", () => {
    const decided = template.all("google_pubsub_topic_iam_member").find(({ member }) => member === COORDINATOR);
    expect(decided?.depends_on).toContainEqual(expect.stringMatching(/^google_pubsub_subscription\..*messages_decisions/));
  });

  it("should hear of alarms by a channel, whose agent may publish once the channel exists", () => {
    const topic = template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-messages" });
    expect(template.one("google_monitoring_notification_channel")).toMatchObject({
      type: "pubsub",
      labels: { topic },
      force_delete: true,
    });
    expect(rolesOf(template, MONITORING)).toEqual([{ role: "roles/pubsub.publisher", on: "retrigger-dev-messages" }]);
    const granted = template.all("google_pubsub_topic_iam_member").find(({ member }) => member === MONITORING);
    const [channel] = Object.keys(template.resources("google_monitoring_notification_channel"));
    expect(granted?.depends_on).toContain(`google_monitoring_notification_channel.${channel}`);
  });

  it("should grant a secret once that holds the webhooks of both chats", () => {
    const both = synthesizeMessenger({ slack: SLACK, teams: { ...TEAMS, secret: SLACK.secret } });

    expect(both.all("google_secret_manager_secret_iam_member")).toHaveLength(1);
  });
});

// Helpers

function synthesizeMessenger(chats: MessengerProps["chats"]): Template {
  return synthesize((stack, deployment) => {
    const builder = new FunctionBuilder(stack, "builder", { deployment });
    const state = new StateStore(stack, "state", { deployment, database: "retrigger-dev", location: "europe-west4", models: [] });
    const decisions = new DecisionTopic(stack, "decisions", { deployment });
    const pages = { runbooks: "https://acme.example/runbooks" };
    const { messages } = new Messenger(stack, "messenger", { deployment, builder, state, decisions, chats, pages });
    new AlarmChannel(stack, "alarm-channel", { deployment, messages });
    giveAll(stack, decisions.grants(), COORDINATOR);
  });
}
