// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's

import { giveAll } from "../../../modules/gcp/access/grants";
import { DecisionTopic } from "../../../modules/gcp/decision-topic";
import { DECISION_MAIL, NoticeMail } from "../../../modules/gcp/notice-mail";
import { rolesOf } from "./iam";
import { synthesize } from "./synthesize";

const MEMBER = "serviceAccount:coordinator@acme-ml.iam.gserviceaccount.com";

describe("DecisionTopic", () => {
  it("should let a function publish to it, and tell its address", () => {
    const template = synthesize((stack, deployment) => {
      const decisions = new DecisionTopic(stack, "decisions", { deployment });
      giveAll(stack, decisions.grants(), MEMBER);
      expect(Object.keys(decisions.environment())).toEqual(["RETRIGGER_TOPIC"]);
    });

    expect(rolesOf(template, MEMBER)).toEqual([{ role: "roles/pubsub.publisher", on: "retrigger-dev-decisions" }]);
  });

  it("should let a function read the secret of a webhook where there is one, and tell where it is, never what it says", () => {
    const template = synthesize((stack, deployment) => {
      const decisions = new DecisionTopic(stack, "decisions", { deployment, webhookSecret: "projects/acme-ml/secrets/slack" });
      giveAll(stack, decisions.grants(), MEMBER);
      expect(decisions.environment().RETRIGGER_WEBHOOK).toBe("projects/acme-ml/secrets/slack/versions/latest");
    });

    expect(rolesOf(template, MEMBER)).toContainEqual({
      role: "roles/secretmanager.secretAccessor",
      on: "projects/acme-ml/secrets/slack",
    });
  });
});

describe("NoticeMail of decisions", () => {
  it("should write to everybody once of what the functions log of decisions that need a person", () => {
    const template = synthesize((stack, deployment) => {
      const emails = ["a@acme.com", "b@acme.com", "a@acme.com"];
      new NoticeMail(stack, "mail", { deployment, mail: DECISION_MAIL, functionNames: ["one", "two"], to: { emails } });
    });

    expect(template.all("google_monitoring_notification_channel").map(({ labels }) => labels)).toEqual([
      { email_address: "a@acme.com" },
      { email_address: "b@acme.com" },
    ]);
    expect(template.one("google_monitoring_alert_policy")).toMatchObject({
      conditions: [
        {
          condition_matched_log: {
            filter:
              'resource.type="cloud_run_revision" AND resource.labels.service_name=("one" OR "two") AND jsonPayload.event="decided" AND jsonPayload.outcome=("ask" OR "reject") AND NOT jsonPayload.reason="not-approved"',
            label_extractors: { model: "EXTRACT(jsonPayload.model)" },
          },
        },
      ],
      documentation: { content: expect.stringContaining("$${log.extracted_label.model}") },
    });
  });
});
