// What the schema of the configuration finds in it, or in a part of it.
import type * as z from "zod";
import { mapping } from "./checks/unchecked-config";
import { configSchema, modelSchema } from "./config";
import { expectationOf, type Problem, schemaProblems } from "./errors";
import { wholeJsonSchema } from "./file-json-schema";
import { ruleSchema } from "./sections/rule";

/** How every part of a configuration is parsed. */
export const PARSING = { error: expectationOf, reportInput: true } as const;

let allowedKeys: ReturnType<typeof wholeJsonSchema> | undefined;

/** The mistakes of the fields of a configuration, each by itself. */
export function fieldProblems(content: unknown): Problem[] {
  const { error } = configSchema.safeParse(content, PARSING);
  if (error === undefined) return [];
  return problemsOf([...error.issues, ...misnamedEntryIssues(error, content)]);
}

/** The mistakes of the fields of one model, with paths within it. */
export function modelFieldProblems(model: unknown): Problem[] {
  const { error } = modelSchema.safeParse(model, PARSING);
  const place = ["models", "model"];
  const issues = (error?.issues ?? []).map((issue) => ({ ...issue, path: [...place, ...issue.path] }));
  return problemsOf(issues).map((problem) => ({ ...problem, path: problem.path.slice(place.length) }));
}

function problemsOf(issues: readonly z.core.$ZodIssue[]): Problem[] {
  if (issues.length === 0) return [];
  allowedKeys ??= wholeJsonSchema();
  return schemaProblems(issues, allowedKeys);
}

/** The sections whose entries have names of their author's choice, with the schema of an entry. */
const NAMED_ENTRIES: Readonly<Record<string, z.ZodType>> = { models: modelSchema, rules: ruleSchema };

/** The mistakes within entries whose name is wrong: zod does not look into these. */
function misnamedEntryIssues(error: z.ZodError, content: unknown): z.core.$ZodIssue[] {
  return error.issues.flatMap(({ code, path: [section, name, ...within] }) => {
    const schema = NAMED_ENTRIES[String(section)];
    if (code !== "invalid_key" || schema === undefined || within.length > 0) return [];
    const entry = mapping(mapping(content)[String(section)])[String(name)];
    const issues = schema.safeParse(entry, PARSING).error?.issues ?? [];
    return issues.map((issue) => ({ ...issue, path: [String(section), String(name), ...issue.path] }));
  });
}
