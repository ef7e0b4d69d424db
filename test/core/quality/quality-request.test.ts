import { signalRequest, sweepRequest } from "../../../functions/core/quality/quality-request";
import { trainingRequestSchema } from "../../../functions/core/training-request";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 30, 12);
const POLICY = { price: { steps: 0.5 }, stepMs: DAY, periodMs: 7 * DAY };
const SIGNAL = { model: "churn", monitor: "labels", metric: "accuracy", from: NOW - DAY, to: NOW, error: 1 / 3, rows: 9 };

describe("signalRequest", () => {
  it("should ask with the error, and give each signal one id", () => {
    const request = signalRequest(POLICY, {}, SIGNAL, NOW + 5);

    expect(trainingRequestSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      id: expect.stringMatching(/^quality\/churn\/2026-11-30T12-00-00-[0-9a-f]{16}$/),
      priority: 4,
      causes: [{ type: "quality", monitor: "labels", metric: "accuracy", error: 0.3333, until: NOW }],
      manifests: [],
    });
    expect(signalRequest(POLICY, {}, { ...SIGNAL }, NOW + 9).id).toBe(request.id);
    expect(signalRequest(POLICY, {}, { ...SIGNAL, error: 0.4 }, NOW).id).not.toBe(request.id);
  });
});

describe("sweepRequest", () => {
  const blind = { lastStartAt: NOW - 8 * DAY };

  it("should ask once in a step where the period is over", () => {
    const request = sweepRequest(POLICY, { model: "churn", recentIds: [], state: blind }, NOW);

    expect(request).toMatchObject({ id: "quality/churn/sweep-2026-11-30T00-00-00", causes: [{ type: "quality" }], priority: 4 });
    expect(sweepRequest(POLICY, { model: "churn", recentIds: [request?.id ?? ""], state: blind }, NOW + 1)).toBeUndefined();
  });

  it("should not ask before, nor for a first training", () => {
    const young = { lastStartAt: NOW - 6 * DAY };

    expect(sweepRequest(POLICY, { model: "churn", recentIds: [], state: young }, NOW)).toBeUndefined();
    expect(sweepRequest(POLICY, { model: "churn", recentIds: [], state: {} }, NOW)).toBeUndefined();
  });
});
