import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { messageOf } from "../../functions/core/log/log";
import { CommandError } from "../command-error";
import { typedText } from "../printout";

/** What a user's cdktf.json starts: the app of the package, which reads retrigger.yaml. */
const APP = "node node_modules/retrigger/dist/main.js";

/** A file that is to be, and its text. */
interface NewFile {
  readonly file: string;
  readonly text: string;
}

/** The text of cdktf.json, of a project of its own. */
export function cdktfText(): string {
  const content = {
    language: "typescript",
    app: APP,
    projectId: randomUUID(),
    sendCrashReports: "false",
    terraformProviders: [],
    terraformModules: [],
    context: {},
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** True for a cdktf.json that synthesises Retrigger already: one that `init` wrote, or that of Retrigger's own repository. */
export function isOurCdktf(directory: string): boolean {
  try {
    const { app } = JSON.parse(readFileSync(join(directory, "cdktf.json"), "utf8"));
    return app === APP || (typeof app === "string" && isRepository(directory));
  } catch {
    return false;
  }
}

/** True in Retrigger's own repository, whose app is built from its sources. */
export function isRepository(directory: string): boolean {
  try {
    return (
      JSON.parse(readFileSync(join(directory, "package.json"), "utf8")).name === "retrigger" &&
      existsSync(join(directory, "main.ts"))
    );
  } catch {
    return false;
  }
}

/** @throws CommandError when one of them exists, which only `--force` overwrites */
export function refuseOverwriting(directory: string, files: readonly string[]): void {
  const existing = files.filter((file) => existsSync(resolve(directory, file))).map(typedText);
  if (existing.length === 0) return;
  if (isRepository(directory) && files.some((file) => resolve(directory, file) === join(directory, "retrigger.yaml"))) {
    throw new CommandError(
      "retrigger.yaml is the example that comes with this repository, and nothing was written; write yours with npx retrigger init --config my.yaml, or overwrite the example with --force",
    );
  }
  throw new CommandError(
    `${existing.join(" and ")} ${existing.length === 1 ? "exists" : "exist"} already, and nothing was written; overwrite with --force, or name another file with --config`,
  );
}

/**
 * Whether two paths are of one file, through links and folders alike.
 * @param file absolute, as `other` is; neither need exist
 */
export function isSameFile(file: string, other: string): boolean {
  return realPath(file) === realPath(other);
}

/** Where a path leads: through links, as far as they lead to something. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // It does not exist, or its folder is none: the folder is what may be a link.
    return dirname(file) === file ? file : join(realPath(dirname(file)), basename(file));
  }
}

/**
 * The file that is written for a path: a link stays, and what it leads to is written.
 * @throws CommandError for a link that leads to nothing
 */
function targetOf(file: string): string {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return file;
  if (existsSync(file)) return realpathSync(file);
  throw new CommandError(
    `${typedText(file)} is a link that leads to nothing, and nothing was written; remove it, or name another file with --config`,
  );
}

/**
 * Creates the folder of a file where only that one is missing. `recursive` is not used: below /proc it never ends.
 * @returns true where it was created
 * @throws CommandError when it is no folder, or cannot be created
 */
function folderFor(file: string): boolean {
  const folder = dirname(file);
  const refused = (why: string) =>
    new CommandError(`could not write ${typedText(file)}; nothing was written: ${why}; name another file with --config`);
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return false;
    if (found !== undefined) throw refused(`${typedText(folder)} is no folder`);
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (!existsSync(dirname(folder)))
      throw refused(`the folder ${typedText(folder)} cannot be created; create it, and those above it, first`);
    throw refused(`the folder ${typedText(folder)} cannot be created (${messageOf(error)})`);
  }
}

/**
 * Puts files in their places: all of them, or, when one cannot be written, none. The first is a configuration, which is read from
 * its draft before.
 * @throws CommandError when a file cannot be written, or exists and `isForced` is false
 */
export function placeFiles(files: readonly [config: NewFile, ...others: NewFile[]], isForced: boolean): void {
  const [config] = files;
  const created = files.filter(({ file }) => folderFor(file)).map(({ file }) => dirname(file));
  try {
    placeDrafts(
      files.map(({ file, text }) => ({ file: targetOf(file), text })),
      targetOf(config.file),
      isForced,
    );
  } catch (error) {
    for (const folder of created) rmdirSync(folder);
    throw error;
  }
}

function placeDrafts(files: readonly NewFile[], config: string, isForced: boolean): void {
  const drafts = files.map(({ file, text }) => ({ file, text, draft: draftOf(file), former: formerOf(file) }));
  const placed: typeof drafts = [];
  try {
    for (const { draft, text } of drafts) writeFileSync(draft, text, { flag: "wx" });
    loadConfig(draftOf(config));
    for (const each of drafts) {
      // A link, unlike a renamed file, replaces nothing that came meanwhile.
      if (isForced) renameSync(each.draft, each.file);
      else linkSync(each.draft, each.file);
      placed.push(each);
    }
  } catch (error) {
    for (const { file, former } of placed) {
      if (former === undefined) rmSync(file, { force: true });
      else writeFileSync(file, former);
    }
    if (error instanceof ConfigError) throw error;
    throw new CommandError(
      `could not write ${files.map(({ file }) => typedText(file)).join(" and ")}; nothing was written (${messageOf(error)})`,
    );
  } finally {
    for (const { draft } of drafts) rmSync(draft, { force: true });
  }
}

function draftOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.${process.pid}.draft`);
}

function formerOf(file: string): Buffer | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : undefined;
}
