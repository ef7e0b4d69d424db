import * as z from "zod/mini";
import { plainLine } from "../../plain-text";
import type { HistoryLineOf } from "../history-line";
import type { Importer, ImportOptions } from "./importer";
import { type Findings, importedLines, mistakeText, startFindings } from "./reading/findings";
import { jsonDocuments, jsonHead } from "./reading/json-documents";
import { momentReader } from "./reading/moment";

/** JSON of protocol buffers writes large integers as text. */
const timeSchema = z.catch(z.optional(z.nullable(z.union([z.number(), z.string()]))), undefined);

const pairSchema = z.object({ key: z.string(), value: z.unknown() });

const runSchema = z.object({
  info: z.object({
    run_id: z.string().check(z.minLength(1), z.maxLength(1024)),
    experiment_id: z.catch(z.optional(z.string()), undefined),
    status: z.string(),
    start_time: timeSchema,
    end_time: timeSchema,
    lifecycle_stage: z.catch(z.optional(z.string()), undefined),
  }),
  data: z.catch(
    z.optional(
      z.object({
        metrics: z.catch(z.optional(z.array(pairSchema)), undefined),
        tags: z.catch(z.optional(z.array(pairSchema)), undefined),
      }),
    ),
    undefined,
  ),
});

type MlflowRun = z.infer<typeof runSchema>;

const pageSchema = z.object({ runs: z.array(z.unknown()), next_page_token: z.catch(z.optional(z.string()), undefined) });

const STATUSES = { FINISHED: "succeeded", FAILED: "failed", KILLED: "stopped", RUNNING: "running" } as const;

const readTime = momentReader({}, "either");

/** Of a run that another one began, such as a trial of a search for parameters. */
const PARENT_TAG = "mlflow.parentRunId";

/** Words of a metric's name that say that it was measured on data which was not trained on. */
const HELD_OUT: ReadonlySet<string> = new Set(["val", "valid", "validation", "eval", "evaluation", "holdout", "heldout", "test"]);
const ERRORS: ReadonlySet<string> = new Set(["error", "err"]);
const ACCURACIES: ReadonlySet<string> = new Set(["accuracy", "acc"]);

const RENAME = "log the one that counts as challenger_error";

/**
 * The runs of one experiment. The error of a run's model on data that it was not trained on is the metric challenger_error, or else
 * the only one whose name has a word for held-out data (val, validation, eval, holdout, test, …) and one for error or accuracy, of
 * which 1 - value is taken; that of the model which served then is champion_error.
 */
export const mlflowRuns: Importer = {
  name: "mlflow-runs",
  title: "MLflow: POST /api/2.0/mlflow/runs/search",
  detects: (text) => /^\{/.test(jsonHead(text)) && /"runs"\s*:\s*\[/.test(jsonHead(text)) && /"info"\s*:\s*\{/.test(jsonHead(text)),
  read(text, options) {
    const findings = startFindings("runs");
    const runs = ofOneExperiment(trainingsOf(text, findings), findings);
    const metric = heldOutMetric(runs, findings);
    const lines = runs.flatMap((run) => lineOf(run, metric, options, findings) ?? []);
    const missing = ["MLflow does not know what a run cost: spend is taken from the configuration"];
    if (metric === undefined && runs.length > 0) missing.push(`no hold-out error of the runs is known: ${RENAME}`);
    return importedLines(findings, lines, missing);
  },
};

function trainingsOf(text: string, findings: Findings): MlflowRun[] {
  const runs = new Map<string, MlflowRun>();
  let children = 0;
  const documents = jsonDocuments(text, findings);
  for (const [at, { value, place }] of documents.entries()) {
    const page = pageSchema.safeParse(value).data;
    if (page === undefined) findings.tell(`${place}: expected runs[]: search runs of MLflow, and write the whole answer`);
    for (const [index, record] of (page?.runs ?? []).entries()) {
      const run = runSchema.safeParse(record).data;
      if (run === undefined)
        findings.tell(`${place}: runs[${index}]: expected info with run_id, status and start_time; export it again`);
      else if (run.info.lifecycle_stage === "deleted") findings.tell(`${place}: runs[${index}]: it is deleted; left out`);
      else if (run.data?.tags?.some(({ key }) => key === PARENT_TAG)) children++;
      else runs.set(run.info.run_id, run);
    }
    if (page?.next_page_token && at === documents.length - 1)
      findings.tell(
        `${place}: the answer is one page of several; ask for the others with next_page_token as page_token, a line each`,
      );
  }
  if (children > 0) findings.tell(`${children} runs are part of other runs (${PARENT_TAG}), such as trials of a search; left out`);
  return [...runs.values()];
}

function ofOneExperiment(runs: readonly MlflowRun[], findings: Findings): readonly MlflowRun[] {
  const counts = new Map<string, number>();
  for (const { info } of runs) counts.set(info.experiment_id ?? "", (counts.get(info.experiment_id ?? "") ?? 0) + 1);
  if (counts.size <= 1) return runs;
  const told = [...counts].slice(0, 5).map(([experiment, count]) => `${experiment} (${count})`);
  findings.tell(`got runs of several experiments: ${told.join(", ")}; none was taken: search the one with the model's trainings`);
  return [];
}

/** The metric that is the error on held-out data; undefined where none is, or more than one may be. */
function heldOutMetric(runs: readonly MlflowRun[], findings: Findings): string | undefined {
  const names = new Set(runs.flatMap(({ data }) => data?.metrics?.map(({ key }) => key) ?? []));
  if (names.has("challenger_error")) return "challenger_error";
  const fitting = [...names].filter((name) => hasWord(name, HELD_OUT) && (hasWord(name, ERRORS) || hasWord(name, ACCURACIES)));
  if (fitting.length <= 1) return fitting[0];
  const told = fitting.slice(0, 5).join(", ");
  findings.tell(`got several metrics that may be the error on held-out data: ${told}; none was taken: ${RENAME}`);
  return undefined;
}

function hasWord(name: string, words: ReadonlySet<string>): boolean {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((word) => words.has(word));
}

function lineOf(
  { info, data }: MlflowRun,
  metric: string | undefined,
  { model }: ImportOptions,
  findings: Findings,
): HistoryLineOf<"run"> | undefined {
  const refuse = (why: string) => {
    findings.tell(`run ${info.run_id}: ${why}`);
    return undefined;
  };
  const status = Object.hasOwn(STATUSES, info.status) ? STATUSES[info.status as keyof typeof STATUSES] : undefined;
  if (info.status === "SCHEDULED") return refuse("it is scheduled, so it has no start yet; left out");
  if (status === undefined) return refuse(`got status ${info.status}, expected ${Object.keys(STATUSES).join(", ")}; left out`);
  const at = readTime(info.start_time ?? undefined);
  if (typeof at !== "number") return refuse(`start_time: ${mistakeText(at)}`);
  const endedAt = info.end_time ? readTime(info.end_time) : undefined;
  if (typeof endedAt === "object") return refuse(`end_time: ${mistakeText(endedAt)}`);
  if (endedAt !== undefined && endedAt < at) return refuse("it ends before it starts; left out");
  const errorOf = (name: string | undefined) => {
    const value = data?.metrics?.find(({ key }) => key === name)?.value;
    if (name === undefined || value === undefined) return undefined;
    const error = typeof value === "number" && hasWord(name, ACCURACIES) ? Number((1 - value).toPrecision(12)) : value;
    if (typeof error === "number" && error >= 0 && error <= 1) return error;
    findings.tell(
      `run ${info.run_id}: ${name}: got ${plainLine(JSON.stringify(value), 40)}, expected a share from 0 to 1; left out`,
    );
    return undefined;
  };
  const [challenger, champion] = [errorOf(metric), errorOf("champion_error")];
  return {
    type: "run",
    model,
    at,
    run: info.run_id,
    ...(endedAt !== undefined && { endedAt }),
    status,
    ...(challenger !== undefined && { challenger }),
    ...(champion !== undefined && { champion }),
  };
}
