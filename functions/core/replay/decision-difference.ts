import type { Decision } from "../coordination/decision";

/** A decision that does not come out as it is recorded. */
export interface Difference {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly decidedAt: number;
  /** What is recorded, and what the replay has. */
  readonly why: string;
}

/** What is compared, what tells most first. */
const COMPARED = [
  "outcome",
  "reason",
  "into",
  "reservedUsd",
  "dueAt",
  "approvedBy",
  "decidedAt",
  "model",
  "checks",
  "request",
] as const;

/** How a decision that was decided again differs from the recorded one; undefined where everything is the same. */
export function differenceOf(recorded: Decision, replayed: Decision | undefined): Difference | undefined {
  const { requestId, decidedAt, outcome, reason } = recorded;
  if (replayed === undefined) {
    return { requestId, decidedAt, why: `recorded is ${outcome} (${reason}), which the replay does not decide` };
  }
  const field = COMPARED.find((name) => canonicalJson(recorded[name]) !== canonicalJson(replayed[name]));
  if (field === undefined) return undefined;
  const check = replayed.checks.find((one, index) => canonicalJson(one) !== canonicalJson(recorded.checks[index]));
  const of = check === undefined ? "" : `; ${checkText(check.check, recorded, replayed)}`;
  if (field === "outcome" || field === "reason") {
    return {
      requestId,
      decidedAt,
      why: `recorded is ${outcome} (${reason}), replayed ${replayed.outcome} (${replayed.reason})${of}`,
    };
  }
  if (field === "checks") return { requestId, decidedAt, why: of.slice(2) || "other checks are recorded" };
  return { requestId, decidedAt, why: firstDifference(recorded[field], replayed[field], field) ?? `${field} differs` };
}

function checkText(name: string, recorded: Decision, replayed: Decision): string {
  const of = ({ checks }: Decision) => checks.find(({ check }) => check === name);
  return firstDifference(of(recorded), of(replayed), `check ${name}`) ?? `check ${name} differs`;
}

/** Characters of a value that is told. */
const MAX_VALUE = 80;

/**
 * Where two values differ first, with both: `day.starts: recorded 2, replayed 3`; undefined where they are equal. Fields that are
 * undefined, and the order of fields, make no difference.
 */
export function firstDifference(recorded: unknown, replayed: unknown, path = ""): string | undefined {
  if (canonicalJson(recorded) === canonicalJson(replayed)) return undefined;
  if (isRecord(recorded) && isRecord(replayed)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
      const found = firstDifference(recorded[name], replayed[name], path === "" ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
  }
  return `${path}: recorded ${valueText(recorded)}, replayed ${valueText(replayed)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function valueText(value: unknown): string {
  return (canonicalJson(value) ?? "nothing").slice(0, MAX_VALUE);
}

function canonicalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, one: unknown) =>
    isRecord(one) && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}
