import { airflowDagRuns } from "../../../../functions/core/replay/importers/airflow-dag-runs";
import { exported } from "./exports";

const OPTIONS = { model: "flight-delay" };
const RUN = { type: "run", model: "flight-delay" };

describe("airflowDagRuns", () => {
  it("should read the runs of Airflow 3 in the order of their starts, and those of a schedule as its fires too", () => {
    const { lines, problems } = airflowDagRuns.read(exported("airflow-dag-runs/airflow-3.json"), OPTIONS);

    const name = "flight_delay_training";
    expect(lines).toEqual([
      { type: "schedule", model: "flight-delay", at: Date.parse("2026-11-02T02:00:00.114Z"), name },
      {
        ...RUN,
        at: Date.parse("2026-11-02T02:00:03.402Z"),
        run: "scheduled__2026-11-02T02:00:00+00:00",
        endedAt: Date.parse("2026-11-02T03:04:24.118Z"),
        status: "succeeded",
      },
      {
        ...RUN,
        at: Date.parse("2026-11-04T09:12:42Z"),
        run: "manual__2026-11-04T09:12:40.551000+00:00",
        endedAt: Date.parse("2026-11-04T09:31:00Z"),
        status: "failed",
      },
      { type: "schedule", model: "flight-delay", at: Date.parse("2026-11-09T02:00:00.200Z"), name },
      { ...RUN, at: Date.parse("2026-11-09T02:00:05Z"), run: "scheduled__2026-11-09T02:00:00+00:00", status: "running" },
    ]);
    expect(problems).toEqual(["run manual__2026-11-09T02:10:00+00:00: it is queued, so it has no start yet; left out"]);
  });

  it("should read those of Airflow 2, and tell that a page is not all", () => {
    const { lines, problems } = airflowDagRuns.read(exported("airflow-dag-runs/airflow-2.json"), OPTIONS);

    expect(lines.map(({ type, at }) => `${type} ${new Date(at).toISOString()}`)).toEqual([
      "schedule 2026-11-02T02:00:01.120Z",
      "run 2026-11-02T02:00:01.120Z",
      "run 2026-11-03T10:00:02.000Z",
    ]);
    expect(problems).toEqual([expect.stringContaining("got 2 of 7 runs: the export is one page of several")]);
  });

  it("should read what the command line lists", () => {
    const { lines, problems } = airflowDagRuns.read(exported("airflow-dag-runs/list-runs.json"), OPTIONS);

    expect(problems).toEqual([]);
    expect(lines.map(({ type }) => type)).toEqual(["schedule", "run", "run"]);
    expect(lines.at(-1)).toMatchObject({ status: "failed", run: "manual__2026-11-04T09:12:40.551000+00:00" });
  });

  it("should read pages that overlap as one list", () => {
    const page = JSON.parse(exported("airflow-dag-runs/airflow-3.json"));

    const { lines, problems } = airflowDagRuns.read(JSON.stringify([page, page]), OPTIONS);

    expect(lines).toHaveLength(5);
    expect(problems).toHaveLength(1);
  });

  it("should take the DAG that is named as the model of several, and none where no name tells", () => {
    const { dag_runs } = JSON.parse(exported("airflow-dag-runs/airflow-3.json"));
    const other = { ...dag_runs[0], dag_id: "churn-export", dag_run_id: "other" };
    const text = JSON.stringify({ dag_runs: [...dag_runs, other], total_entries: 5 });

    const named = airflowDagRuns.read(text, OPTIONS);
    const unnamed = airflowDagRuns.read(text, { model: "fraud" });

    const told = "got runs of several DAGs: flight_delay_training (4), churn-export (1)";
    expect(named.lines).toHaveLength(5);
    expect(named.problems[0]).toBe(`${told}; only those of flight_delay_training were taken, for its name`);
    expect(unnamed).toMatchObject({ lines: [], problems: [`${told}; none was taken: export the one that trains fraud`] });
  });

  it("should refuse a local time, unless it is told the offset", () => {
    const run = { dag_id: "a", run_id: "r", state: "success", start_date: "2026-11-02 02:00:00", end_date: "" };

    const refused = airflowDagRuns.read(JSON.stringify([run]), OPTIONS);
    const read = airflowDagRuns.read(JSON.stringify([run]), { ...OPTIONS, offsetMinutes: 60 });

    expect(refused).toMatchObject({
      lines: [],
      problems: [
        expect.stringContaining(
          'got the time "2026-11-02 02:00:00", expected a time with its offset: a local time names no moment',
        ),
      ],
    });
    expect(read.lines).toEqual([{ ...RUN, at: Date.parse("2026-11-02T01:00:00Z"), run: "r", status: "succeeded" }]);
  });

  it.each(["", "{", "null", "[1]", '{"dag_runs":[{"dag_id":"a"}]}', '{"dag_runs":3}'])(
    "should tell what is wrong with %j",
    (text) => {
      const { lines, problems } = airflowDagRuns.read(text, OPTIONS);

      expect(lines).toEqual([]);
      expect(problems).toHaveLength(1);
    },
  );
});
