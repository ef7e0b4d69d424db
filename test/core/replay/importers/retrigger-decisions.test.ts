import { initialState } from "../../../../functions/core/coordination/coordinator-state";
import { decide, reask } from "../../../../functions/core/coordination/decide";
import { type Decision, TAKEN_ALONG } from "../../../../functions/core/coordination/decision";
import { settleRun } from "../../../../functions/core/coordination/settle-run";
import { retriggerDecisions } from "../../../../functions/core/replay/importers/retrigger-decisions";
import { decisionOf, requestOf as sampleOf } from "../../../contracts/coordination-samples";
import { HOUR_MS, NOON, policyOf, requestOf } from "../../../simulation/requests";

const OPTIONS = { model: "other" };

describe("retriggerDecisions", () => {
  it("should give back the requests as they were asked, whatever became of them, and what started", () => {
    const policy = policyOf({ maxRuns: 1, cooldownMs: 0 });
    const asked = ["1", "2", "3"].map((id, hours) => requestOf(id, { requestedAt: NOON + hours * HOUR_MS }));
    let state = initialState(NOON);
    const decided: Decision[] = [];
    for (const [hours, request] of [...asked, ...asked.slice(0, 1)].entries()) {
      const turn = decide(policy, state, request, NOON + hours * HOUR_MS);
      decided.push(...turn.decisions);
      state = turn.state;
    }
    const freed = settleRun(state, { requestId: asked[0]?.id ?? "", status: "succeeded" }, NOON + 5 * HOUR_MS);
    decided.push(...reask(policy, freed, NOON + 5 * HOUR_MS).decisions);
    expect(decided.map(({ outcome }) => outcome)).toEqual(["start", "defer", "merge", "duplicate", "start"]);

    const { lines, problems, missing } = retriggerDecisions.read(exportOf(decided), OPTIONS);

    expect(problems).toEqual([]);
    expect(lines).toEqual([
      ...asked.slice(0, 1).map((request) => ({ type: "request", model: request.model, at: NOON, request })),
      { type: "run", model: "flight-delay", at: NOON, run: asked[0]?.id, status: "running" },
      { type: "request", model: "flight-delay", at: NOON + HOUR_MS, request: asked[1] },
      { type: "request", model: "flight-delay", at: NOON + 2 * HOUR_MS, request: asked[2] },
      { type: "run", model: "flight-delay", at: NOON + 5 * HOUR_MS, run: asked[1]?.id, status: "running" },
    ]);
    expect(missing).toContain("how 2 of 2 runs ended, and what they cost: the export does not tell");
  });

  it("should leave out a decision on no request, and say so", () => {
    const { lines, problems } = retriggerDecisions.read(exportOf([decisionOf({ requestId: "", outcome: "start" })]), OPTIONS);

    expect(lines).toEqual([]);
    expect(problems.join()).toContain("got a decision on no request; left out");
  });

  it("should leave out of a request that started at once what was set aside and went along", () => {
    const cause = (generation: number) => ({
      ...sampleOf().causes[0],
      type: "data" as const,
      generation,
      reason: "size" as const,
      openedAt: 1,
      sealedAt: 2,
    });
    const own = sampleOf({ causes: [cause(12)] });
    const aside = sampleOf({ id: "data/flights/3", causes: [cause(3)], manifests: [{ uri: "s3://lake/3", objects: 1, bytes: 1 }] });
    const start = decisionOf({
      outcome: "start",
      request: {
        ...own,
        causes: [...own.causes, ...aside.causes],
        manifests: [...own.manifests, ...aside.manifests],
        askedBy: { data: 4 },
      },
    });
    const along = decisionOf({ requestId: aside.id, outcome: "merge", reason: TAKEN_ALONG, into: own.id, request: aside });

    const { lines } = retriggerDecisions.read(exportOf([along, start]), OPTIONS);

    expect(lines.filter(({ type }) => type === "request")).toMatchObject([{ request: { ...own, requestedAt: own.requestedAt } }]);
    expect(lines[0]).not.toHaveProperty("request.askedBy");
  });

  it("should take the ends of runs that a later export tells, and count lines that are no decisions", () => {
    const start = decisionOf({ outcome: "start" });
    const end = {
      type: "end",
      at: start.decidedAt + 9,
      endedAt: start.decidedAt + 8,
      requestId: start.requestId,
      status: "failed",
      actualUsd: 31,
    };
    const later = {
      ...decisionOf({ requestId: "data/flights/13", decidedAt: start.decidedAt + 10 }),
      inputs: [end, { type: "sweep" }],
    };
    const text = [later, start, { type: "header" }, { type: "footer" }].map((line) => JSON.stringify(line)).join("\n");

    const { lines, problems } = retriggerDecisions.read(text, OPTIONS);

    expect(lines.find(({ type }) => type === "run")).toMatchObject({ status: "failed", endedAt: start.decidedAt + 8, costUsd: 31 });
    expect(problems).toEqual(["2 lines are no decisions; left out"]);
  });

  it("should tell where a decision is broken", () => {
    const { lines, problems } = retriggerDecisions.read(`${exportOf([decisionOf()])}\n{"outcome":"start","checks":[]}`, OPTIONS);

    expect(lines).toHaveLength(1);
    expect(problems).toEqual([expect.stringMatching(/^line 2: /)]);
  });
});

// Helpers

/** As the command writes it: the newest first. */
function exportOf(decisions: readonly Decision[]): string {
  return decisions
    .toReversed()
    .map((decision) => JSON.stringify(decision))
    .join("\n");
}
