import fc from "fast-check";
import { type Delivery, transformInput } from "../../eventbridge/transform-input";
import { jobFailed } from "./events";

const DELIVERY: Delivery = {
  ruleName: "example",
  ruleArn: "arn:aws:events:us-east-2:123456789012:rule/example",
  ingestionTime: "2015-11-11T21:30:00Z",
};

/** The event of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
const EVENT = {
  version: "0",
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "123456789012",
  time: "2015-11-11T21:29:54Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
  detail: { "instance-id": "i-0123456789", state: "RUNNING", size: { cpus: 2 }, nothing: null, said: 'it "ran"' },
};

const PATHS = { instance: "$.detail.instance-id", state: "$.detail.state", size: "$.detail.size", gone: "$.detail.gone" };

describe("transformInput", () => {
  it.each([
    ["a text", '"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    ["escaped quotes", '"instance \\"<instance>\\" is in <state>"', '"instance \\"i-0123456789\\" is in RUNNING"'],
    ["simple JSON", '{\n  "instance" : <instance>,\n  "state": <state>\n}', '{"instance":"i-0123456789","state":"RUNNING"}'],
    [
      "JSON with texts and variables",
      '{ "state": "<state>", "status": "instance \\"<instance>\\" is in <state>" }',
      '{"state":"RUNNING","status":"instance \\"i-0123456789\\" is in RUNNING"}',
    ],
    ["a mix", '{"state": [ 9, <state>, true ], "Transformed" : "Yes"}', '{"state":[9,"RUNNING",true],"Transformed":"Yes"}'],
    [
      "reserved variables",
      '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>}',
      '{"arn":"arn:aws:events:us-east-2:123456789012:rule/example","name":"example","at":"2015-11-11T21:30:00Z"}',
    ],
    ["a reserved variable in a text", '"<aws.events.rule-name> triggered"', '"example triggered"'],
    ["an object", '{"size": <size>}', '{"size":{"cpus":2}}'],
    ["an object in a text, without its quotes", '"size <size>"', '"size {cpus:2}"'],
    ["nothing in a text", '"it is <gone>."', '"it is ."'],
    ["spaces in a text", '{"a" : " b  c\\" d " }', '{"a":" b  c\\" d "}'],
  ])("should make %s as documented", (_case, template, text) => {
    expect(transformInput({ paths: PATHS, template }, EVENT, DELIVERY)).toEqual({ text, problems: [] });
  });

  it("should pass on the event, whole or without its detail", () => {
    const { detail, ...rest } = EVENT;
    const template = '{"rest": <aws.events.event>, "all": <aws.events.event.json>}';

    const { text, problems } = transformInput({ paths: {}, template }, EVENT, DELIVERY);

    expect(problems).toEqual([]);
    expect(JSON.parse(text)).toEqual({ rest, all: { ...rest, detail } });
  });

  it.each([
    [
      "nothing outside a text",
      '{"a": <gone>}',
      ["the event has nothing for <gone> ($.detail.gone), and EventBridge creates", "is not JSON"],
    ],
    ["nothing in a list", "[<gone>]", ["the event has nothing for <gone>"]],
    ["null", '{"a": <nothing>}', ["the event has null for <nothing> ($.detail.nothing), for which EventBridge promises nothing"]],
    ["an unknown variable", '"<instanc>"', ["the template refers to <instanc>, which is not a variable; define it"]],
    ["what every object has", '"<toString>"', ["the template refers to <toString>, which is not a variable"]],
    ["quotes that nobody escapes", '"<said>"', ['the event has "it \\"ran\\"" for <said>', "is not JSON"]],
    [
      "an event in quotes",
      '"<aws.events.event.json>"',
      ["<aws.events.event.json> stands in quotes; EventBridge allows it only", "is not JSON"],
    ],
    ["a text without quotes", "instance <instance> is in", ["the filled template is not JSON"]],
  ])("should tell of %s", (_case, template, problems) => {
    const paths = { ...PATHS, nothing: "$.detail.nothing", said: "$.detail.said" };

    expect(transformInput({ paths, template }, EVENT, DELIVERY).problems).toEqual(
      problems.map((problem) => expect.stringContaining(problem)),
    );
  });

  it("should carry any value outside quotes unchanged", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(value !== null);
        const event = jobFailed({ detail: { value } });

        const { text, problems } = transformInput({ paths: { it: "$.detail.value" }, template: '{ "it": <it> }' }, event, DELIVERY);

        expect(problems).toEqual([]);
        expect(text).toBe(`{"it":${JSON.stringify(value)}}`);
      }),
    );
  });

  it("should call no output good that is no JSON, and throw for none", () => {
    const piece = fc.oneof(
      fc.constantFrom('"', "\\", "<it>", "<x>", "<", ">", "{", "}", ":", ",", " ", "a"),
      fc.string({ maxLength: 3 }),
    );

    fc.assert(
      fc.property(fc.array(piece), fc.string(), (pieces, it) => {
        const { text, problems } = transformInput({ paths: { it: "$.it" }, template: pieces.join("") }, { it }, DELIVERY);

        if (problems.length === 0) expect(() => JSON.parse(text)).not.toThrow();
      }),
    );
  });
});
