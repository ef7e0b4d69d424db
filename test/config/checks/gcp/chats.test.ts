import { loadConfig } from "../../../../config/load-config";
import { configWarnings } from "../../../../config/warnings/warnings";
import { configOf, messageOf } from "../../../stacks/config-messages";
import { configFile } from "../../../stacks/synthesize";

const PIPELINE = { name: undefined, template: "gs://acme-p/one.yaml", outputDirectory: "gs://acme-o" };
const GCP = { project: "acme-ml", region: "europe-west4" };

describe("the chats of Google Cloud", () => {
  it.each<[string, object]>([
    ["both", { slack: { secret: "slack" }, teams: { secret: "projects/acme-security/secrets/teams", about: ["drift"] } }],
    ["the former name of Slack's secret", { slackWebhookSecret: "slack" }],
    ["one secret for both", { slack: { secret: "chats" }, teams: { secret: "chats" } }],
  ])("should take %s", (_case, notifications) => {
    expect(messageOf(configWith(notifications))).toBe("no mistake");
  });

  it.each<[string, object, string]>([
    [
      "both names of Slack's secret",
      configWith({ slack: { secret: "slack" }, slackWebhookSecret: "slack" }),
      "gcp.notifications.slackWebhookSecret: got the former name of slack.secret beside slack; expected one of them; remove slackWebhookSecret",
    ],
    [
      "alarms alone, of which there are none",
      configWith({ teams: { secret: "teams", about: ["alarms"] } }, { operations: { alarms: false } }),
      "gcp.notifications.teams.about: got alarms alone, and operations.alarms is false",
    ],
  ])("should refuse %s", (_case, config, expected) => {
    expect(messageOf(config)).toContain(expected);
  });

  it("should count the channel of chats among those of alarms", () => {
    const email = Array.from({ length: 16 }, (_, n) => `ml-${n}@acme.com`);
    const config = (notifications: object) =>
      configOf({ one: { pipeline: PIPELINE } }, { aws: undefined, gcp: { ...GCP, notifications, operations: { email } } });

    expect(messageOf(config({ slack: { secret: "slack", about: ["drift"] } }))).toBe("no mistake");
    expect(messageOf(config({ slack: { secret: "slack" } }))).toContain("got 17 addresses and channels; expected at most 16");
  });

  it("should refuse a chat where no model is coordinated, as nothing would be told", () => {
    const file = configFile(`
environment: dev
gcp: { project: acme-ml, region: europe-west4, notifications: { slack: { secret: slack } } }
models:
  one:
    pipeline: { template: gs://acme-p/one.yaml, outputDirectory: gs://acme-o }
    schedule: { mode: direct, rate: 24h }
`);

    expect(() => loadConfig(file)).toThrow("gcp.notifications.slack: nothing will be told: every model on Google Cloud");
  });

  it("should say that slackWebhookSecret has another name, and that alarms are heard of by it", () => {
    const config = loadConfig(
      configFile(`
environment: dev
gcp: { project: acme-ml, region: europe-west4, notifications: { slackWebhookSecret: slack } }
models:
  one: { data: { bucket: acme, prefixes: [in/] }, pipeline: { template: gs://acme-p/one.yaml, outputDirectory: gs://acme-o } }
`),
    );

    expect(configWarnings(config, ".")).toEqual([
      {
        path: ["gcp", "notifications", "slackWebhookSecret"],
        message:
          "the former name of slack.secret, which is still read; write slack: {secret: slack}, which can also say what Slack is told about",
      },
    ]);
  });
});

// Helpers

function configWith(notifications: object, rest: object = {}): object {
  return configOf({ one: { pipeline: PIPELINE } }, { aws: undefined, gcp: { ...GCP, notifications }, ...rest });
}
