import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, openConfig } from "../../config/load-config";

const ROOT = join(__dirname, "../..");

/** Configurations that are shown to people or cover much: each of them is synthesised by the tests over all resources. */
const FOLDERS = ["docs/examples", "test/fixtures/config"];

/** The example configurations that deploy to a cloud, by their paths in the project. */
export function exampleFiles(cloud: "aws" | "gcp"): string[] {
  const files = FOLDERS.flatMap((folder) => {
    const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(".yaml"));
    return names.map((name) => join(folder, name));
  });
  return ["retrigger.yaml", ...files].filter((file) => loadConfig(join(ROOT, file))[cloud] !== undefined);
}

/** The environments of the example configurations that deploy to a cloud: file and environment. */
export function exampleEnvironments(cloud: "aws" | "gcp"): [file: string, environment: string][] {
  return exampleFiles(cloud).flatMap((file) =>
    openConfig(join(ROOT, file)).environments.map((environment): [string, string] => [file, environment]),
  );
}
