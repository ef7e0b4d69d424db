import {
  type CheckResult,
  type Decision,
  type Outcome,
  REJECT_REASONS,
  TAKEN_ALONG,
} from "../functions/core/coordination/decision";
import { newData } from "../functions/core/coordination/run-cost";
import { threeDigits } from "../functions/core/drift/judgement";
import { counted, durationText, type Paint, timeText, usdText } from "./printout";

const COLOURS = { start: "green", defer: "yellow", merge: "cyan", ask: "yellow", reject: "red", duplicate: "dim" } as const;
const VERDICTS = { passed: ["green", "passed"], overridden: ["yellow", "overridden"], refused: ["red", "refused"] } as const;

export function paintOutcome(paint: Paint, outcome: Outcome): string {
  return paint(COLOURS[outcome], outcome);
}

/** One decision: what was decided and why, what the request was, and every check with its numbers. */
export function describeDecision(decision: Decision, paint: Paint): string {
  const { outcome, decidedAt, request, checks, dueAt, reservedUsd, approvedBy, into } = decision;
  const { objects } = newData(request);
  const facts = [
    `priority ${request.priority}`,
    `${counted(request.manifests.length, "manifest")} with ${counted(objects, "object")}`,
    ...(reservedUsd === undefined ? [] : [`reserved ${usdText(reservedUsd)}`]),
    ...(approvedBy === undefined ? [] : [`approved by ${approvedBy.join(", ")}`]),
    ...(into === undefined ? [] : [`merged into ${into}`]),
    ...(dueAt === undefined ? [] : [`${outcome === "ask" ? "expires" : "asked again"} ${timeText(dueAt)}`]),
    ...(outcome === "defer" && dueAt === undefined ? ["asked again after an event"] : []),
  ];
  const width = Math.max(0, ...checks.map(({ check }) => check.length));
  return [
    `${timeText(decidedAt)}  ${paintOutcome(paint, outcome)}: ${reasonText(decision)}`,
    `  ${facts.join(", ")}`,
    ...(checks.length === 0 ? [] : ["  checks, and what would have changed the answer:"]),
    ...checks.map((check) => `    ${checkText(check, width, paint)}`),
  ].join("\n");
}

export function reasonText({ reason }: Decision): string {
  const rejected: Readonly<Record<string, string>> = { ...REJECT_REASONS, [TAKEN_ALONG]: "a training takes its data along" };
  return reason in rejected ? `${reason} (${rejected[reason]})` : reason;
}

/** Why the request was raised, in a few words. */
export function causesText({ causes, omittedCauses = 0 }: Decision["request"]): string {
  const counts = new Map<string, number>();
  for (const cause of causes) {
    const text = causeText(cause);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const listed = [...counts].map(([text, count]) => (count === 1 ? text : `${count} × ${text}`));
  return [...listed, ...(omittedCauses === 0 ? [] : [`${omittedCauses} more`])].join(", ");
}

function causeText(cause: Decision["request"]["causes"][number]): string {
  switch (cause.type) {
    case "data":
      return `data (${cause.reason})`;
    case "schedule":
      return `schedule ${cause.name}`;
    case "drift":
      return `${cause.severity} drift${cause.feature === undefined ? "" : ` of ${cause.feature}`} (${threeDigits(cause.score)})`;
    case "manual":
      return `${cause.by}: ${cause.why}`;
    case "event":
      return `rule ${cause.rule} (${cause.event}: ${cause.subject})`;
    case "quality":
      return qualityText(cause);
  }
}

/** Of each signal alike, so that many of them are counted and not listed. */
function qualityText({ monitor }: Extract<Decision["request"]["causes"][number], { readonly type: "quality" }>): string {
  return monitor === undefined ? "quality, as the clock asked" : `quality, as ${monitor} measured it`;
}

function checkText({ check, verdict, numbers, cure }: CheckResult, width: number, paint: Paint): string {
  const [colour, word] = VERDICTS[verdict];
  const values = Object.entries(numbers).map(([name, value]) => `${name} ${numberText(name, value)}`);
  const change = verdict === "refused" && cure !== undefined ? paint("bold", `  → ${cureText(cure)}`) : "";
  const override = verdict === "overridden" ? "  → passed by its priority" : "";
  return `${check.padEnd(width)}  ${paint(colour, word.padEnd(10))}  ${values.join(", ")}${change}${override}`.trimEnd();
}

function cureText({ at, change }: NonNullable<CheckResult["cure"]>): string {
  return at === undefined ? change : `${change}, from ${timeText(at)} on`;
}

/** Durations, times and money by what the number is called. */
export function numberText(name: string, value: number | string): string {
  if (typeof value === "string") return value;
  if (name.endsWith("Ms")) return durationText(value);
  if (name.endsWith("At") || name === "since" || name === "labelledUntil") return timeText(value);
  if (name.endsWith("Usd")) return value.toFixed(2);
  // Errors are small, and their first digits tell.
  if (Math.abs(value) < 0.1) return String(Number(value.toPrecision(2)));
  return String(Math.round(value * 100) / 100);
}
