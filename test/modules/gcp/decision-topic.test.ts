// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's

import { giveAll } from "../../../modules/gcp/access/grants";
import { DecisionTopic } from "../../../modules/gcp/decision-topic";
import { CANDIDATE_MAIL, DECISION_MAIL, DRIFT_MAIL, NoticeMail } from "../../../modules/gcp/notice-mail";
import { rolesOf } from "./iam";
import { synthesize } from "./synthesize";

const MEMBER = "serviceAccount:coordinator@acme-ml.iam.gserviceaccount.com";

describe("DecisionTopic", () => {
  it("should let a function publish to it, and tell its address", () => {
    const template = synthesize((stack, deployment) => {
      const decisions = new DecisionTopic(stack, "decisions", { deployment });
      giveAll(stack, decisions.grants(), MEMBER);
      expect(decisions.environment()).toEqual({ RETRIGGER_TOPIC: decisions.topic, RETRIGGER_ENVIRONMENT: "dev" });
    });

    expect(rolesOf(template, MEMBER)).toEqual([{ role: "roles/pubsub.publisher", on: "retrigger-dev-decisions" }]);
  });

  it("should tell a function the pages that messages name, where they are not the usual ones", () => {
    synthesize((stack, deployment) => {
      const pages = { runbooks: "https://git.acme.example/runbooks", console: "https://retrigger.acme.example" };
      const decisions = new DecisionTopic(stack, "decisions", { deployment, ...pages });
      const { RETRIGGER_RUNBOOKS: runbooks, RETRIGGER_CONSOLE: console } = decisions.environment();
      expect({ runbooks, console }).toEqual(pages);
      const usual = new DecisionTopic(stack, "usual", { deployment, runbooks: "docs/runbooks" });
      expect(new Set(Object.keys(usual.environment()))).toEqual(new Set(["RETRIGGER_ENVIRONMENT", "RETRIGGER_TOPIC"]));
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
              'resource.type="cloud_run_revision" AND resource.labels.service_name=("one" OR "two") AND jsonPayload.event="decision-told"',
            label_extractors: { model: "EXTRACT(jsonPayload.model)", approve: "EXTRACT(jsonPayload.approve)" },
          },
        },
      ],
      documentation: {
        subject: "$${log.extracted_label.subject}",
        content: expect.stringMatching(/^\$\$\{log\.extracted_label\.subject\}\n\n\$\$\{log\.extracted_label\.told\}\n\n/),
      },
    });
  });

  it.each([DECISION_MAIL, DRIFT_MAIL, CANDIDATE_MAIL])(
    "should take no more labels than a condition may have: $name",
    ({ labels }) => {
      expect(labels.length).toBeLessThanOrEqual(10);
      expect(new Set(labels).size).toBe(labels.length);
    },
  );
});
