import { initialState } from "../../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../../functions/core/coordination/decision";
import { MODELS } from "../../../local/clouds/local-clouds";
import { coordinationSummary, formatDecisions, formatSpent, formatWaiting } from "../../../local/summary/coordination-summary";
import { simulatedRun } from "../../../local/world/simulated-cloud";

const REQUEST = { id: "data/flight-delay/1", model: "flight-delay", causes: [], priority: 4, manifests: [], requestedAt: 0 };

describe("coordinationSummary", () => {
  it("should count decisions by outcome and reason, in the order of outcomes", () => {
    const decisions = [decision("duplicate"), decision("defer"), decision("start"), decision("defer")];

    const summary = summaryOf({ decisions });

    expect(summary.decisions.map(({ outcome, count }) => [outcome, count])).toEqual([
      ["start", 1],
      ["defer", 2],
      ["duplicate", 1],
    ]);
    expect(formatDecisions(summary)).toContain("flight-delay  defer      cooldown          2");
  });

  it("should sum the cost of runs by the month of their start", () => {
    const [settings] = MODELS.aws;
    if (settings === undefined) throw new Error("there is no model");
    const runs = [Date.UTC(2001, 0, 31, 23), Date.UTC(2001, 1, 1)].map((at) => simulatedRun(settings, REQUEST, at, 1));

    const summary = summaryOf({ runs });

    expect(summary.spent.map(({ month, runs }) => [month, runs])).toEqual([
      ["2001-01", 1],
      ["2001-02", 1],
    ]);
    expect(formatSpent(summary)).toContain(`${runs[0]?.actualUsd.toFixed(2)} of 1100.00 USD`);
  });

  it("should tell what waits, for whom, and until when", () => {
    const state = {
      ...initialState(0),
      parked: [{ request: REQUEST, parkedAt: 0 }],
      approval: { request: { ...REQUEST, id: "drift/flight-delay/1" }, askedAt: 0, expiresAt: 3_600_000, approvedBy: [] },
    };

    const text = formatWaiting(summaryOf({ states: new Map([["flight-delay", state]]) }));

    expect(text).toContain("drift/flight-delay/1  for approval since 1970-01-01 00:00  expires 1970-01-01 01:00");
    expect(text).toContain("data/flight-delay/1   for time since 1970-01-01 00:00      asked again after an event");
  });
});

// Helpers

function summaryOf(replay: Partial<Parameters<typeof coordinationSummary>[1]>) {
  return coordinationSummary(MODELS.aws, { decisions: [], runs: [], states: new Map(), endsWithoutEvent: 0, ...replay });
}

function decision(outcome: Decision["outcome"]): Decision {
  return { requestId: REQUEST.id, model: REQUEST.model, outcome, decidedAt: 0, reason: "cooldown", checks: [], request: REQUEST };
}
