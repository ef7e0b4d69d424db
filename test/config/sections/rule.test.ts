import { eventRules, rulesSchema } from "../../../config/sections/rule";
import type { RuleTarget } from "../../../eventbridge/event-rule";
import { configOf, messageOf } from "../../stacks/config-messages";

const PLACE = "eu-central-1:111122223333";
const LAMBDA = { type: "lambda", arn: `arn:aws:lambda:${PLACE}:function:deploy` };
const QUEUE = `arn:aws:sqs:${PLACE}:events`;

describe("the rules of retrigger.yaml", () => {
  it.each<[string, object]>([
    ["failed trainings", { type: "training-failed" }],
    ["a failed endpoint", { type: "endpoint-failed", endpoint: "prod", model: "one" }],
    ["an approved model", { type: "model-approved", group: "churn", deploy: LAMBDA }],
    ["updated features", { type: "features-updated", featureGroup: "customers", model: "one", priority: 1 }],
    ["completed labels", { type: "labels-ready", jobs: "churn", model: "one" }],
    ["a custom rule on an event of SageMaker", custom({})],
    ["a filter of an event's own fields", custom({ on: { event: "model-package", ModelApprovalStatus: ["Approved"] } })],
    ["a custom rule on a pattern", custom({ on: { pattern: { source: [{ prefix: "acme." }] } } })],
    ["five targets", custom({ targets: Array.from({ length: 5 }, () => LAMBDA) })],
    ["200 parameters", custom({ targets: [pipeline(parametersOf(200))] })],
    ["text that only looks like a path", custom({ targets: [pipeline({ Price: "costs $.50", Shell: "$PATH" })] })],
    [
      "a bus of another region",
      custom({ targets: [{ type: "event-bus", arn: "arn:aws:events:us-east-1:111122223333:event-bus/default" }] }),
    ],
  ])("should accept %s", (_case, rule) => {
    expect(messageOf(withRule(rule))).toBe("no mistake");
  });

  it.each<[string, unknown, string]>([
    [
      "text alone",
      "training-failed",
      'rules.r: got "training-failed"; expected a mapping whose type is training-failed, endpoint-failed,',
    ],
    ["no type", { on: {} }, "rules.r.type: missing; expected a mapping whose type is training-failed"],
    [
      "an unknown type",
      { type: "training-fails" },
      'rules.r.type: got "training-fails"; did you mean training-failed? expected training-failed, endpoint-failed, model-approved, features-updated, labels-ready or custom',
    ],
    [
      "a key of another rule",
      { type: "endpoint-failed", endpoint: "prod", model: "one", prority: 1 },
      "rules.r.prority: unknown key; allowed here: type, endpoint, model",
    ],
    [
      "a missing endpoint",
      { type: "endpoint-failed", model: "one" },
      "rules.r.endpoint: missing; expected the name of an endpoint",
    ],
    [
      "an endpoint's ARN",
      { type: "endpoint-failed", endpoint: "arn:aws:sagemaker", model: "one" },
      'rules.r.endpoint: got "arn:aws:sagemaker"; expected the name of an endpoint, 1 to 63 of',
    ],
    [
      "an unknown model",
      { type: "features-updated", featureGroup: "f", model: "other" },
      'rules.r.model: got "other", which is not a model; expected one of one; correct the name, or add the model',
    ],
    [
      "a target that cannot deploy",
      { type: "model-approved", group: "churn", deploy: { type: "notify" } },
      'rules.r.deploy.type: got "notify"; expected lambda, state-machine or sns',
    ],
    [
      "no events",
      custom({ on: undefined }),
      "rules.r.on: missing; expected a mapping with event, as in {event: endpoint, status: [FAILED]}",
    ],
    [
      "events both ways",
      custom({ on: { event: "endpoint", pattern: { source: ["a"] } } }),
      "rules.r.on: got both event and pattern; expected one of them",
    ],
    [
      "an unknown event",
      custom({ on: { event: "endpiont" } }),
      'rules.r.on: got the event "endpiont", which SageMaker does not send; did you mean endpoint?',
    ],
    [
      "a status in the spelling of the API",
      custom({ on: { event: "endpoint", status: ["InService"] } }),
      "rules.r.on: a filter of endpoint events: status: got",
    ],
    [
      "a filter that makes too long a pattern",
      custom({ on: { event: "endpoint", names: Array.from({ length: 100 }, (_, index) => `endpoint-number-${index}`) } }),
      "characters of JSON; at most 2048 are allowed",
    ],
    [
      "a filter with an unknown operator",
      custom({ on: { event: "model-package", ModelPackageGroupName: [{ prefx: "churn" }] } }),
      "rules.r.on: got",
    ],
    ["a wrong pattern", custom({ on: { pattern: { source: "acme" } } }), 'rules.r.on.pattern.source: got "acme"; expected a list'],
    [
      "a pattern that is too long",
      custom({ on: { pattern: { source: ["x".repeat(2048)] } } }),
      "rules.r.on.pattern: got 2063 characters of JSON; at most 2048 are allowed",
    ],
    ["no target", custom({ targets: [] }), "rules.r.targets: got []; expected at least one target"],
    [
      "a sixth target",
      custom({ targets: Array.from({ length: 6 }, () => ({ type: "notify" })) }),
      "expected at most 5 targets, as EventBridge takes no more for a rule; give the others to a second rule on the same events",
    ],
    [
      "an unknown target",
      custom({ targets: [{ type: "mail" }] }),
      'rules.r.targets[0].type: got "mail"; expected pipeline, request, pause, notify, lambda, sns, sqs, kinesis, state-machine, run-command or event-bus',
    ],
    [
      "a misspelt key of a target",
      custom({ targets: [{ type: "pause", model: "one", modle: "one" }] }),
      "rules.r.targets[0].modle: unknown key; did you mean model? allowed here: type, model",
    ],
    [
      "a misspelt key of an input",
      custom({ targets: [{ ...LAMBDA, input: { template: '"x"', path: {} } }] }),
      "rules.r.targets[0].input.path: unknown key; did you mean paths? allowed here: paths, template",
    ],
    [
      "a parameter with an underscore",
      custom({ targets: [pipeline({ trigger_type: "event" })] }),
      'targets[0].parameters.trigger_type: got the name "trigger_type"; did you mean trigger-type? expected a parameter name of 1 to 256 of A-Z, a-z, 0-9 and -',
    ],
    ["the ways out of it", custom({ targets: [pipeline({ a_b: "" })] }), "let a target of type request start the pipeline"],
    ["201 parameters", custom({ targets: [pipeline(parametersOf(201))] }), "expected at most 200 parameters"],
    ["a parameter that is too long", custom({ targets: [pipeline({ A: "x".repeat(1025) })] }), "expected at most 1024 characters"],
    [
      "a number",
      custom({ targets: [pipeline({ A: 5 })] }),
      "parameters.A: got 5; expected text; put quotes around what is written here",
    ],
    [
      "a path within other text",
      custom({ targets: [pipeline({ Name: "run-$.detail.id" })] }),
      'parameters.Name: got "run-$.detail.id", a JSON path within other text, where EventBridge leaves it as it is; expected the path alone',
    ],
    ["a broken path", custom({ targets: [pipeline({ Name: "$.detail['id']" })] }), "parameters.Name: got the path"],
    [
      "a path within metadata",
      custom({ targets: [{ type: "request", model: "one", metadata: { why: "at $.time" } }] }),
      'targets[0].metadata.why: got "at $.time", a JSON path within other text',
    ],
    [
      "metadata that look like a variable",
      custom({ targets: [{ type: "request", model: "one", metadata: { why: "a < b" } }] }),
      'metadata.why: got "a < b"; expected no < and >, which EventBridge would take for a variable',
    ],
    [
      "a priority of 6",
      custom({ targets: [{ type: "request", model: "one", priority: 6 }] }),
      "priority: got 6; expected a whole number, 1 to 5, such as 3",
    ],
    [
      "a FIFO queue without a group",
      custom({ targets: [{ type: "sqs", arn: `${QUEUE}.fifo` }] }),
      `targets[0].messageGroup: missing, while ${QUEUE}.fifo is a FIFO queue; expected the group of its messages`,
    ],
    [
      "a group for a standard queue",
      custom({ targets: [{ type: "sqs", arn: QUEUE, messageGroup: "g" }] }),
      `targets[0].messageGroup: got "g" for ${QUEUE}, which is no FIFO queue; expected none`,
    ],
    [
      "the ARN of another service",
      custom({ targets: [{ ...LAMBDA, arn: QUEUE }] }),
      `targets[0].arn: got "${QUEUE}"; expected the ARN of a Lambda function, or of its version or alias, such as arn:aws:lambda:`,
    ],
    [
      "a FIFO topic",
      custom({ targets: [{ type: "sns", arn: `arn:aws:sns:${PLACE}:t.fifo` }] }),
      "expected the ARN of a standard SNS topic",
    ],
    [
      "a target of another region",
      custom({ targets: [{ ...LAMBDA, arn: LAMBDA.arn.replace("eu-central-1", "eu-west-1") }] }),
      "in eu-west-1; expected a target in eu-central-1, as the rules are; name one there, or send the events to a bus in eu-west-1",
    ],
    [
      "a deploying target of another region",
      { type: "model-approved", group: "churn", deploy: { ...LAMBDA, arn: LAMBDA.arn.replace("eu-central-1", "eu-west-1") } },
      "rules.r.deploy.arn: got",
    ],
    [
      "a state machine's alias",
      custom({ targets: [{ type: "state-machine", arn: `arn:aws:states:${PLACE}:stateMachine:deploy:live` }] }),
      "expected the ARN of a state machine, without version or alias",
    ],
    [
      "an instance by its name",
      custom({
        targets: [{ type: "run-command", document: "restart", key: "InstanceIds", values: ["web"], input: { template: "{}" } }],
      }),
      'targets[0].values[0]: got "web"; expected the id of an instance',
    ],
    [
      "a command without parameters",
      custom({ targets: [{ type: "run-command", document: "restart", key: "tag:Role", values: ["web"] }] }),
      "targets[0].input: missing;",
    ],
    [
      "a variable that nothing defines",
      custom({ targets: [{ ...LAMBDA, input: { paths: { id: "$.id" }, template: '{"id": <ID>}' } }] }),
      "targets[0].input.template: <ID> is not in paths; expected one of <id>, <aws.events.rule-arn>",
    ],
    [
      "a template that is not JSON",
      custom({ targets: [{ ...LAMBDA, input: { template: "endpoint <aws.events.rule-name>" } }] }),
      "input.template: is not JSON",
    ],
    [
      "a broken path of an input",
      custom({ targets: [{ ...LAMBDA, input: { paths: { x: "detail" }, template: "<x>" } }] }),
      "input.paths.x: got the path",
    ],
    [
      "a broken partition key",
      custom({ targets: [{ type: "kinesis", arn: `arn:aws:kinesis:${PLACE}:stream/s`, partitionKey: "id" }] }),
      "partitionKey: got the path",
    ],
  ])("should explain %s", (_case, rule, expected) => {
    expect(messageOf(withRule(rule))).toContain(expected);
  });

  it("should tell the mistakes of all rules at once, also of one whose name is wrong", () => {
    const message = messageOf(
      configOf(
        { one: {} },
        { rules: { Wrong: { type: "custom", on: {}, targets: [] }, r: custom({ targets: [pipeline({ a_b: "$.x.y z" })] }) } },
      ),
    );

    expect(message).toContain('rules.Wrong: got the name "Wrong"; did you mean wrong? expected 1 to 40 of a-z, 0-9 and -');
    expect(message).toContain("rules.Wrong.targets: got []");
    expect(message).toContain("rules.r.targets[0].parameters.a_b: got the name");
    expect(message).toContain("rules.r.targets[0].parameters.a_b: got the path");
  });

  it("should refuse more rules than a queue's policy can name", () => {
    const rules = Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`r${index}`, { type: "training-failed" }]));

    expect(messageOf(configOf({ one: {} }, { rules }))).toContain("expected at most 40 rules");
  });

  it("should ask for the section aws", () => {
    const config = configOf({ one: {} }, { aws: undefined, rules: { r: { type: "training-failed" } } });

    expect(messageOf(JSON.parse(JSON.stringify(config)))).toContain(
      "rules: are about events of AWS, which is not configured; expected the section aws; add aws: {region}, or remove the rules",
    );
  });

  it("should refuse the coordinator's targets where no model has data, and a model that has none", () => {
    const two = { pipeline: { name: "two" }, schedule: { mode: "direct", cron: "0 2 * * *" } };
    const one = { pipeline: { name: "one" }, data: { bucket: "acme", prefixes: ["in/"] } };
    const rules = { r: custom({ targets: [{ type: "notify" }, { type: "pause", model: "two" }] }) };
    const messageFor = (models: object) => messageOf(configOf({}, { models, rules }));

    expect(messageFor({ two })).toContain(
      'rules.r.targets[0].type: got "notify", which needs a coordinator, but no model on AWS has data',
    );
    expect(messageFor({ one, two })).toContain(
      'rules.r.targets[1].model: got "two", which has no data and is therefore unknown to the coordinator; expected one of one',
    );
  });

  it("should refuse a model on Google Cloud", () => {
    const config = configOf(
      {
        one: {},
        two: {
          pipeline: { name: undefined, template: "gs://acme/p.yaml", outputDirectory: "gs://out/x" },
          data: { bucket: "acme-two" },
        },
      },
      { gcp: { project: "acme-ml", region: "europe-west4" }, rules: { r: custom({ targets: [{ type: "pause", model: "two" }] }) } },
    );

    expect(messageOf(JSON.parse(JSON.stringify(config)))).toContain(
      'rules.r.targets[0].model: got "two", a model on Google Cloud, which is unknown to the coordinator on AWS',
    );
  });
});

describe("eventRules", () => {
  it("should be none without the section", () => {
    expect(eventRules({ rules: {} })).toEqual([]);
  });

  it("should take a custom rule as it stands, with the defaults", () => {
    const pattern = { source: ["acme"], detail: { n: [{ numeric: [">", 0] }] } };
    const rules = rulesSchema.parse({
      r: {
        type: "custom",
        on: { pattern },
        targets: [
          { type: "request", model: "one" },
          { type: "pipeline", pipeline: "p" },
        ],
      },
    });

    expect(eventRules({ rules })).toEqual([
      {
        name: "r",
        description: "",
        pattern,
        targets: [
          { type: "request", model: "one", priority: 3, metadata: {} },
          { type: "pipeline", pipeline: "p", parameters: {} },
        ],
      },
    ]);
  });

  it.each<[object, RuleTarget[]]>([
    [{ type: "training-failed" }, [{ type: "notify" }]],
    [{ type: "endpoint-failed", endpoint: "prod", model: "one" }, [{ type: "pause", model: "one" }, { type: "notify" }]],
    [{ type: "model-approved", group: "churn", deploy: LAMBDA }, [{ type: "lambda", arn: LAMBDA.arn }]],
    [
      { type: "features-updated", featureGroup: "f", model: "one", priority: 1 },
      [{ type: "request", model: "one", priority: 1, metadata: {} }],
    ],
    [{ type: "labels-ready", jobs: "j", model: "one" }, [{ type: "request", model: "one", priority: 3, metadata: {} }]],
  ])("should make of %j what it stands for", (rule, targets) => {
    const [resolved] = eventRules({ rules: rulesSchema.parse({ r: rule }) });

    expect(resolved).toMatchObject({
      name: "r",
      description: expect.stringMatching(/./),
      pattern: { source: ["aws.sagemaker"] },
      targets,
    });
  });
});

// Helpers

function withRule(rule: unknown): object {
  return configOf({ one: {} }, { rules: { r: rule } });
}

function custom(overrides: object): object {
  return { type: "custom", on: { event: "endpoint", status: ["FAILED"] }, targets: [LAMBDA], ...overrides };
}

function pipeline(parameters: Readonly<Record<string, unknown>>): object {
  return { type: "pipeline", pipeline: "training", parameters };
}

function parametersOf(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, "x"]));
}
