import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  throw new CommandError(
    `${existing.join(" and ")} ${existing.length === 1 ? "exists" : "exist"} already, and nothing was written; overwrite with --force, or name another file with --config`,
  );
}

/**
 * Puts files in their places: all of them, or, when one cannot be written, none. The first is a configuration, which is read from
 * its draft before.
 * @throws CommandError when a file cannot be written, or exists and `isForced` is false
 */
export function placeFiles(files: readonly [config: NewFile, ...others: NewFile[]], isForced: boolean): void {
  const drafts = files.map(({ file, text }) => ({ file, text, draft: draftOf(file), former: formerOf(file) }));
  const placed: typeof drafts = [];
  try {
    for (const { file, draft, text } of drafts) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(draft, text, { flag: "wx" });
    }
    loadConfig(draftOf(files[0].file));
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
