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

  it("should let EventBridge publish where rules tell people, without a condition, which EventBridge never meets", () => {
    const template = synthesizeTopic([], true);

    const arn = template.reference("aws_sns_topic", "arn");
    const [allowed, ...others] = statementsOf(template.one("aws_sns_topic_policy", { arn }).policy);
    expect(allowed).toEqual({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: arn,
    });
    expect(others.map(({ Effect }) => Effect)).toEqual(["Deny"]);
  });

  it("should then have a key of its own, which EventBridge may use, as may those of the account that publish", () => {
    const template = synthesizeTopic([], true);

    const key = template.one("aws_kms_key");
    expect(template.one("aws_sns_topic").kms_master_key_id).toBe(template.reference("aws_kms_key", "arn"));
    expect(key).toMatchObject({ enable_key_rotation: true, tags: { application: "retrigger", environment: "dev" } });
    const use = { Effect: "Allow", Action: ["kms:GenerateDataKey*", "kms:Decrypt"], Resource: "*" };
    expect(statementsOf(key.policy)).toEqual([
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" },
      { ...use, Principal: { Service: "events.amazonaws.com" } },
      {
        ...use,
        Principal: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": "111122223333" },
          StringLike: { "kms:ViaService": "sns.eu-central-1.amazonaws.com*" },
        },
      },
    ]);
  });

  it("should have no key of its own otherwise", () => {
    expect(synthesizeTopic([]).all("aws_kms_key")).toEqual([]);
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

function synthesizeTopic(emails: readonly string[], opensToRules = false): Template {
  return synthesize((stack, deployment) => {
    new DecisionTopic(stack, "decisions", { deployment, emails, opensToRules });
  });
}
