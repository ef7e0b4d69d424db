import fc from "fast-check";

/** Small events of few names, so that patterns of the same names often match them. */
export function eventOf(leaf: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const key = fc.constantFrom("a", "b", "c");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.dictionary(key, tie("value"), { maxKeys: 2 }),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
  }));
  return fc.dictionary(key, value, { maxKeys: 3 });
}

/** An event as SageMaker sends it. */
export function jobFailed(overrides: Readonly<Record<string, unknown>> = {}) {
  return {
    version: "0",
    id: "844e2571-85d4-695f-b930-0153b71dcb42",
    "detail-type": "SageMaker Training Job State Change",
    source: "aws.sagemaker",
    account: "111122223333",
    time: "2026-11-21T10:00:00Z",
    region: "eu-central-1",
    resources: ["arn:aws:sagemaker:eu-central-1:111122223333:training-job/fraud-7"],
    detail: { TrainingJobName: "fraud-7", TrainingJobStatus: "Failed", Tries: 3, Tags: { team: "ml" } },
    ...overrides,
  };
}
