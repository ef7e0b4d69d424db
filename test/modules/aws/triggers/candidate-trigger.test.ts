import { matchesPattern } from "../../../../eventbridge/matches-pattern";
import { GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { CandidateTrigger } from "../../../../modules/aws/triggers/candidate-trigger";
import type { Template } from "../../../stacks/template";
import { synthesize } from "../synthesize";

const UNDELIVERED = "retrigger-dev-candidate-rules-dlq";

describe("CandidateTrigger", () => {
  it("should hear of the versions of every group, and of nothing else", () => {
    const pattern = JSON.parse(String(synthesizeTrigger().one("aws_cloudwatch_event_rule").event_pattern));

    const heard = (type: string) => matchesPattern(pattern, { source: "aws.sagemaker", "detail-type": type, detail: {} });
    expect(heard("SageMaker Model Package State Change")).toBe(true);
    expect(heard("SageMaker Model State Change")).toBe(false);
  });

  it("should send them to the queue of requests, in a group that no model has", () => {
    const template = synthesizeTrigger();

    const { sqs_target } = template.one("aws_cloudwatch_event_target");
    expect(template.rulesSendingTo("retrigger-dev-requests.fifo")).toEqual(["retrigger-dev-candidates"]);
    expect(template.rulesLetInto("retrigger-dev-requests.fifo")).toEqual(["retrigger-dev-candidates"]);
    expect(Object(sqs_target).message_group_id).not.toMatch(/^[a-z][a-z0-9-]{0,39}$/);
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should keep what could not be delivered", () => {
    const template = synthesizeTrigger();

    const arn = template.reference("aws_sqs_queue", "arn", { name: UNDELIVERED });
    expect(template.one("aws_cloudwatch_event_target")).toMatchObject({ dead_letter_config: { arn } });
    expect(template.rulesLetInto(UNDELIVERED)).toEqual(["retrigger-dev-candidates"]);
  });
});

// Helpers

function synthesizeTrigger(): Template {
  return synthesize((stack, deployment) => {
    const trigger = new CandidateTrigger(stack, "candidate-trigger", { deployment });
    const senders = [trigger.sender];
    trigger.deliverTo(
      new GuardedQueue(stack, "requests", { deployment, role: "requests", consumerTimeoutSec: 60, fifo: true, senders }),
    );
  });
}
