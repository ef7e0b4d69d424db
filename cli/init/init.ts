import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { Cloud } from "../../config/model-cloud";
import { plainLine } from "../../functions/core/plain-text";
import { UsageError } from "../command-error";
import { type Paint, type Printout, typedText } from "../printout";
import { answerProblems } from "./answer-problems";
import { configText } from "./config-text";
import { type Gathered, gather, type Surroundings } from "./gather";
import { cloudOfFlags, type InitFlags } from "./init-flags";
import { cdktfText, isOurCdktf, isRepository, isSameFile, placeFiles, refuseOverwriting } from "./place-files";
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
  if (flags.config.trim() === "") {
    throw new UsageError(`--config: got ${JSON.stringify(flags.config)}; expected the name of a file, such as retrigger.yaml`);
  }
  const config = resolve(directory, flags.config);
  const keepsCdktf = isOurCdktf(directory);
  const cdktf = join(directory, "cdktf.json");
  if (isSameFile(config, cdktf)) {
    throw new UsageError(
      `--config: got ${typedText(flags.config)}, which is the cdktf.json that init writes besides; expected another file, such as retrigger.yaml`,
    );
  }
  if (flags.force !== true) refuseOverwriting(directory, [flags.config, ...(keepsCdktf ? [] : ["cdktf.json"])]);
  const prompt = flags.yes === true ? undefined : terminalPrompt(input, place.output);
  try {
    const cloud = named ?? (await askedCloud(prompt)) ?? (await foundCloud(flags, place));
    const gathered = await gather(flags, cloud, place, prompt);
    const problems = answerProblems(gathered.answers);
    if (problems.length > 0) throw new UsageError(problems.join("\n"));
    const text = configText(gathered.answers, { schema: schemaPath(directory, config), examples: gathered.examples });
    prompt?.refuseInterrupted();
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

/**
 * Beside the configuration in Retrigger's own repository, else that of the package. Editors read it up to the first space, and take
 * no escapes in a path: one with spaces is written as an address.
 */
function schemaPath(directory: string, config: string): string {
  const schema = isRepository(directory) ? "retrigger.schema.json" : "node_modules/retrigger/retrigger.schema.json";
  const path = relative(dirname(config), join(directory, schema));
  if (/\s/.test(path)) return pathToFileURL(join(directory, schema)).href;
  return existsSync(join(directory, schema)) && !path.startsWith("..") ? `./${path}` : path;
}

/** A text as one word of a shell, which reads nothing in it. */
function shellWord(text: string): string {
  const word = plainLine(text);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function printout({ answers, examples, seen, toDo }: Gathered, file: string, keepsCdktf: boolean, paint: Paint): Printout {
  const isUsual = file === "retrigger.yaml";
  const option = isUsual ? "" : ` --config ${shellWord(file)}`;
  const next = [
    `npx retrigger validate${option}`,
    `npx retrigger plan${option}`,
    `${isUsual ? "" : `RETRIGGER_CONFIG=${shellWord(file)} `}npx cdktf synth`,
  ];
  const replaced = [...examples].map((key) => `replace the example of ${key}: ${plainLine(String(answers[key]))}`);
  // Names of the account may hold anything: between the lines of this text none of them begins another one.
  const tasks = toDo.map(({ what, command }) =>
    command === undefined ? plainLine(what) : `${plainLine(what)}:\n    ${plainLine(command)}`,
  );
  const all = [...replaced, ...tasks];
  const lines = (items: readonly string[]) => items.map((item) => `  ${item}`);
  const text = [
    paint("bold", "Found"),
    ...lines(seen.map((line) => plainLine(line))),
    paint("bold", "Written"),
    ...lines([plainLine(file), keepsCdktf ? "cdktf.json stays as it is" : "cdktf.json"]),
    ...(all.length === 0 ? [] : [paint("bold", "To do"), ...lines(all)]),
    paint("bold", "Next"),
    ...lines(next),
  ].join("\n");
  return {
    data: { seen, written: [file, ...(keepsCdktf ? [] : ["cdktf.json"])], examples: [...examples], toDo: tasks, next },
    text,
  };
}
