import { noticeTransformer } from "../../eventbridge/target-input";
import { transformInput } from "../../eventbridge/transform-input";
import { sample } from "../core/sagemaker-events/samples";

describe("noticeTransformer", () => {
  it("should tell in one line which rule, what happened, to what and when", () => {
    const event = sample("endpoint");

    const { text, problems } = transformInput(noticeTransformer({ name: "broken-endpoint" }), event, DELIVERY);

    expect(problems).toEqual([]);
    expect(JSON.parse(text)).toBe(
      `Retrigger, rule broken-endpoint: SageMaker Endpoint State Change of ${event.resources[0]} at ${event.time} in ${event.region} of account ${event.account}, event ${event.id}`,
    );
  });

  it("should be readable of an event that is about no resource", () => {
    const event = { ...sample("endpoint"), resources: [] };

    const { problems } = transformInput(noticeTransformer({ name: "any" }), event, DELIVERY);

    expect(problems).toEqual([]);
  });
});

// Helpers

const DELIVERY = {
  ruleName: "rule",
  ruleArn: "arn:aws:events:eu-west-1:123456789012:rule/rule",
  ingestionTime: "2026-11-21T00:00:00Z",
};
