import { DecisionTopic } from "../../../../modules/aws/decision-topic";
import { Messenger, type ToldChat } from "../../../../modules/aws/functions/messenger";
import { StateStore } from "../../../../modules/aws/state-store";
import { synthesize } from "../synthesize";

const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack";
const PARAMETER = "arn:aws:ssm:eu-central-1:111122223333:parameter/acme/teams";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const SLACK: ToldChat = { name: "slack", secret: SECRET, kmsKey: KEY, about: ["decisions"] };
const TEAMS: ToldChat = { name: "teams", secret: PARAMETER, about: ["alarms"] };
const FUNCTION = "retrigger-dev-messenger";

describe("Messenger", () => {
  it("should read what the topics bring, one message after the other, and have a dead-letter queue", () => {
    const { template } = synthesizeMessenger([SLACK, TEAMS]);

    const source = template.one("aws_lambda_event_source_mapping");
    expect(source).toMatchObject({ batch_size: 1, function_response_types: ["ReportBatchItemFailures"] });
    expect(template.resolve(source.event_source_arn)).toMatchObject({
      name: "retrigger-dev-messages",
      visibility_timeout_seconds: 720,
      redrive_policy: expect.stringContaining('"maxReceiveCount":5'),
    });
    expect(template.one("aws_lambda_function")).toMatchObject({
      function_name: FUNCTION,
      timeout: 120,
      environment: {
        variables: {
          RETRIGGER_SLACK: JSON.stringify({ secret: SECRET, about: ["decisions"] }),
          RETRIGGER_TEAMS: JSON.stringify({ secret: PARAMETER, about: ["alarms"] }),
          RETRIGGER_RUNBOOKS: "https://acme.example/runbooks",
        },
      },
    });
  });

  it("should read the secrets by their ARNs, with and without the end at random, and use the key for them alone", () => {
    const { template } = synthesizeMessenger([SLACK, TEAMS]);

    const statements = template.functionStatements(FUNCTION).filter(({ Action }) => /secret|ssm|kms/.test([Action].flat().join()));
    expect(statements).toEqual([
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [SECRET, `${SECRET}-??????`] },
      { Effect: "Allow", Action: "ssm:GetParameter", Resource: [PARAMETER] },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: [KEY],
        Condition: {
          StringLike: { "kms:ViaService": ["secretsmanager.eu-central-1.amazonaws.com*", "ssm.eu-central-1.amazonaws.com*"] },
        },
      },
    ]);
  });

  it("should touch no other rows than those of what was told", () => {
    const { template } = synthesizeMessenger([TEAMS]);

    const statements = template.functionStatements(FUNCTION).filter(({ Action }) => /dynamodb/.test([Action].flat().join()));
    expect(statements).toMatchObject([
      {
        Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["telling#*"] } },
      },
    ]);
  });

  it.each([
    ["notices alone", [SLACK], [/decisions/], 1, false],
    ["alarms alone", [TEAMS], [/:retrigger-dev-operations$/], 0, true],
    ["both", [SLACK, TEAMS], [/decisions/, /:retrigger-dev-operations$/], 1, true],
  ] as const)("should let in those topics alone that it hears: %s", (_, chats, topics, subscriptions, hearsAlarms) => {
    const { template, messenger } = synthesizeMessenger(chats);

    const [allowed] = template
      .all("aws_sqs_queue_policy")
      .map(({ policy }) => JSON.parse(String(policy)).Statement)
      .flatMap((statements) => statements.filter(({ Effect }: { readonly Effect: string }) => Effect === "Allow"));
    expect(allowed).toMatchObject({
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: { ArnLike: { "aws:SourceArn": topics.map((topic) => expect.stringMatching(topic)) } },
    });
    expect(template.all("aws_sns_topic_subscription")).toHaveLength(subscriptions);
    for (const subscription of template.all("aws_sns_topic_subscription")) {
      expect(subscription).toMatchObject({ protocol: "sqs", depends_on: [expect.stringContaining("aws_sqs_queue_policy")] });
      expect(subscription.raw_message_delivery).toBeUndefined();
    }
    expect(messenger?.hearsAlarms).toBe(hearsAlarms);
  });
});

// Helpers

function synthesizeMessenger(chats: readonly ToldChat[]) {
  let messenger: Messenger | undefined;
  const template = synthesize((stack, deployment) => {
    const state = new StateStore(stack, "state", { deployment, models: [], usdPerHour: {} });
    const decisions = new DecisionTopic(stack, "decisions", { deployment, emails: [] });
    const pages = { runbooks: "https://acme.example/runbooks" };
    messenger = new Messenger(stack, "messenger", { deployment, state, chats, decisions, pages });
  });
  return { template, messenger };
}
