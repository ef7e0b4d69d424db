import type { Decision } from "../../functions/core/coordination/decision";
import { memoryDecisionLog } from "../../functions/memory/decision-log";
import { recordedLog } from "../../local/recorded-log";

describe("recordedLog", () => {
  it("should keep every decision once, in the order of recording, and pass all on", async () => {
    const memory = memoryDecisionLog();
    const log = recordedLog(memory);

    for (const id of ["b", "a", "b"]) await log.record(decision(id));
    await log.recordRun("a", "run-1");
    await log.recordOutcome({ requestId: "a", status: "succeeded" }, 5);

    expect(log.decisions().map(({ requestId }) => requestId)).toEqual(["b", "a"]);
    expect(await log.read("a")).toMatchObject({ run: { runId: "run-1", status: "succeeded", endedAt: 5 } });
    expect(await log.list("m", 1)).toEqual(await memory.list("m", 1));
  });
});

// Helpers

function decision(requestId: string): Decision {
  const request = { id: requestId, model: "m", causes: [], priority: 4, manifests: [], requestedAt: 0 };
  return { requestId, model: "m", outcome: "start", decidedAt: 0, reason: "all-checks-passed", checks: [], request };
}
