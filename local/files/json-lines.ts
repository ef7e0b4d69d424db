import { open, readFile, rename, truncate, writeFile } from "node:fs/promises";

/** What each line holds. @throws Error of the file system or of JSON when the file is not there or is broken */
export async function readLines<T>(path: string): Promise<T[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line): T => JSON.parse(line));
}

/** Adds a line; a crash in between may leave a part of it, which `mendLines` drops. */
export async function appendLine(path: string, value: unknown): Promise<void> {
  await writeFile(path, jsonLine(value), { flag: "a" });
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
export async function writeLines(path: string, values: readonly unknown[]): Promise<void> {
  await writeFile(`${path}.new`, values.map(jsonLine).join(""));
  await rename(`${path}.new`, path);
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

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
