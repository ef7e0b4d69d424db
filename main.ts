import "./stacks/fast-start";
import { dirname } from "node:path";
import { App } from "cdktf";
import { ConfigError } from "./config/errors";
import { loadPlacedConfig } from "./config/load-config";
import { configWarnings } from "./config/warnings/warnings";
import { plainLine } from "./functions/core/plain-text";
import { addStacks } from "./stacks/add-stacks";

/** Of a warning, in characters. */
const MAX_WARNING = 2_000;

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const { config, placeOf } = loadPlacedConfig(file, { environment: process.env.RETRIGGER_ENVIRONMENT || undefined });
  for (const { path, message } of configWarnings(config, dirname(file))) {
    console.error(plainLine(`warning ${placeOf(path)}: ${message}`, MAX_WARNING));
  }
  const app = new App();
  addStacks(app, { config, configDir: dirname(file) });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
