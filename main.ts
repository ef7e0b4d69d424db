import "./stacks/fast-start";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { App } from "cdktf";
import { ConfigError, remarkText } from "./config/errors";
import { loadPlacedConfig } from "./config/load-config";
import { configWarnings } from "./config/warnings/warnings";
import { messageOf } from "./functions/core/log/log";
import { addStacks } from "./stacks/add-stacks";

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const { config, remarkOf } = loadPlacedConfig(file, { environment: process.env.RETRIGGER_ENVIRONMENT || undefined });
  // cdktf marks every line of an app's standard error as an error of its own, and an annotation would change the manifest.
  for (const warning of configWarnings(config, dirname(file))) console.log(`warning ${remarkText(remarkOf(warning))}`);
  const app = new App({ outdir: outputFolder() });
  addStacks(app, { config, configDir: dirname(file) });
  app.synth();
}

/**
 * The folder that is written to, which `App` makes only below one that there is.
 * @throws ConfigError when it cannot be made
 */
function outputFolder(): string {
  const folder = process.env.CDKTF_OUTDIR || "cdktf.out";
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw ConfigError.ofAll(
      folder,
      `cannot be made (${messageOf(error)}); expected a folder to write to; name another with --output`,
    );
  }
  return folder;
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
