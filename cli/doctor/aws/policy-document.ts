// Policies as AWS's and people's hands write them, read without trust.
import * as z from "zod/mini";

const textsSchema = z.union([z.string(), z.array(z.string())]);
const valuesSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))]);

const statementSchema = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.optional(z.union([z.string(), z.record(z.string(), textsSchema)])),
  NotPrincipal: z.optional(z.unknown()),
  Action: z.optional(textsSchema),
  NotAction: z.optional(textsSchema),
  Resource: z.optional(textsSchema),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), valuesSchema))),
});
const documentSchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]) });

/** What one key of a condition may be, by one operator, such as `StringLike`. */
interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of a policy. */
export interface Statement {
  readonly isAllowed: boolean;
  /** Each with its kind, such as `Service:events.amazonaws.com`; `*` is everybody. Undefined for all but some. */
  readonly principals: readonly string[] | undefined;
  readonly actions: readonly string[];
  /** Whether it is about all actions but `actions`. */
  readonly isAllBut: boolean;
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** The statements of a policy; undefined for what is none. */
export function readPolicy(text: string): Statement[] | undefined {
  const { success, data } = documentSchema.safeParse(jsonOf(text));
  return success ? [data.Statement].flat().map(statementOf) : undefined;
}

/** The statements of a list of them, as this program writes it; undefined for what is none. */
export function readStatements(text: string): Statement[] | undefined {
  return readPolicy(JSON.stringify({ Statement: jsonOf(text) }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statementOf({
  Effect,
  Principal,
  NotPrincipal,
  Action,
  NotAction,
  Resource,
  Condition,
}: z.output<typeof statementSchema>) {
  return {
    isAllowed: Effect === "Allow",
    principals: NotPrincipal === undefined ? principalsOf(Principal ?? []) : undefined,
    actions: [Action ?? NotAction ?? []].flat(),
    isAllBut: Action === undefined,
    resources: [Resource ?? []].flat(),
    conditions: Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: [values].flat().map(String) })),
    ),
  };
}

type Principal = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

function principalsOf(principal: Principal): string[] {
  if (typeof principal === "string") return [principal];
  if (Array.isArray(principal)) return [];
  return Object.entries(principal).flatMap(([kind, names]) =>
    [names].flat().map((name: string) => (name === "*" ? "*" : `${kind}:${name}`)),
  );
}

/** Whether a pattern with `*` and `?` takes a text, which may be a pattern itself and then is taken as it stands. */
export function takes(pattern: string, text: string): boolean {
  // By hand, as a pattern of many `*` takes a regular expression longer than anybody waits.
  let [at, start, star, mark] = [0, 0, -1, 0];
  for (; start < text.length; ) {
    const sign = pattern[at];
    if (sign === "*") [star, mark, at] = [at, start, at + 1];
    else if (sign !== undefined && (sign === "?" || sign === text[start])) [at, start] = [at + 1, start + 1];
    else if (star >= 0) [at, mark, start] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Whether a statement is about an action. Names of actions know no case. */
export function isAboutAction({ actions, isAllBut }: Statement, action: string): boolean {
  return actions.some((pattern) => takes(pattern.toLowerCase(), action.toLowerCase())) !== isAllBut;
}
