import * as z from "zod/mini";
import type { HistoryLine } from "../history-line";
import { type Importer, type ImportOptions, modelNameOf } from "./importer";
import { type Findings, importedLines, mistakeText, startFindings } from "./reading/findings";
import { jsonDocuments, jsonHead } from "./reading/json-documents";
import { momentReader } from "./reading/moment";
import { speaksOf } from "./reading/speaks-of";

const optionalText = z.catch(z.optional(z.nullable(z.string())), undefined);

/** A run as the API of Airflow 2 and 3 and the command line have it, as far as it is read. */
const runSchema = z.object({
  dag_id: z.string().check(z.minLength(1)),
  /** Of the API. */
  dag_run_id: optionalText,
  /** Of the command line. */
  run_id: optionalText,
  state: z.string(),
  start_date: optionalText,
  end_date: optionalText,
  queued_at: optionalText,
  run_type: optionalText,
  external_trigger: z.catch(z.optional(z.boolean()), undefined),
});

type DagRun = z.infer<typeof runSchema>;

const pageSchema = z.object({ dag_runs: z.array(z.unknown()), total_entries: z.catch(z.optional(z.number()), undefined) });

const STATES = { success: "succeeded", failed: "failed", running: "running" } as const;

const MISSING = [
  "Airflow knows neither what a run cost nor the error of its model: spend is taken from the configuration, and errors must come from another file",
];

/** Longest id of a run, as a line of a history has it. */
const LONGEST_ID = 1024;

/** The runs of one DAG: as runs, and those that its schedule began as fires of a schedule too. */
export const airflowDagRuns: Importer = {
  name: "airflow-dag-runs",
  title: "Airflow 2 or 3: GET /api/v2/dags/<dag>/dagRuns (Airflow 2: /api/v1), or airflow dags list-runs <dag> -o json",
  detects: (text) => /"dag_id"\s*:/.test(jsonHead(text)) && /"(?:dag_)?run_id"\s*:/.test(jsonHead(text)),
  suggestModel: (text) => modelNameOf(/"dag_id"\s*:\s*"([^"\\]+)"/.exec(jsonHead(text))?.[1]),
  read(text, options) {
    const findings = startFindings("runs");
    const runs = dagRunsOf(text, findings);
    const taken = ofOneDag([...runs.values()], options, findings);
    const lines = taken.flatMap((run) => linesOf(run, options, findings));
    return importedLines(findings, lines, MISSING);
  },
};

/** By id, each run once: pages of an export may overlap. */
function dagRunsOf(text: string, findings: Findings): ReadonlyMap<string, DagRun> {
  const runs = new Map<string, DagRun>();
  for (const { value, place } of jsonDocuments(text, findings)) {
    const pages = Array.isArray(value) && value.every((element) => pageSchema.safeParse(element).success) ? value : [value];
    let total = 0;
    for (const page of pages) {
      const paged = pageSchema.safeParse(page).data;
      const records: readonly unknown[] | undefined = paged?.dag_runs ?? (Array.isArray(page) ? page : undefined);
      if (records === undefined) findings.tell(`${place}: expected dag_runs, or a list of runs; export the runs of a DAG`);
      total = Math.max(total, paged?.total_entries ?? 0);
      for (const [index, record] of (records ?? []).entries()) {
        const run = runSchema.safeParse(record).data;
        const id = run?.dag_run_id ?? run?.run_id;
        if (run === undefined || id === undefined || id === null || id === "" || id.length > LONGEST_ID) {
          findings.tell(`${place}: dag_runs[${index}]: expected dag_id, dag_run_id and state of a run; export it again`);
        } else runs.set(`${run.dag_id}\n${id}`, { ...run, dag_run_id: id });
      }
    }
    if (total > runs.size) {
      findings.tell(
        `${place}: got ${runs.size} of ${total} runs: the export is one page of several; ask for the others with limit and offset, and give all files`,
      );
    }
  }
  return runs;
}

function ofOneDag(runs: readonly DagRun[], { model }: ImportOptions, findings: Findings): readonly DagRun[] {
  const counts = new Map<string, number>();
  for (const { dag_id } of runs) counts.set(dag_id, (counts.get(dag_id) ?? 0) + 1);
  if (counts.size <= 1) return runs;
  const told = [...counts].slice(0, 5).map(([dag, count]) => `${dag} (${count})`);
  const [named, ...others] = [...counts.keys()].filter((dag) => speaksOf(dag, model));
  if (named === undefined || others.length > 0) {
    findings.tell(`got runs of several DAGs: ${told.join(", ")}; none was taken: export the one that trains ${model}`);
    return [];
  }
  findings.tell(`got runs of several DAGs: ${told.join(", ")}; only those of ${named} were taken, for its name`);
  return runs.filter(({ dag_id }) => dag_id === named);
}

function linesOf(run: DagRun, options: ImportOptions, findings: Findings): HistoryLine[] {
  const { model } = options;
  const readTime = momentReader(options, "either");
  const id = run.dag_run_id ?? "";
  const refuse = (why: string) => {
    findings.tell(`run ${id}: ${why}`);
    return [];
  };
  if (run.state === "queued") return refuse("it is queued, so it has no start yet; left out");
  const status = Object.hasOwn(STATES, run.state) ? STATES[run.state as keyof typeof STATES] : undefined;
  if (status === undefined) return refuse(`got state ${run.state}, expected success, failed, running or queued; left out`);
  const at = readTime(run.start_date || undefined);
  if (typeof at !== "number") return refuse(`start_date: ${mistakeText(at)}`);
  const endedAt = run.end_date ? readTime(run.end_date) : undefined;
  if (typeof endedAt === "object") return refuse(`end_date: ${mistakeText(endedAt)}`);
  if (endedAt !== undefined && endedAt < at) return refuse("it ends before it starts; was it cleared and run again? left out");
  const isScheduled =
    run.run_type == null ? run.external_trigger === false || id.startsWith("scheduled__") : run.run_type === "scheduled";
  const firedAt = run.queued_at ? readTime(run.queued_at) : at;
  return [
    ...(isScheduled && typeof firedAt === "number"
      ? [{ type: "schedule" as const, model, at: firedAt, name: run.dag_id.slice(0, LONGEST_ID) }]
      : []),
    { type: "run", model, at, run: id, ...(endedAt !== undefined && { endedAt }), status },
  ];
}
