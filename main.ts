import "./stacks/fast-start";
import { dirname } from "node:path";
import { App } from "cdktf";
import { ConfigError } from "./config/errors";
import { loadConfig } from "./config/load-config";

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const config = loadConfig(file, { environment: process.env.RETRIGGER_ENVIRONMENT || undefined });
  const app = new App();
  // Loaded only where it is configured: the classes of a provider are most of a synthesis' time.
  if (config.aws !== undefined) {
    const { AwsStack }: typeof import("./stacks/aws-stack") = require("./stacks/aws-stack");
    new AwsStack(app, "aws-stack", { config, configDir: dirname(file) });
  }
  if (config.gcp !== undefined) {
    const { GcpStack }: typeof import("./stacks/gcp-stack") = require("./stacks/gcp-stack");
    new GcpStack(app, "gcp-stack", { config });
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
