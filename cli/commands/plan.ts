import { dirname } from "node:path";
import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { CommandError } from "../command-error";
import { makePlan } from "../plan/make-plan";
import { planText } from "../plan/plan-text";
import type { Paint, Printout } from "../printout";

/**
 * What a configuration would deploy and what that costs, before it is.
 * @param environment that is meant; without it, the one that the file is of
 * @throws CommandError when the configuration is broken
 */
export function plan(configFile: string, environment: string | undefined, paint: Paint): Printout {
  try {
    const made = makePlan(loadConfig(configFile, { purpose: CONFIG_OPTION, environment }), dirname(configFile));
    return { data: made, text: planText(made, paint) };
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}
