import { open, readFile, rename, truncate, writeFile } from "node:fs/promises";

/** The parsed lines of a file of JSON Lines. @throws Error of the file system or of JSON when the file is not there or is broken */
export async function readLines<T>(path: string): Promise<T[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line): T => JSON.parse(line));
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
