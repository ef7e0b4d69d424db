import { trainingRequestSchema } from "../../../functions/core/training-request";
import { plannedRequests } from "../../../local/replay/plan";

const JANUARY = [Date.UTC(2001, 0, 1), Date.UTC(2001, 1, 1)] as const;

describe("plannedRequests", () => {
  it("should plan nothing but whole requests, within the period, in order of days", () => {
    const planned = plannedRequests(...JANUARY);

    for (const { at, request } of planned) {
      expect(trainingRequestSchema.safeParse(request)).toMatchObject({ success: true });
      expect(at).toBeGreaterThanOrEqual(JANUARY[0]);
      expect(at).toBeLessThan(JANUARY[1]);
    }
  });

  it("should ask for approval once a week, and on Sundays at two for every model", () => {
    const planned = plannedRequests(...JANUARY);

    const drift = planned.filter(({ request }) => request.needsApproval === true);
    const sundays = planned.filter(({ request }) => request.causes[0]?.type === "schedule");
    expect(drift.map(({ at }) => new Date(at).getUTCDate())).toEqual([3, 10, 17, 24, 31]);
    expect(sundays).toHaveLength(8);
    expect(new Set(sundays.map(({ at }) => new Date(at).toUTCString().slice(0, 3)))).toEqual(new Set(["Sun"]));
  });

  it("should send one request twice, as a person does", () => {
    const ids = plannedRequests(...JANUARY).map(({ request }) => request.id);

    expect(ids.filter((id) => id === "manual/west-coast/2001-01-04T10-00")).toHaveLength(2);
  });
});
