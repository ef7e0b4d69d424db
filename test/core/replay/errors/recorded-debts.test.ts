import { PooledErrors } from "../../../../functions/core/replay/errors/pooled-errors";
import { recordedDebts } from "../../../../functions/core/replay/errors/recorded-debts";
import type { RecordedRun } from "../../../../functions/core/replay/simulation/history-survey";

describe("recordedDebts", () => {
  it("should tell of each start by the errors of the steps before it", () => {
    const errors = [...Array<number>(10).fill(0.1), ...Array<number>(10).fill(0.2), 0.9];

    const debts = recordedDebts(worldOf(errors, [runAt(20.5)]), 0.1);

    expect(debts).toMatchObject({ trainings: 1, starts: 1, debts: [expect.closeTo(1, 9)], price: expect.closeTo(1, 9) });
  });

  it("should count failed runs, not stopped ones, and what starts before anything is known", () => {
    const runs = [runAt(0.2), runAt(8.5, "failed"), runAt(9.5, "stopped")];

    expect(recordedDebts(worldOf(Array<number>(12).fill(0.1), runs), 0.1)).toMatchObject({ trainings: 2, starts: 1 });
  });

  it("should be unknown without runs", () => {
    expect(recordedDebts(worldOf([0.1, 0.1], []), 1)).toBeUndefined();
  });
});

// Helpers

function runAt(at: number, status: RecordedRun["status"] = "succeeded"): RecordedRun {
  return { run: `run ${at}`, at, endedAt: at + 0.1, status };
}

/** Steps are a millisecond long. */
function worldOf(errors: readonly number[], runs: readonly RecordedRun[]) {
  const served = new PooledErrors();
  for (const [step, error] of errors.entries()) served.add(step, error);
  return { originMs: 0, stepMs: 1, steps: errors.length, runs, served };
}
