import type { Decision, Outcome } from "../../functions/core/coordination/decision";
import type { TimeSpan } from "../../functions/core/coordination/ports";
import type { Cause } from "../../functions/core/training-request";
import { textTable } from "../../local/summary/text-table";
import { UsageError } from "../command-error";
import type { Control } from "../control/control";
import { causesText, paintOutcome } from "../describe-decision";
import { findModel } from "../find";
import { type Paint, type Printout, timeText, typedText } from "../printout";

/** Which decisions; what is left out selects all. */
export interface DecisionFilter {
  readonly model?: string;
  readonly outcome?: Outcome;
  /** One of the request's causes is of this type. */
  readonly cause?: Cause["type"];
  /** As `timeOption` takes it. */
  readonly since?: string;
  readonly until?: string;
}

/** The newest decisions that a filter selects, newest first, at most `limit`. */
export async function decisions(control: Control, filter: DecisionFilter, limit: number, paint: Paint): Promise<Printout> {
  const data = await newestDecisions(control, filter, limit);
  // a model that is not configured may have decisions: those that rejected it
  if (filter.model !== undefined && data.length === 0) await findModel(control, filter.model);
  if (data.length === 0) return { data, text: "no such decisions" };
  const rows = data.map((decision) => {
    const { decidedAt, requestId, reason, into, request } = decision;
    const became = into === undefined ? causesText(request) : `into ${into}`;
    return [timeText(decidedAt), paintOutcome(paint, decision.outcome), requestId, reason, became];
  });
  const header = ["decided", "outcome", "request", "reason", "causes"].map((title) => paint("dim", title));
  return { data, text: textTable([header, ...rows]) };
}

/**
 * Every decision that a filter selects as a line of JSON, model by model, the newest first, however many there are; with a limit,
 * the newest of all models alone.
 */
export async function* exportDecisions(control: Control, filter: DecisionFilter, limit?: number): AsyncGenerator<string> {
  if (limit !== undefined) {
    for (const decision of await newestDecisions(control, filter, limit)) yield JSON.stringify(decision);
    return;
  }
  const span = spanOf(filter, control.now());
  for (const model of await modelsOf(control, filter)) {
    for await (const page of control.decisionsBetween(model, span)) {
      for (const decision of page) if (isSelected(decision, filter)) yield JSON.stringify(decision);
    }
  }
}

async function newestDecisions(control: Control, filter: DecisionFilter, limit: number): Promise<Decision[]> {
  const lists = await Promise.all((await modelsOf(control, filter)).map((model) => newestOf(control, model, filter, limit)));
  return lists
    .flat()
    .sort((a, b) => b.decidedAt - a.decidedAt)
    .slice(0, limit);
}

async function modelsOf(control: Control, { model }: DecisionFilter): Promise<readonly string[]> {
  return model === undefined ? (await control.models()).map((settings) => settings.model) : [model];
}

/** No more is read than is needed: without a filter, the newest alone. */
async function newestOf(control: Control, model: string, filter: DecisionFilter, limit: number): Promise<Decision[]> {
  const { outcome, cause, since, until } = filter;
  if ([outcome, cause, since, until].every((value) => value === undefined)) return [...(await control.decisions(model, limit))];
  const found: Decision[] = [];
  for await (const page of control.decisionsBetween(model, spanOf(filter, control.now()))) {
    found.push(...page.filter((decision) => isSelected(decision, filter)));
    if (found.length >= limit) break;
  }
  return found;
}

/**
 * The span that two options name.
 * @param now epoch milliseconds
 * @throws UsageError when one of them names no moment, or the span ends before it begins
 */
export function spanOf({ since, until }: Pick<DecisionFilter, "since" | "until">, now: number): TimeSpan {
  const span = {
    ...(since !== undefined && { since: timeOption("since", since, now) }),
    ...(until !== undefined && { until: timeOption("until", until, now) }),
  };
  if (span.since !== undefined && span.until !== undefined && span.since > span.until) {
    throw new UsageError(
      `--since ${typedText(since ?? "")} is after --until ${typedText(until ?? "")}: ${timeText(span.since)} and ${timeText(span.until)} UTC; exchange them`,
    );
  }
  return span;
}

function isSelected(decision: Decision, { outcome, cause }: DecisionFilter): boolean {
  const isOfCause = cause === undefined || decision.request.causes.some(({ type }) => type === cause);
  return isOfCause && (outcome === undefined || decision.outcome === outcome);
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^(\d{1,6})([mhd])$/;
const DAY_OR_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * The moment that an option names, epoch milliseconds: so long before `now` (`90m`, `36h`, `7d`), a UTC day, or a time with its
 * offset.
 * @throws UsageError when it names none
 */
export function timeOption(option: string, text: string, now: number): number {
  const [, amount, unit] = AGO.exec(text) ?? [];
  if (amount !== undefined) return Math.max(0, now - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  if (DAY_OR_TIME.test(text)) {
    const at = Date.parse(text);
    if (at >= 0 && isDay(text.slice(0, 10))) return at;
    throw new UsageError(`--${option} ${typedText(text)}: there is no such day or time from 1970 on`);
  }
  throw new UsageError(
    `--${option} ${typedText(text)}: expected how long ago, such as 36h or 7d, a day such as 2026-11-01, or a time with its offset`,
  );
}

/** Whether the calendar has such a day: `Date.parse` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
