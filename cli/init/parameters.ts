import { plainLine } from "../../functions/core/plain-text";
import type { PipelineParameter } from "./account";
import type { Prompt } from "./prompt";

/** Parameters to start a pipeline with, and what was seen of them. */
export interface ChosenParameters {
  readonly parameters: Readonly<Record<string, string>>;
  /** One line: what the pipeline takes. */
  readonly seen: string;
  readonly toDo: readonly string[];
}

/** Names of parameters that take the list of the new objects, the likeliest first. */
const MANIFEST_NAMES = [
  /manifest/i,
  /^(?:new_?|training_?|train_?|input_?)?data_?(?:s3)?_?(?:uri|url|path|location)$/i,
  /^input_?(?:s3)?_?(?:uri|url|path|location)$/i,
];

const NONE = "none";

/** Parameters that are shown. */
const SHOWN = 8;

/**
 * Gives the new data to the parameter that looks like it, and asks for values that the pipeline has no default for.
 * @param problem what is wrong with parameters; undefined when nothing is
 */
export async function chooseParameters(
  pipeline: string,
  declared: readonly PipelineParameter[],
  prompt: Prompt | undefined,
  problem: (parameters: Readonly<Record<string, string>>) => string | undefined,
): Promise<ChosenParameters> {
  const usable = declared.filter(({ name }) => name !== "__proto__" && problem({ [name]: "{manifestUri}" }) === undefined);
  const texts = usable.filter(({ isText }) => isText).map(({ name }) => name);
  const likely = MANIFEST_NAMES.flatMap((pattern) => texts.filter((name) => pattern.test(name)))[0];
  const manifest = texts.length === 0 ? NONE : await manifestParameter(texts, likely ?? NONE, prompt);
  const toDo: string[] = [];
  if (manifest === NONE)
    toDo.push(
      `the pipeline ${pipeline} does not get the list of new objects: give one of its parameters the value "{manifestUri}"`,
    );
  let parameters: Record<string, string> = manifest === NONE ? {} : { [manifest]: "{manifestUri}" };
  for (const { name, type, isRequired } of declared) {
    if (!isRequired || name === manifest) continue;
    const check = (value: string) => (value === "" ? "expected a value" : problem({ ...parameters, [name]: value }));
    const isUsable = usable.some((one) => one.name === name);
    const value = isUsable
      ? await prompt?.ask({ text: `Value of ${plainLine(name)} (${plainLine(type)})`, problem: check })
      : undefined;
    if (value === undefined) toDo.push(`give the parameter ${name} (${type}) a value: the pipeline has no default for it`);
    else parameters = { ...parameters, [name]: value };
  }
  return { parameters, seen: `parameters of ${pipeline}: ${declared.length === 0 ? NONE : listed(declared)}`, toDo };
}

function manifestParameter(texts: readonly string[], standard: string, prompt: Prompt | undefined): Promise<string> | string {
  if (prompt === undefined) return standard;
  const problem = (answer: string) =>
    answer === NONE || texts.includes(answer) ? undefined : `got ${answer}; expected a parameter of the pipeline, or ${NONE}`;
  return prompt.ask({ text: "Parameter that takes the list of new objects", choices: [...texts, NONE], standard, problem });
}

function listed(declared: readonly PipelineParameter[]): string {
  const shown = declared.slice(0, SHOWN).map(({ name, type, isRequired, standard }) => {
    const fallback = isRequired ? ", no default" : standard === undefined ? "" : `, ${plainLine(standard, 40)}`;
    return `${plainLine(name, 80)} (${plainLine(type, 20)}${fallback})`;
  });
  return `${shown.join(", ")}${declared.length > SHOWN ? `, and ${declared.length - SHOWN} more` : ""}`;
}
