import "./stacks/fast-start";
import { dirname } from "node:path";
import { App } from "cdktf";
import { ConfigError } from "./config/errors";
import { loadPlacedConfig } from "./config/load-config";
import { configWarnings } from "./config/warnings/warnings";
import { plainLine } from "./functions/core/plain-text";

/** Of a warning, in characters. */
const MAX_WARNING = 2_000;

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const { config, placeOf } = loadPlacedConfig(file, { environment: process.env.RETRIGGER_ENVIRONMENT || undefined });
  for (const { path, message } of configWarnings(config, dirname(file))) {
    console.error(plainLine(`warning ${placeOf(path)}: ${message}`, MAX_WARNING));
  }
  const projectDir = process.cwd();
  const app = new App();
  // Loaded only where it is configured: the classes of a provider are most of a synthesis' time.
  if (config.aws !== undefined) {
    const { AwsStack }: typeof import("./stacks/aws-stack") = require("./stacks/aws-stack");
    new AwsStack(app, "aws-stack", { config, configDir: dirname(file), projectDir });
  }
  if (config.gcp !== undefined) {
    const { GcpStack }: typeof import("./stacks/gcp-stack") = require("./stacks/gcp-stack");
    new GcpStack(app, "gcp-stack", { config, projectDir });
  }
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
