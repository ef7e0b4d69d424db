import { isMapping } from "../../json-path";
import { plainLine } from "../../plain-text";
import type { ConfusionMatrix, Evaluation } from "./evaluation";
import { metricMeant } from "./metric-names";

/** What an evaluation says of how well the model does. */
type MetricReading = Pick<Evaluation, "metrics" | "unusable" | "confusion">;

/** Metrics that are read of one file. */
export const MAX_METRICS = 2_000;

/** A longer name no configuration can ask for. */
const MAX_NAME_CHARS = 64;

/** Most of what was got in the place of a number, in characters. */
const SHOWN_CHARS = 80;

const CONFUSION = "confusion_matrix";

/** Rows of a confusion matrix, and of each its columns. */
const MAX_CLASSES = 1_000;

/** The keys of metrics, such as `regression_metrics`, `classification_metrics` and `metrics`. */
const GROUP = /(?:^|_)metrics$/;

/** How Python and its encoders write what is no number. */
const NO_NUMBER = /^[+-]?(?:nan|inf(?:inity)?)$/i;

type Members = Readonly<Record<string, unknown>>;

/** What stands for a metric, and under which key: a number, or what was got instead. */
interface Finding {
  readonly key: string;
  readonly value: number | string;
}

/**
 * The metrics of an evaluation: of each key that ends in `metrics`, and those beside them, each as `{"value": 0.91}` or as the
 * number alone. A metric counts under its own name, and under the one that it means where nothing has that name. One that several
 * keys have with different values is unusable, and so is a confusion matrix without counts. Undefined where there are more metrics
 * than `MAX_METRICS`.
 */
export function readMetrics(file: Members): MetricReading | undefined {
  const found = new Map<string, Finding[]>();
  for (const [key, members] of groupsOf(file)) {
    for (const [name, member] of Object.entries(members)) {
      const value = measured(member, members !== file);
      if (value === undefined || name === CONFUSION || name === "" || name.length > MAX_NAME_CHARS) continue;
      found.set(name, [...(found.get(name) ?? []), { key: members === file ? name : `${key}.${name}`, value }]);
      if (found.size > MAX_METRICS) return undefined;
    }
  }
  const judged = [...found, ...meant(found)].map(([name, findings]) => [name, agreed(findings)] as const);
  const { confusion, problem } = readConfusion(file);
  return {
    metrics: Object.fromEntries(judged.filter(([, value]) => typeof value === "number")) as Record<string, number>,
    unusable: Object.fromEntries([
      ...judged.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
      ...(problem === undefined ? [] : [[CONFUSION, problem] as const]),
    ]),
    ...(confusion !== undefined && { confusion }),
  };
}

/** The file itself, whose metrics stand beside other things, and its members that hold nothing but metrics. */
function groupsOf(file: Members): (readonly [string, Members])[] {
  const groups = Object.entries(file).flatMap(([key, members]) =>
    GROUP.test(key) && isMapping(members) ? [[plainLine(key, MAX_NAME_CHARS), members] as const] : [],
  );
  return [["the file", file], ...groups];
}

/** Undefined for what is no metric: a curve, a list, a text; among metrics alone a text in the place of a number is one. */
function measured(member: unknown, isAmongMetrics: boolean): number | string | undefined {
  if (isMapping(member)) return Object.hasOwn(member, "value") ? valueGiven(member.value) : undefined;
  if (typeof member === "string" && !isAmongMetrics && !NO_NUMBER.test(member)) return undefined;
  return member === null || typeof member === "number" || typeof member === "string" ? valueGiven(member) : undefined;
}

function valueGiven(value: unknown): number | string {
  return typeof value === "number" && Number.isFinite(value) ? value : kindOf(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : isMapping(value) ? "an object" : plainLine(String(value), SHOWN_CHARS);
}

/** Metrics under the name that they mean, where no metric has that name. */
function meant(found: ReadonlyMap<string, readonly Finding[]>): Map<string, Finding[]> {
  const named = new Map<string, Finding[]>();
  for (const [name, findings] of found) {
    const metric = metricMeant(name);
    if (metric !== undefined && !found.has(metric)) named.set(metric, [...(named.get(metric) ?? []), ...findings]);
  }
  return named;
}

/** The one value of a metric; where its findings differ, what each of them is. */
function agreed(findings: readonly Finding[]): number | string {
  const [first] = findings;
  if (first === undefined || findings.every(({ value }) => value === first.value)) return first?.value ?? "nothing";
  const told = findings.slice(0, 3).map(({ key, value }) => `${value} in ${plainLine(key, 2 * MAX_NAME_CHARS)}`);
  return `${told.join(", ")}${findings.length > told.length ? " and others" : ""}`;
}

function readConfusion(file: Members): { readonly confusion?: ConfusionMatrix; readonly problem?: string } {
  const holders = groupsOf(file).filter(([, members]) => Object.hasOwn(members, CONFUSION));
  const [first, other] = holders;
  if (first === undefined) return {};
  if (other !== undefined) return { problem: `one in ${first[0]}, another in ${other[0]}` };
  const matrix = first[1][CONFUSION];
  if (!isMapping(matrix)) return { problem: `${kindOf(matrix)}, expected counts by label and prediction` };
  const rows = Object.values(matrix);
  if (!isSmall(matrix) || !rows.every((row) => isMapping(row) && isSmall(row))) {
    return { problem: `expected counts by label and prediction, of at most ${MAX_CLASSES} classes` };
  }
  if (!rows.every((row) => Object.values(Object(row)).every(isCount)))
    return { problem: "expected whole numbers from 0 on as counts" };
  return { confusion: matrix as ConfusionMatrix };
}

function isSmall(members: Members): boolean {
  return Object.keys(members).length <= MAX_CLASSES;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
