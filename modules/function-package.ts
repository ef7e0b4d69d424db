import { dependencies } from "../package.json";
import { FUNCTIONS_FRAMEWORK } from "./bundle-source";

/** Functions of Google Cloud; what Lambda runs needs no package.json. */
const GOOGLE_ENTRIES = "functions/gcp/";

/**
 * The files that a function's platform wants beside its code. Google Cloud installs the server that calls the function as the
 * package.json says, and loads what `main` names: https://docs.cloud.google.com/run/docs/runtimes/nodejs-dependencies
 */
export function packageFiles(entry: string): Record<string, string> {
  if (!entry.startsWith(GOOGLE_ENTRIES)) return {};
  const content = {
    name: "retrigger-function",
    private: true,
    main: "index.js",
    dependencies: { [FUNCTIONS_FRAMEWORK]: dependencies[FUNCTIONS_FRAMEWORK] },
  };
  return { "package.json": `${JSON.stringify(content, null, 2)}\n` };
}
