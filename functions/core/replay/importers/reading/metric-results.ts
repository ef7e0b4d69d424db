import { quotedText } from "../../../plain-text";
import type { Findings } from "./findings";
import type { MomentReader } from "./moment";
import type { PageElement } from "./pages";

/** What a metric tells of a model; undefined where its name does not say. */
type MetricRole = "error" | "accuracy" | "rows" | undefined;

/** The data points of one metric. */
export interface MetricSeries {
  /** For people, in quotes. */
  readonly label: string;
  readonly role: MetricRole;
  /** By the beginning of their periods, epoch milliseconds, in the order that they were read. */
  readonly points: Map<number, number>;
}

const ROLES: readonly (readonly [RegExp, MetricRole])[] = [
  [/^(?:accuracy|acc)$/, "accuracy"],
  [/^errors?$/, "error"],
  [/^(?:rows?|counts?|samples?)$/, "rows"],
];

/** The series of the results of all pages; what says that it is incomplete is told. */
export function readResults(results: readonly PageElement[], readTime: MomentReader, findings: Findings): MetricSeries[] {
  const series = new Map<string, MetricSeries>();
  for (const { value: result, place } of results) {
    const { Id: id, Label: label, Timestamps: times, Values: values, StatusCode: status } = result;
    const name = [label, id].find((one): one is string => typeof one === "string" && one !== "") ?? "";
    if (!Array.isArray(times) || !Array.isArray(values) || times.length !== values.length) {
      findings.refuse(place(), { got: "a result without as many Values as Timestamps", expected: "one value for each time" });
      continue;
    }
    if (status !== undefined && status !== "Complete" && status !== "PartialData") {
      findings.tell(
        `the result ${quotedText(name)} is not whole: its StatusCode is ${quotedText(String(status))}; ask for it again`,
      );
    }
    const key = JSON.stringify([id, label]);
    const known = series.get(key) ?? { label: quotedText(name), role: roleOf(label) ?? roleOf(id), points: new Map() };
    series.set(key, known);
    for (const [index, time] of times.entries())
      readPoint(known, time, values[index], () => `${place()}, point ${index}`, readTime, findings);
  }
  for (const label of unfinished(results)) {
    findings.tell(
      `the result ${quotedText(label)} is PartialData: what follows it is missing; ask without --max-items, or add the pages that follow`,
    );
  }
  return [...series.values()];
}

function readPoint(
  { points }: MetricSeries,
  time: unknown,
  value: unknown,
  place: () => string,
  readTime: MomentReader,
  findings: Findings,
): void {
  const at = readTime(time);
  if (typeof at !== "number") findings.refuse(place(), at);
  else if (typeof value !== "number" || !Number.isFinite(value)) {
    findings.refuse(place(), {
      got: `the value ${typeof value === "string" ? quotedText(value) : typeof value}`,
      expected: "a number",
    });
  } else if (points.has(at)) findings.repeated();
  else points.set(at, value);
}

/** What a name says in words, such as `FlightDelay error` or `ModelAccuracy`; undefined where it says nothing, or two things. */
function roleOf(name: unknown): MetricRole {
  if (typeof name !== "string") return undefined;
  const words = name
    .slice(0, 255)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  const roles = ROLES.flatMap(([word, role]) => (words.some((one) => word.test(one)) ? [role] : []));
  return roles.length === 1 ? roles[0] : undefined;
}

/** Labels of results whose last part says that more follows: of each, the last page has the last word. */
function unfinished(results: readonly PageElement[]): string[] {
  const last = new Map<string, unknown>();
  for (const { value } of results) last.set(String(value.Label ?? value.Id), value.StatusCode);
  return [...last].flatMap(([label, status]) => (status === "PartialData" ? [label] : []));
}
