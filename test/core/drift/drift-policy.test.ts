import { DEFAULT_DRIFT_POLICY, driftPolicySchema } from "../../../functions/core/drift/drift-policy";
import { METRICS } from "../../../functions/core/drift/measures/metrics";

describe("driftPolicySchema", () => {
  it("should read the name that an earlier program wrote for the balanced Cramér's V", () => {
    const metrics = { data: "psi", prediction: "cramers-v", label: "l-infinity", concept: "cramers-v" };
    const features = { country: { metric: "cramers-v", minSampleSize: 7 }, age: { metric: "psi" } };

    const policy = driftPolicySchema.parse({ ...DEFAULT_DRIFT_POLICY, metrics, features });

    expect(policy.metrics).toEqual({
      data: "psi",
      prediction: "cramers-v-balanced",
      label: "l-infinity",
      concept: "cramers-v-balanced",
    });
    expect(policy.features).toEqual({ country: { metric: "cramers-v-balanced", minSampleSize: 7 }, age: { metric: "psi" } });
  });

  it.each([...METRICS])("should read %s as it is", (metric) => {
    const { metrics } = driftPolicySchema.parse({
      ...DEFAULT_DRIFT_POLICY,
      metrics: { ...DEFAULT_DRIFT_POLICY.metrics, data: metric },
    });

    expect(metrics.data).toBe(metric);
  });

  it.each(["cramers", "hellinger-distance", "constructor", ""])("should refuse to compute %j", (data) => {
    const policy = { ...DEFAULT_DRIFT_POLICY, metrics: { ...DEFAULT_DRIFT_POLICY.metrics, data } };

    expect(driftPolicySchema.safeParse(policy).success).toBe(false);
  });
});
