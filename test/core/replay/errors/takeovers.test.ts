import { PooledErrors } from "../../../../functions/core/replay/errors/pooled-errors";
import { addServed, servesFrom, servingRun, takeovers } from "../../../../functions/core/replay/errors/takeovers";

const GRID = { originMs: 1_000, stepMs: 100 };

describe("servesFrom", () => {
  it.each([
    [900, 1],
    [1_000, 1],
    [1_100, 1],
    [1_101, 2],
  ])("should be the step after the end of a run, %d", (endedAt, step) => {
    expect(servesFrom(GRID, endedAt)).toBe(step);
  });
});

describe("takeovers", () => {
  it("should leave out what did not succeed, and assume how long a run took whose end is not known", () => {
    const taken = takeovers(GRID, [runOf("late", 1_000, 1_450), runOf("open", 1_010), runOf("bad", 1_020, 1_050, "failed")], 200);

    expect(taken.map(({ run, from }) => [run.run, from])).toEqual([
      ["open", 3],
      ["late", 5],
    ]);
    expect([0, 2, 3, 4, 5, 9].map((step) => servingRun(taken, step)?.run)).toEqual([
      undefined,
      undefined,
      "open",
      "open",
      "late",
      "late",
    ]);
  });
});

describe("addServed", () => {
  it("should take the error of the run that served, where nothing else is known", () => {
    const rows = new Map(["a", "b"].map((run, place) => [run, rowOf(0.1 + place / 10)]));
    const served = new PooledErrors();
    served.add(1, 0.7);

    addServed(served, rows, takeovers(GRID, [runOf("a", 1_000, 1_050), runOf("b", 1_100, 1_250)], 1), 4);

    expect([0, 1, 2, 3].map((step) => served.errorOf(step))).toEqual([0.1, 0.7, 0.1, 0.2]);
    expect(served.rowsOf(3)).toBe(50);
  });
});

// Helpers

function runOf(run: string, at: number, endedAt?: number, status: "succeeded" | "failed" = "succeeded") {
  return { run, at, status, ...(endedAt !== undefined && { endedAt }) };
}

function rowOf(error: number): PooledErrors {
  const row = new PooledErrors();
  for (let step = 0; step < 4; step++) row.add(step, error, 50);
  return row;
}
