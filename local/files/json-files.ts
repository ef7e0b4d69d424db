import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod/mini";
import { plainLine } from "../../functions/core/plain-text";

/** A file of a local run that cannot be read as what it should be; its message needs no stack. */
export class BrokenFileError extends Error {
  override readonly name = "BrokenFileError";
}

/**
 * @param schema what the file should hold. @default - anything
 * @throws BrokenFileError, or the error of the file system when the file is not there
 */
export async function readJson<T>(path: string, schema?: z.ZodMiniType<T>): Promise<T> {
  return parseJson(path, await readFile(path, "utf8"), schema);
}

/**
 * The parsed lines of a file of JSON Lines.
 * @param schema what each line should hold. @default - anything
 * @throws BrokenFileError, or the error of the file system when the file is not there
 */
export async function readLines<T>(path: string, schema?: z.ZodMiniType<T>): Promise<T[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line, index): T => parseJson(`line ${index + 1} of ${path}`, line, schema));
}

/**
 * @param what names the text, for an error
 * @param schema what it should hold. @default - anything
 * @throws BrokenFileError
 */
export function parseJson<T>(what: string, text: string, schema?: z.ZodMiniType<T>): T {
  try {
    const value = JSON.parse(text);
    return schema === undefined ? value : schema.parse(value);
  } catch (error) {
    const words = plainLine(wordsOf(error), MAX_WORDS);
    throw new BrokenFileError(`${what} is broken (${words}); npm start -- --fresh makes a new run`, { cause: error });
  }
}

const MAX_WORDS = 500;

function wordsOf(error: unknown): string {
  if (error instanceof z.core.$ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

/**
 * Takes the lock of a folder, a file beside it that holds the process; resolves to what gives it back. A lock whose process is gone
 * is taken over.
 * @throws BrokenFileError that names the process where a run is going on, and where a file has the folder's name
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}.lock`;
  const draft = `${path}.${process.pid}-${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory() === false)
    throw new BrokenFileError(`${folder} is a file, and a run needs a folder of that name; move the file away`);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      // Written before it has its name, so that nobody finds an empty one.
      await writeFile(draft, String(process.pid));
      await link(draft, path);
      return () => rm(path, { force: true });
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    } finally {
      await rm(draft, { force: true });
    }
    const pid = Number(await readFile(path, "utf8").catch(() => ""));
    if (isAlive(pid)) throw new BrokenFileError(`a run is going on in ${folder} (pid ${pid}); wait for its end, or stop it`);
    await rm(path, { force: true });
  }
  throw new BrokenFileError(`another run took ${folder} at the same moment; wait for its end, or stop it`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // There is such a process, of another user.
    return hasCode(error, "EPERM");
  }
}

/** Adds a line; a crash in between may leave a part of it, which `mendLines` drops. */
export async function appendLine(path: string, value: unknown): Promise<void> {
  await writeFile(path, jsonLine(value), { flag: "a" });
}

/** Replaces a file of JSON Lines as a whole. */
export async function writeLines(path: string, values: readonly unknown[]): Promise<void> {
  await replaceFile(path, values.map(jsonLine).join(""));
}

/** Drops a last line that a crash cut off: what it told was not done. Creates the file where there is none. */
export async function mendLines(path: string): Promise<void> {
  const file = await open(path, "a+");
  try {
    const bytes = await file.readFile();
    const whole = bytes.lastIndexOf("\n") + 1;
    if (whole < bytes.length) await truncate(path, whole);
  } finally {
    await file.close();
  }
}

/** Replaces a file as a whole, so that a crash leaves the old or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** True for an error of the file system with this code, such as `ENOENT`: there is no such file. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
