import { pipeline } from "node:stream/promises";
import type { Command, CommanderError } from "commander";
import * as z from "zod/mini";
import { messageOf } from "../functions/core/log/log";
import { plainLines } from "../functions/core/plain-text";
import type { LeftOut } from "../functions/core/state-layout";
import { BrokenFileError } from "../local/files/json-files";
import { CommandError, InterruptedError, UsageError } from "./command-error";
import type { CommonOptions, RunAlone, RunCommand } from "./command-options";
import { type Control, plainControl } from "./control/control";
import type { DeployedOptions } from "./control/deployed-options";
import { errorText, jsonText, type Printout, painter, terminalText } from "./printout";
import { createProgram } from "./program";
import { quietMetadataWarning } from "./quiet-warnings";

const USAGE_ERROR = 2;
/** 128 and the number of SIGINT. */
const INTERRUPTED = 130;

z.config(z.locales.en());
// Of the versions of Node.js that this project takes, the clients' own advice is none of a command's answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
quietMetadataWarning();

const run: RunCommand = async (options, command) => {
  const leftOut: unknown[] = [];
  const control = await controlOf(options, (problem) => leftOut.push(problem));
  try {
    // JSON holds values as they are.
    const isData = options.json === true || options.export === true;
    await print(options, await command(isData ? control : plainControl(control), painter(isColoured())));
  } catch (error) {
    throw (error instanceof CommandError ? undefined : await control.troubleOf(error)) ?? error;
  } finally {
    tellLeftOut(leftOut);
    control.close();
  }
};

const runAlone: RunAlone = async (options, command) => print(options, await command(painter(isColoured())));

function isColoured(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors() && !process.env.NO_COLOR;
}

async function print({ json }: Pick<CommonOptions, "json">, { data, text, lines, isRefused = false }: Printout): Promise<void> {
  if (lines === undefined) process.stdout.write(`${json === true ? jsonText(data) : terminalText(text, isColoured())}\n`);
  else await pipeline(lines, toLines, process.stdout, { end: false });
  process.exitCode = isRefused ? 1 : 0;
}

/** Records named one by one; of more, the number is enough. */
const NAMED_RECORDS = 5;

/** A list of which something is missing is printed, and told apart from a whole one by the exit code. */
function tellLeftOut(problems: readonly unknown[]): void {
  if (problems.length === 0) return;
  const more = problems.length - NAMED_RECORDS;
  const named = problems.slice(0, NAMED_RECORDS).map((problem) => `left out: ${messageOf(problem)}`);
  const lines = [...named, ...(more > 0 ? [`left out: ${more} more`] : [])];
  process.stderr.write(`${lines.map(errorText).join("\n")}\n`);
  process.exitCode = 1;
}

async function controlOf(options: CommonOptions, leftOut: LeftOut): Promise<Control> {
  // What each of them needs is loaded for those who ask it.
  if (options.stack === "local") {
    refuseDeployed(options);
    return await (await import("./control/local-control.js")).localControl(process.cwd(), Date.now);
  }
  const deployed = { ...(await withConfiguration(options, options.stack)), leftOut };
  return options.stack === "aws"
    ? (await import("./control/aws-control.js")).awsControl(deployed, process.env, Date.now)
    : await (await import("./control/gcp-control.js")).signedInGcpControl(deployed, process.env, Date.now);
}

/** @throws UsageError for options that name a deployment where the local run is asked, which would answer for it */
function refuseDeployed(options: CommonOptions): void {
  const { environment, namePrefix, config, project, state, queue } = options;
  const deployed = { environment, "name-prefix": namePrefix, config, project, state, queue };
  const names = Object.entries(deployed).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length === 0) return;
  const typed = names.map((name) => `--${name}`).join(" and ");
  throw new UsageError(
    `${typed}: only what is deployed has ${names.length === 1 ? "one" : "these"}; add --stack aws or --stack gcp`,
  );
}

async function withConfiguration(options: CommonOptions, stack: "aws" | "gcp"): Promise<DeployedOptions> {
  const { configuredOptions, nearbyOptions } = await import("./control/configured-options.js");
  if (options.config === undefined) return nearbyOptions(options, stack, process.cwd(), process.env);
  return configuredOptions(options, options.config, stack, options.environment ?? process.env.RETRIGGER_ENVIRONMENT);
}

async function* toLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield `${plainLines(text)}\n`;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && "exitCode" in error && "code" in error && String(error.code).startsWith("commander.");
}

/** The command line prints its own messages; of others the text is enough for a person. */
function exitCodeOf(error: unknown): number {
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const isClear = error instanceof CommandError || error instanceof BrokenFileError;
  const message = isClear ? error.message : `could not answer: ${messageOf(error)}`;
  process.stderr.write(`${errorText(message)}\n`);
  if (error instanceof InterruptedError) return INTERRUPTED;
  return error instanceof UsageError ? USAGE_ERROR : 1;
}

// whoever reads the pipe may have seen enough
process.stdout.on("error", () => process.exit());

const program = createProgram(run, runAlone);
for (const command of withSubcommands(program)) command.exitOverride();
program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
});
