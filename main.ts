import "./stacks/fast-start";
import { dirname } from "node:path";
import { App } from "cdktf";
import { ConfigError, remarkText } from "./config/errors";
import { loadPlacedConfig } from "./config/load-config";
import { configWarnings } from "./config/warnings/warnings";
import { addStacks } from "./stacks/add-stacks";

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const { config, remarkOf } = loadPlacedConfig(file, { environment: process.env.RETRIGGER_ENVIRONMENT || undefined });
  // cdktf marks every line of an app's standard error as an error of its own, and an annotation would change the manifest.
  for (const warning of configWarnings(config, dirname(file))) console.log(`warning ${remarkText(remarkOf(warning))}`);
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
