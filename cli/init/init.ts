import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Cloud } from "../../config/model-cloud";
import { plainLine } from "../../functions/core/plain-text";
import { UsageError } from "../command-error";
import type { Paint, Printout } from "../printout";
import { answerProblems } from "./answer-problems";
import { configText } from "./config-text";
import { type Gathered, gather, type Surroundings } from "./gather";
import { cloudOfFlags, type InitFlags } from "./init-flags";
import { cdktfText, isOurCdktf, isRepository, placeFiles, refuseOverwriting } from "./place-files";
import { type Prompt, terminalPrompt } from "./prompt";

/** The terminal and the folder that `init` runs in. */
export interface InitPlace extends Surroundings {
  readonly directory: string;
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Where questions are printed: not where the result is. */
  readonly output: Writable;
}

/**
 * Writes a configuration that loads, and a cdktf.json that synthesises it, or neither.
 * @throws UsageError for wrong flags, and where it may not ask; CommandError when a file exists or cannot be written
 */
export async function init(flags: InitFlags, place: InitPlace, paint: Paint): Promise<Printout> {
  const { directory, input } = place;
  if (flags.yes !== true && input.isTTY !== true) {
    throw new UsageError(
      "init asks questions, but its input is not a terminal; use --yes, and a flag for each answer (init --help lists them)",
    );
  }
  const named = cloudOfFlags(flags);
  const config = resolve(directory, flags.config);
  const keepsCdktf = isOurCdktf(directory);
  const cdktf = join(directory, "cdktf.json");
  if (flags.force !== true) refuseOverwriting(directory, [flags.config, ...(keepsCdktf ? [] : ["cdktf.json"])]);
  const prompt = flags.yes === true ? undefined : terminalPrompt(input, place.output);
  try {
    const cloud = named ?? (await askedCloud(prompt)) ?? (await foundCloud(flags, place));
    const gathered = await gather(flags, cloud, place, prompt);
    const problems = answerProblems(gathered.answers);
    if (problems.length > 0) throw new UsageError(problems.join("\n"));
    const text = configText(gathered.answers, { schema: schemaPath(directory, config), examples: gathered.examples });
    placeFiles([{ file: config, text }, ...(keepsCdktf ? [] : [{ file: cdktf, text: cdktfText() }])], flags.force === true);
    return printout(gathered, flags.config, keepsCdktf, paint);
  } finally {
    prompt?.close();
  }
}

async function askedCloud(prompt: Prompt | undefined): Promise<Cloud | undefined> {
  const problem = (answer: string) => (answer === "aws" || answer === "gcp" ? undefined : `got ${answer}; expected aws or gcp`);
  const answer = await prompt?.ask({ text: "Cloud of the first model", choices: ["aws", "gcp"], standard: "aws", problem });
  return answer === undefined ? undefined : answer === "gcp" ? "gcp" : "aws";
}

/** The cloud whose credentials are there, AWS before Google Cloud, and without any. */
async function foundCloud(flags: InitFlags, { open, regionOf, projectOf }: Surroundings): Promise<Cloud> {
  if (flags.offline === true) return "aws";
  const region = await regionOf("aws");
  const aws = region === undefined ? undefined : await open("aws", { region, project: "" });
  if (aws?.isLooked === true) {
    aws.found.close();
    return "aws";
  }
  return (await projectOf()) === undefined ? "aws" : "gcp";
}

/** Beside the configuration in Retrigger's own repository, else that of the package. */
function schemaPath(directory: string, config: string): string {
  const schema = isRepository(directory) ? "retrigger.schema.json" : "node_modules/retrigger/retrigger.schema.json";
  const path = relative(dirname(config), join(directory, schema));
  return existsSync(join(directory, schema)) && !path.startsWith("..") ? `./${path}` : path;
}

function printout({ answers, examples, seen, toDo }: Gathered, file: string, keepsCdktf: boolean, paint: Paint): Printout {
  const isUsual = file === "retrigger.yaml";
  const option = isUsual ? "" : ` --config ${plainLine(file)}`;
  const next = [
    `npx retrigger validate${option}`,
    `npx retrigger plan${option}`,
    `${isUsual ? "" : `RETRIGGER_CONFIG=${plainLine(file)} `}npx cdktf synth`,
  ];
  const replaced = [...examples].map((key) => `replace the example of ${key}: ${plainLine(String(answers[key]))}`);
  const all = [...replaced, ...toDo];
  const lines = (items: readonly string[]) => items.map((item) => `  ${item}`);
  const text = [
    paint("bold", "Found"),
    ...lines(seen),
    paint("bold", "Written"),
    ...lines([plainLine(file), keepsCdktf ? "cdktf.json stays as it is" : "cdktf.json"]),
    ...(all.length === 0 ? [] : [paint("bold", "To do"), ...lines(all)]),
    paint("bold", "Next"),
    ...lines(next),
  ].join("\n");
  return { data: { seen, written: [file, ...(keepsCdktf ? [] : ["cdktf.json"])], examples: [...examples], toDo, next }, text };
}
