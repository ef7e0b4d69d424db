import { join } from "node:path";
import { awsTemplate, configFile } from "./synthesize";

const CHATS = join(__dirname, "../fixtures/config/chats-on-aws.yaml");
const MINIMAL = join(__dirname, "../fixtures/config/minimal.yaml");

describe("chats of a stack on AWS", () => {
  it("should be told by a function that both topics reach, without anybody's mail", () => {
    const template = awsTemplate(CHATS);

    const queue = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-messages" });
    const subscribed = template.all("aws_sns_topic_subscription").filter(({ endpoint }) => endpoint === queue);
    expect(subscribed).toHaveLength(2);
    expect(new Set(subscribed.map(({ topic_arn }) => template.resolve(topic_arn).name))).toEqual(
      new Set(["retrigger-dev-decisions", "retrigger-dev-operations"]),
    );
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should be told of every alarm, whose topic is known before it is made", () => {
    const template = awsTemplate(CHATS);

    const topic = template.reference("aws_sns_topic", "arn", { name: "retrigger-dev-operations" });
    expect(
      template.all("aws_cloudwatch_metric_alarm").every(({ alarm_actions }) => Array(alarm_actions).flat().includes(topic)),
    ).toBe(true);
    const policy = template.one("aws_sqs_queue_policy", {
      queue_url: template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-messages" }),
    });
    expect(policy.policy).toMatch(/arn:aws:sns:eu-central-1:[^:]+:retrigger-dev-operations"/);
  });

  it("should be watched: the function, its queue and its dead letters", () => {
    const template = awsTemplate(CHATS);

    const names = template.all("aws_cloudwatch_metric_alarm").map(({ alarm_name }) => String(alarm_name));
    expect(names.filter((name) => /_messages$/.test(name)).length).toBeGreaterThanOrEqual(2);
    expect(names.some((name) => /_messenger$/.test(name))).toBe(true);
    expect(template.json.output?.functions?.value).toHaveProperty("messenger");
    expect(template.json.output?.dead_letter_queues?.value).toHaveProperty("messages");
  });

  it("should make no topic of operators where no chat hears of alarms", () => {
    const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf";
    const template = awsTemplate(
      configFile(`
environment: dev
aws: { region: eu-central-1, notifications: { slack: { secret: "${secret}", about: [decisions] } } }
models: { one: { data: { bucket: acme, prefixes: [in/] }, pipeline: { name: training } } }
`),
    );

    expect(template.all("aws_sns_topic").map(({ name }) => name)).toEqual(["retrigger-dev-decisions"]);
    expect(template.all("aws_sns_topic_subscription")).toHaveLength(1);
  });

  it("should leave nothing in a stack that has none", () => {
    expect(awsTemplate(MINIMAL).text).not.toMatch(/messenger|retrigger-dev-messages|secretsmanager|telling/);
  });
});
