import type * as z from "zod/mini";

/** Problems that a message names; a broken file often has one in every feature. */
const NAMED_PROBLEMS = 10;
const SHOWN_CHARACTERS = 40;

/** What is wrong with a drift report: where, by the feature's name; what was got; what is allowed. */
export function reportProblems(report: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const named = issues.slice(0, NAMED_PROBLEMS).map((issue) => `${placeOf(report, issue.path)}: ${problemOf(report, issue)}`);
  const more = issues.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

function problemOf(report: unknown, issue: z.core.$ZodIssue): string {
  const got = `got ${shown(issue.path.reduce(inside, report))}`;
  switch (issue.code) {
    case "invalid_type":
      return `${got}, expected ${issue.expected === "int" ? "a whole number" : issue.expected}`;
    case "too_big":
      return `${got}, expected at most ${issue.maximum}`;
    case "too_small":
      return `${got}, expected at least ${issue.minimum}`;
    case "invalid_value":
      return `${got}, expected ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
    case "invalid_union":
      return issue.message === "Invalid input" ? `${got}, expected one of the documented forms` : `${got}, ${issue.message}`;
    default:
      return issue.message;
  }
}

/** The path of a problem; of one in a feature with its name, which a person knows it by. */
function placeOf(report: unknown, path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the whole";
  const place = path.map(String).join(".");
  const name = path[0] === "features" && path.length > 1 ? [...path.slice(0, 2), "name"].reduce(inside, report) : undefined;
  return typeof name === "string" && name !== "" ? `feature ${shown(name)} (${place})` : place;
}

function inside(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `${value.length} items`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return `"${value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value}"`;
}
