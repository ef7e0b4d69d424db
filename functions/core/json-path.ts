/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const MAX_PATH = 256;

/** The keys and indices that the documentation names, without wildcards, whose result it does not tell. */
const STEP = /\.([A-Za-z0-9_/-]+)|\[(\d{1,5})\]/y;

/** True for a text that EventBridge takes for a path into the event; any other stands for itself. */
export function isPath(text: string): boolean {
  return text.startsWith("$.");
}

/**
 * What is wrong with the text of a JSON path, undefined for a path such as `$.detail.a-b.c_d` or `$.resources[0]`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function pathMistake(text: string): string | undefined {
  if (text.length > MAX_PATH) {
    return `got a path of ${text.length} characters, ${JSON.stringify(text.slice(0, 40))}…; at most ${MAX_PATH} are allowed: refer to a value further up`;
  }
  if (stepsOf(text) !== undefined) return undefined;
  return `got the path ${JSON.stringify(text)}; expected $ and then names after a dot, of A-Z, a-z, 0-9, -, _ and /, or positions in brackets, as in $.detail.name or $.resources[0]; EventBridge promises nothing for other characters, quoted names and wildcards`;
}

/** The value at a path of a parsed event; undefined where it has none, or where the path is broken. */
export function valueAt(event: unknown, path: string): unknown {
  return stepsOf(path)?.reduce<unknown>((value, step) => {
    if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
    return isMapping(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, event);
}

function stepsOf(text: string): (string | number)[] | undefined {
  if (!text.startsWith("$.")) return undefined;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const [, name, index] = STEP.exec(text) ?? [];
    if (name === undefined && index === undefined) return undefined;
    steps.push(name ?? Number(index));
  }
  return steps;
}

/** True for an object that is no list. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** No pattern of the greatest adjustable size, 4,096 characters, is nested deeper: a level takes at least `{"":}`. */
export const MAX_DEPTH = 820;

/** True for a value that is nested too deep to be a pattern. Looks no deeper than that. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > MAX_DEPTH || Object.values(value).some((member) => isTooDeep(member, depth + 1));
}

/** The record's own value of a key that somebody else chose, which may be named as something that every object inherits. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
