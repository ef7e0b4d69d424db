import type { DecisionLog } from "../../functions/core/coordination/ports";
import { messageOf } from "../../functions/core/log/log";
import type { ModelSettingsSource } from "../../functions/core/model-settings";
import { inParallel } from "../../functions/core/pacing";
import { HEARTBEATS } from "../../functions/core/schedules/heartbeats";
import type { LeftOut } from "../../functions/core/state-layout";
import type { VersionedStore } from "../../functions/core/versioned-store";
import type { Report } from "./finding";

/** One record of each model, or of the one key. */
type Records = Pick<VersionedStore<unknown>, "loadAll">;

/** What the state store of either cloud holds, as this program reads it. */
export interface StoredRows {
  readonly settings: ModelSettingsSource;
  readonly states: Records;
  readonly histories: Records;
  readonly promotions: Records;
  readonly heartbeats: Records;
  /** @param leftOut is told of each decision that cannot be read */
  decisions(leftOut: LeftOut): Pick<DecisionLog, "list">;
}

/** How the rows of a deployment are looked at. */
export interface RowsOptions {
  /** Names of the configured models. */
  readonly models: readonly string[];
  /** What reading them takes. */
  readonly permission: string;
  readonly deployCommand: string;
}

/** Models whose rows are read in one call. */
const PAGE_MODELS = 100;

/** The newest decisions of each model that are read: an older one is of an older program, and a program reads those before it. */
const DECISIONS = 5;

/** Queries for decisions that are made at once. */
const PARALLEL_QUERIES = 8;

/** Of each kind, rows that are named; of more, the number is enough. */
const NAMED_ROWS = 5;

/** Reads what the deployment keeps of the configured models, and says what of it this version cannot read. */
export async function lookAtRows(rows: StoredRows, options: RowsOptions, report: Report): Promise<void> {
  const { models, permission } = options;
  const kinds: readonly (readonly [string, Records, readonly string[]])[] = [
    ["states of the coordinator", rows.states, models],
    ["drift histories", rows.histories, models],
    ["states of promotions", rows.promotions, models],
    ["watched schedules", rows.heartbeats, [HEARTBEATS]],
  ];
  await Promise.all([
    report.look("settings of models", permission, () => lookAtSettings(rows.settings, options, report)),
    ...kinds.map(([what, records, keys]) =>
      report.look(what, permission, async () => tell(report, what, await unreadable(records, keys))),
    ),
    report.look("decisions", permission, async () => {
      const problems: unknown[] = [];
      const log = rows.decisions((problem) => problems.push(problem));
      await inParallel(models, PARALLEL_QUERIES, async (model) => {
        await log.list(model, DECISIONS);
      });
      tell(report, "decisions", problems);
    }),
  ]);
}

async function lookAtSettings(source: ModelSettingsSource, { models, deployCommand }: RowsOptions, report: Report): Promise<void> {
  const list = await source.list();
  const { unreadable: broken = [] } = list;
  for (const { model, why } of broken) report.problem(`settings of ${model}`, why, deployCommand);
  const stored = new Set([...list, ...broken].map(({ model }) => model));
  const missing = models.filter((model) => !stored.has(model));
  for (const model of missing.slice(0, NAMED_ROWS))
    report.problem(`settings of ${model}`, "are not deployed, so nothing is done for the model", deployCommand);
  const more = missing.length - NAMED_ROWS;
  if (more > 0) report.problem("settings", `of ${more} more models are not deployed`, deployCommand);
  for (const { model } of list.filter((one) => !models.includes(one.model)))
    report.warning(
      `settings of ${model}`,
      "are deployed, but the configuration has no such model",
      `${deployCommand} removes them`,
    );
  if (broken.length + missing.length === 0) report.inOrder("settings of models", `${list.length} can be read`);
}

/** What is wrong with those of the records that cannot be read; rejects where none can be asked for. */
async function unreadable(records: Records, keys: readonly string[]): Promise<unknown[]> {
  const problems: unknown[] = [];
  for (let from = 0; from < keys.length; from += PAGE_MODELS)
    for (const result of await records.loadAll(keys.slice(from, from + PAGE_MODELS)))
      if (result.status === "rejected") problems.push(result.reason);
  return problems;
}

const REMEDY = "deploy the version of Retrigger that wrote it, or restore it from a backup: docs/deploy.md says how";

function tell(report: Report, what: string, problems: readonly unknown[]): void {
  for (const problem of problems.slice(0, NAMED_ROWS)) report.problem(what, messageOf(problem), REMEDY);
  const more = problems.length - NAMED_ROWS;
  if (more > 0) report.problem(what, `${more} more cannot be read`, REMEDY);
  if (problems.length === 0) report.inOrder(what, "can be read");
}
