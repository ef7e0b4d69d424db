import { DecisionTopic } from "../../../modules/aws/decision-topic";
import { statementsOf, type Template } from "../../stacks/template";
import { synthesize } from "./synthesize";

describe("DecisionTopic", () => {
  it("should be encrypted with AWS's own key, and refuse what comes without TLS", () => {
    const template = synthesizeTopic([]);

    const arn = template.reference("aws_sns_topic", "arn");
    expect(template.one("aws_sns_topic")).toMatchObject({ name: "retrigger-dev-decisions", kms_master_key_id: "alias/aws/sns" });
    expect(statementsOf(template.one("aws_sns_topic_policy", { arn }).policy)).toEqual([
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: [arn],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    expect(template.all("aws_sns_topic_subscription")).toEqual([]);
  });

  it("should write to each address once", () => {
    const template = synthesizeTopic(["a@example.com", "b+c@example.com", "a@example.com"]);

    const topic_arn = template.reference("aws_sns_topic", "arn");
    expect(template.all("aws_sns_topic_subscription")).toEqual([
      { topic_arn, protocol: "email", endpoint: "a@example.com" },
      { topic_arn, protocol: "email", endpoint: "b+c@example.com" },
    ]);
  });
});

// Helpers

function synthesizeTopic(emails: readonly string[]): Template {
  return synthesize((stack, deployment) => {
    new DecisionTopic(stack, "decisions", { deployment, emails });
  });
}
