import { readFileSync } from "node:fs";
import * as z from "zod";
import { shown } from "../errors";

const definitionSchema = z.object({
  Parameters: z.array(z.object({ Name: z.string() })).default([]),
});

/** What is wrong with a pipeline definition file, given the names that the pipeline is started with; empty when nothing is. */
export function definitionMistakes(path: string, startedWith: readonly string[]): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return [`cannot be read (${errorCode(error)}); expected a readable file at this path, relative to the configuration`];
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return ["is not JSON; expected a pipeline definition, as pipeline.definition() of the SageMaker SDK prints it"];
  }
  const parsed = definitionSchema.safeParse(json);
  if (!parsed.success) return ['is not a pipeline definition; expected a mapping with "Parameters": [{"Name": …}, …]'];
  const declared = parsed.data.Parameters.map(({ Name }) => Name);
  return startedWith
    .filter((name) => !declared.includes(name))
    .map(
      (name) =>
        `does not declare the parameter ${shown(name)}; declare it, or start the pipeline with: ${declared.join(", ") || "none"}`,
    );
}

/** The code of a failed file operation, such as ENOENT. */
export function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}
