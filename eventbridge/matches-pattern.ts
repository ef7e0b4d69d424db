import { isMapping } from "../functions/core/json-path";
import type { EventPattern } from "./event-rule";
import { allowsAbsence, isLeaf, matchesLeaf } from "./matches-leaf";
import { type PatternField, patternCases } from "./pattern-fields";

/**
 * True for an event that a rule of EventBridge with this pattern would match; the pattern should have no `patternMistakes`, and what
 * is broken in it matches nothing. Where the event has lists, any member may match, but all fields below a list must be found in the
 * same member. Never throws, and never tries a choice of members twice.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 * What the documentation leaves open is as in the matcher that AWS publishes, https://github.com/aws/event-ruler.
 * @param event parsed JSON
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return isMapping(event) && patternCases(pattern).some((fields) => matchesFields(fields, event, false));
}

/**
 * True when all fields are found in one value, or are absent and may be. Fields come in the order of their names, as the matcher of
 * AWS takes them, which shows where a field must be absent from a list: only a field that was found before it chooses the member.
 * @param mustFind the first field may not be absent
 */
function matchesFields(fields: readonly PatternField[], value: unknown, mustFind: boolean): boolean {
  if (Array.isArray(value)) return matchesList(fields, flattened(value), mustFind);
  const below = new Map<string, PatternField[]>();
  for (const [index, field] of fields.entries()) {
    const [key, ...path] = field.path;
    const isFirst = mustFind && index === 0;
    if (key !== undefined && isMapping(value) && Object.hasOwn(value, key)) {
      const group = below.get(key);
      if (group === undefined) below.set(key, [{ ...field, path }]);
      else group.push({ ...field, path });
    } else if (key === undefined && isLeaf(value)) {
      if (!matchesLeaf(field.alternatives, value)) return false;
    } else if (isFirst || !allowsAbsence(field.alternatives)) {
      return false;
    }
  }
  const mustFindFirst = mustFind ? fields[0]?.path[0] : undefined;
  return [...below].every(([key, rest]) => isMapping(value) && matchesFields(rest, value[key], key === mustFindFirst));
}

function matchesList(fields: readonly PatternField[], members: readonly unknown[], mustFind: boolean): boolean {
  for (const [index, field] of fields.entries()) {
    const rest = fields.slice(index);
    if (members.some((member) => matchesFields(rest, member, true))) return true;
    if (mustFind || !allowsAbsence(field.alternatives) || members.some((member) => isFound(field.path, member))) return false;
  }
  return true;
}

/** True when an event has a leaf at a path, in whatever member of its lists. */
function isFound(path: readonly string[], value: unknown): boolean {
  if (Array.isArray(value)) return flattened(value).some((member) => isFound(path, member));
  const [key, ...rest] = path;
  if (key === undefined) return isLeaf(value);
  return isMapping(value) && Object.hasOwn(value, key) && isFound(rest, value[key]);
}

/** The members of a list, and of lists in it, however deep. */
function flattened(list: readonly unknown[]): unknown[] {
  const members: unknown[] = [];
  const open: Iterator<unknown>[] = [list.values()];
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    const { done, value } = current.next();
    if (done) open.pop();
    else if (Array.isArray(value)) open.push(value.values());
    else members.push(value);
  }
  return members;
}
