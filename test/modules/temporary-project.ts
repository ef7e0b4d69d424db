import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folders: string[] = [];

/** A folder with these files, until the test file ends. */
export function temporaryFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-test-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFile(join(folder, name), content);
  return folder;
}

const ROLES = [
  "batcher",
  "coordinator",
  "sweeper",
  "drift-evaluator",
  "drift-monitor",
  "launcher",
  "messenger",
  "promoter",
  "approver",
  "rollout",
];
const PROJECT = join(__dirname, "../../dist/test-project");

/** A project whose functions do nothing. It is kept, as a build is, so that no other test file bundles them again. */
export function stubProject(): string {
  const entries = ["aws", "gcp"].flatMap((cloud) =>
    ROLES.map((role) => [`functions/${cloud}/deployed/${role}.ts`, `export const handler = async () => ${JSON.stringify(role)};`]),
  );
  for (const [name = "", content = ""] of [["package-lock.json", "{}"], ...entries]) {
    if (!existsSync(join(PROJECT, name))) writeFile(join(PROJECT, name), content);
  }
  return PROJECT;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

// Helpers

function writeFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
