import type { DeploymentConfig } from "../../config/config";
import type { Cloud } from "../../config/model-cloud";
import { type PlannedStack, synthesise } from "../plan/synthesise";

/**
 * What a configuration deploys to a cloud, which takes a second or two.
 * @param configDir folder of the configuration: its files are relative to it
 * @throws ConfigError for what the cloud does not allow
 */
export function plannedStack(config: DeploymentConfig, configDir: string, cloud: Cloud): PlannedStack {
  const stack = synthesise(config, configDir).find((one) => one.cloud === cloud);
  if (stack === undefined) throw new Error(`the configuration deploys nothing to ${cloud}`);
  return stack;
}
