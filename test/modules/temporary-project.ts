import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folders: string[] = [];

/** A folder with these files, until the test file ends. */
export function temporaryFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-test-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** A project whose functions do nothing, so that it is bundled at once. */
export function temporaryProject(): string {
  const roles = ["batcher", "coordinator", "sweeper", "drift-evaluator", "drift-monitor", "launcher"];
  const entries = roles.flatMap((role) =>
    ["aws", "gcp"].map((cloud) => [
      `functions/${cloud}/deployed/${role}.ts`,
      `export const handler = async () => ${JSON.stringify(role)};`,
    ]),
  );
  return temporaryFolder({ "package-lock.json": "{}", ...Object.fromEntries(entries) });
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
