import "./stacks/fast-start";
import { dirname } from "node:path";
import { App } from "cdktf";
import { ConfigError } from "./config/errors";
import { loadConfig } from "./config/load-config";
import { addStacks } from "./stacks/add-stacks";

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const config = loadConfig(file, { environment: process.env.RETRIGGER_ENVIRONMENT || undefined });
  const projectDir = process.cwd();
  const app = new App();
  addStacks(app, { config, configDir: dirname(file), projectDir });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
