import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFolder, bundleFunction } from "../modules/bundle/bundle-function";

const CLOUDS = ["aws", "gcp"];

/** How a file of functions/<cloud>/deployed is a function, and not a part of one: Lambda's export, or Google's registration. */
const IS_FUNCTION = /^export const handler\b|^cloudEvent\(/m;

/** The sources of all functions that a configuration may deploy, relative to the project. */
export function deployedFunctions(root: string): string[] {
  return CLOUDS.flatMap((cloud) => {
    const folder = `functions/${cloud}/deployed`;
    return readdirSync(join(root, folder))
      .filter((file) => IS_FUNCTION.test(readFileSync(join(root, folder, file), "utf8")))
      .map((file) => `${folder}/${file}`);
  });
}

/** Bundles every function and copies the bundles into `target`, where a synthesis without sources looks for them. */
export function copyFunctionZips(root: string, target: string): void {
  for (const entry of deployedFunctions(root)) {
    bundleFunction(root, entry);
    cpSync(bundleFolder(root, entry), bundleFolder(target, entry), { recursive: true });
  }
}
