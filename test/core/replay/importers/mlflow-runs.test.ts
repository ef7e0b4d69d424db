import { mlflowRuns } from "../../../../functions/core/replay/importers/mlflow-runs";
import { exported } from "./exports";

const OPTIONS = { model: "flight-delay" };
const SEARCH = JSON.parse(exported("mlflow-runs/search.json"));
const [FIRST] = SEARCH.runs;

describe("mlflowRuns", () => {
  it("should read the trainings with the errors on held-out data, and leave out the trials", () => {
    const { lines, problems } = mlflowRuns.read(exported("mlflow-runs/search.json"), OPTIONS);

    const run = { type: "run", model: "flight-delay" };
    expect(lines).toEqual([
      { ...run, at: 1793671203000, run: "d2e0aa7712f24f0e9a1f3fd1f58f9b10", endedAt: 1793671900000, status: "stopped" },
      {
        ...run,
        at: 1794276003402,
        run: "b7a4c6d18a6b4a57b9d3c0c52cf1f9aa",
        endedAt: 1794279864118,
        status: "succeeded",
        challenger: 0.115,
        champion: 0.142,
      },
      { ...run, at: 1794880803000, run: "e93b1b0f7a4a4f77b0d1d0f8a0cd7e21", status: "running" },
    ]);
    expect(problems).toEqual([
      expect.stringContaining("one page of several"),
      "1 runs are part of other runs (mlflow.parentRunId), such as trials of a search; left out",
    ]);
  });

  it("should read pages that stand in a line each, the last of which has no token", () => {
    const { next_page_token: _, ...last } = SEARCH;

    const { lines, problems } = mlflowRuns.read(`${JSON.stringify(SEARCH)}\n${JSON.stringify(last)}\n`, OPTIONS);

    expect(lines).toHaveLength(3);
    expect(problems).toEqual([expect.stringContaining("are part of other runs")]);
  });

  it("should take no metric where several may be meant, and challenger_error where it is there", () => {
    const metrics = [metric("val_error", 0.2), metric("test_acc", 0.9)];

    const several = mlflowRuns.read(searchOf({ ...FIRST, data: { metrics } }), OPTIONS);
    const named = mlflowRuns.read(
      searchOf({ ...FIRST, data: { metrics: [...metrics, metric("challenger_error", 0.17)] } }),
      OPTIONS,
    );

    expect(several.lines[0]).not.toHaveProperty("challenger");
    expect(several.problems).toEqual([
      expect.stringContaining("val_error, test_acc; none was taken: log the one that counts as challenger_error"),
    ]);
    expect(named).toMatchObject({ lines: [{ challenger: 0.17 }], problems: [] });
  });

  it.each(["accuracy", "training_accuracy_score", "val_loss", "interval_error"])(
    "should not take %s, which is no error on held-out data",
    (key) => {
      const { lines, missing } = mlflowRuns.read(searchOf({ ...FIRST, data: { metrics: [metric(key, 0.1)] } }), OPTIONS);

      expect(lines[0]).not.toHaveProperty("challenger");
      expect(missing.join()).toContain("no hold-out error");
    },
  );

  it.each([1.5, -0.1, "0.1", null, { toString: 1 }])("should tell of an error of %j, which is no share", (value) => {
    const { lines, problems } = mlflowRuns.read(searchOf({ ...FIRST, data: { metrics: [metric("val_error", value)] } }), OPTIONS);

    expect(lines[0]).not.toHaveProperty("challenger");
    expect(problems).toEqual([expect.stringContaining("expected a share from 0 to 1")]);
  });

  it("should take no run of several experiments", () => {
    const other = { ...FIRST, info: { ...FIRST.info, run_id: "x", experiment_id: "7" } };

    const { lines, problems } = mlflowRuns.read(searchOf(FIRST, other), OPTIONS);

    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringContaining("several experiments: 12 (1), 7 (1)")]);
  });
});

// Helpers

function metric(key: string, value: unknown) {
  return { key, value, timestamp: 1, step: 0 };
}

function searchOf(...runs: readonly unknown[]): string {
  return JSON.stringify({ runs });
}
