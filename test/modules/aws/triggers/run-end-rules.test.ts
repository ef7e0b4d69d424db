import type { ModelSettings } from "../../../../functions/core/model-settings";
import { Coordinator } from "../../../../modules/aws/functions/coordinator";
import { statementsOf, type Template } from "../../../stacks/template";
import { coordinationOf, settingsOf, synthesize } from "../synthesize";

const PIPELINE = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline";

describe("RunEndRules", () => {
  it("should hear of the ends of the configured pipelines' runs alone, a rule for each model", () => {
    const template = synthesizeRules({ demand: "demand-training", flights: "FlightDelay" });

    const patterns = template.all("aws_cloudwatch_event_rule").map(({ name, event_pattern }) => [name, event_pattern]);
    expect(patterns.map(([name, pattern]) => [name, JSON.parse(String(pattern))])).toEqual([
      ["retrigger-dev-run-end-demand", patternOf(`${PIPELINE}/demand-training`)],
      ["retrigger-dev-run-end-flights", patternOf(`${PIPELINE}/FlightDelay`, `${PIPELINE}/flightdelay`)],
    ]);
  });

  it("should bring them to the FIFO queue of requests, in the group of the model", () => {
    const template = synthesizeRules({ demand: "training", flights: "training" });

    const queue = template.one("aws_sqs_queue", { name: "retrigger-dev-requests.fifo" });
    expect(queue).toMatchObject({ fifo_queue: true, content_based_deduplication: true });
    const targets = template.all("aws_cloudwatch_event_target");
    expect(targets.map(({ rule, sqs_target }) => [template.resolve(rule).name, sqs_target])).toEqual([
      ["retrigger-dev-run-end-demand", { message_group_id: "demand" }],
      ["retrigger-dev-run-end-flights", { message_group_id: "flights" }],
    ]);
    for (const { arn } of targets) expect(template.resolve(arn)).toBe(queue);
  });

  it("should keep what could not be delivered in a standard queue, as EventBridge demands", () => {
    const template = synthesizeRules({ demand: "training" });

    const { dead_letter_config, retry_policy } = template.one("aws_cloudwatch_event_target");
    const undelivered = template.one("aws_sqs_queue", { name: "retrigger-dev-run-rules-dlq" });
    expect(undelivered).not.toHaveProperty("fifo_queue");
    expect(dead_letter_config).toEqual({ arn: template.reference("aws_sqs_queue", "arn", { name: String(undelivered.name) }) });
    expect(retry_policy).toEqual({ maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 });
  });

  it.each(["retrigger-dev-requests.fifo", "retrigger-dev-run-rules-dlq"])("should be let into %s, and no other service", (name) => {
    const template = synthesizeRules({ demand: "one", flights: "two" });

    const rules = ["demand", "flights"].map((model) =>
      template.reference("aws_cloudwatch_event_rule", "arn", { name: `retrigger-dev-run-end-${model}` }),
    );
    const queue_url = template.reference("aws_sqs_queue", "url", { name });
    const allowed = statementsOf(template.one("aws_sqs_queue_policy", { queue_url }).policy).filter(
      ({ Effect }) => Effect === "Allow",
    );
    expect(allowed).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: template.reference("aws_sqs_queue", "arn", { name }),
        Condition: { ArnEquals: { "aws:SourceArn": rules } },
      },
    ]);
  });
});

// Helpers

function synthesizeRules(pipelines: Readonly<Record<string, string>>): Template {
  const models = Object.entries(pipelines).map(
    ([model, name]): ModelSettings => ({ ...settingsOf(model), pipeline: { name, parameters: {} } }),
  );
  return synthesize((stack, deployment) => {
    new Coordinator(stack, "coordinator", coordinationOf(stack, deployment, models));
  });
}

function patternOf(...pipelineArn: readonly string[]) {
  return {
    source: ["aws.sagemaker"],
    "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
    detail: { pipelineArn, currentPipelineExecutionStatus: ["Succeeded", "Failed", "Stopped"] },
  };
}
