import "./stacks/compile-cache";
import { dirname } from "node:path";
import { App } from "cdktf";
import { AwsStack } from "./stacks/aws-stack";
import { ConfigError } from "./stacks/config-errors";
import { loadConfig } from "./stacks/load-config";

function main(): void {
  const file = process.env.RETRIGGER_CONFIG || "retrigger.yaml";
  const config = loadConfig(file);
  const app = new App();
  new AwsStack(app, "aws-stack", { config, configDir: dirname(file), projectDir: process.cwd() });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
