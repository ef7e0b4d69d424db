import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { stateDatabaseName } from "../../functions/core/state-layout";
import { CommandError, UsageError } from "../command-error";
import { typedText } from "../printout";
import type { DeployedOptions } from "./deployed-options";

/**
 * Options of a deployment, completed by the configuration that it was made of: its environment, its region or project, and its
 * database where that has a name of its own. What the options say comes first.
 * @param environment the one that is meant, of a file that is of several
 * @throws CommandError that names all mistakes of a broken configuration; UsageError when it is of the other cloud alone
 */
export function configuredOptions<O extends DeployedOptions>(
  options: O,
  file: string,
  stack: "aws" | "gcp",
  environment: string | undefined,
): O {
  const config = configOf(file, environment);
  const cloud = config[stack];
  if (cloud === undefined) throw new UsageError(`${typedText(file)} has no section ${stack}; expected one, or another --stack`);
  const places = { environment: options.environment ?? config.environment, region: cloud.region };
  if (config.gcp === undefined || stack === "aws") return { ...options, ...places };
  const project = options.project ?? config.gcp.project;
  const database = config.gcp.firestore.database ?? stateDatabaseName(places.environment);
  return { ...options, ...places, project, state: options.state ?? `projects/${project}/databases/${database}` };
}

function configOf(file: string, environment: string | undefined) {
  try {
    return loadConfig(file, { purpose: CONFIG_OPTION, environment });
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}
