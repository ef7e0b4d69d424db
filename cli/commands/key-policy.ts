import { dirname } from "node:path";
import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { CommandError } from "../command-error";
import { synthesise, textIn } from "../plan/synthesise";
import type { Printout } from "../printout";

/**
 * What the policy of the key of `aws.kms` must hold, as a policy document: the output `key_policy`, before anything is deployed.
 * @param environment that is meant; without it, the one that the file is of
 * @throws CommandError when the configuration is broken, or names no such key
 */
export function keyPolicy(configFile: string, environment: string | undefined): Printout {
  const policy = { Version: "2012-10-17", Statement: statementsFor(configFile, environment) };
  return { data: policy, text: JSON.stringify(policy, null, 2) };
}

function statementsFor(configFile: string, environment: string | undefined): unknown {
  try {
    const config = loadConfig(configFile, { purpose: CONFIG_OPTION, environment });
    if (config.aws?.kms === undefined) {
      throw new CommandError(
        "aws.kms.key is missing; expected the ARN of your key; without it, AWS's keys encrypt, whose policies are set",
      );
    }
    const stacks = synthesise(config, dirname(configFile));
    const output = stacks.find(({ cloud }) => cloud === "aws")?.outputs.key_policy ?? {};
    return JSON.parse(textIn(output, "value"));
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}
