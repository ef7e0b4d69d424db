import type { EventPattern } from "../../../eventbridge/event-rule";

/**
 * Whether an event matches a pattern, as far as the patterns of the catalogue go.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const values = listed(event).flatMap((item) => (isRecord(item) ? listed(item[field]) : []));
    if (!Array.isArray(wanted)) return values.some((value) => matchesPattern(wanted as EventPattern, value));
    return values.some((value) => wanted.some((alternative) => isMatch(alternative, value)));
  });
}

function isMatch(alternative: unknown, value: unknown): boolean {
  if (!isRecord(alternative)) return alternative === value;
  if (typeof value !== "string") return false;
  const [[operator, operand] = []] = Object.entries(alternative);
  switch (operator) {
    case "prefix":
      return value.startsWith(String(operand));
    case "suffix":
      if (!isRecord(operand)) return value.endsWith(String(operand));
      return value.toLowerCase().endsWith(String(operand["equals-ignore-case"]).toLowerCase());
    case "wildcard":
      return new RegExp(`^${String(operand).split("*").map(escaped).join(".*")}$`, "s").test(value);
    default:
      throw new Error(`the matcher of the tests does not know ${operator}`);
  }
}

function listed(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
}
