import type { DeploymentConfig } from "../../../config/config";
import { type PlannedStack, synthesise } from "../../plan/synthesise";

/**
 * What a configuration deploys to AWS, which takes a second or two.
 * @param configDir folder of the configuration: its files are relative to it
 * @throws ConfigError for what AWS does not allow
 */
export function plannedStack(config: DeploymentConfig, configDir: string): PlannedStack {
  const stack = synthesise(config, configDir).find(({ cloud }) => cloud === "aws");
  if (stack === undefined) throw new Error("the configuration deploys nothing to AWS");
  return stack;
}
