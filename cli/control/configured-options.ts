import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { stateDatabaseName } from "../../functions/core/state-layout";
import { CommandError, UsageError } from "../command-error";
import { typedText } from "../printout";
import { askedEnvironment, type DeployedOptions, type DeployedVariables } from "./deployed-options";

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
  const places = {
    environment: options.environment ?? config.environment,
    namePrefix: options.namePrefix ?? config.namePrefix,
    region: options.region ?? cloud.region,
  };
  if (config.gcp === undefined || stack === "aws") return { ...options, ...places };
  const project = options.project ?? config.gcp.project;
  const database = config.gcp.firestore.database ?? stateDatabaseName(places.environment, places.namePrefix);
  return { ...options, ...places, project, state: options.state ?? `projects/${project}/databases/${database}` };
}

/** The variables of the environment that say where a deployment is, or which configuration is meant. */
type PlaceVariables = DeployedVariables &
  Readonly<Partial<Record<"AWS_REGION" | "GOOGLE_CLOUD_PROJECT" | "RETRIGGER_CONFIG", string | undefined>>>;

/**
 * Options of a deployment whose region or project nobody said, completed by the configuration of this folder, RETRIGGER_CONFIG or
 * retrigger.yaml, where it is there and has the environment that is asked for; where somebody did, by its prefix of names alone.
 * One that cannot be used breaks nothing: it is told by `untold`.
 */
export function nearbyOptions<O extends DeployedOptions>(
  options: O,
  stack: "aws" | "gcp",
  folder: string,
  variables: PlaceVariables,
): O {
  const environment = askedEnvironment(options, variables);
  const isSaid = stack === "aws" ? options.region || variables.AWS_REGION : options.project || variables.GOOGLE_CLOUD_PROJECT;
  const name = variables.RETRIGGER_CONFIG || "retrigger.yaml";
  const file = resolve(folder, name);
  const namePrefix = options.namePrefix ?? (variables.RETRIGGER_NAME_PREFIX || undefined);
  const isComplete = Boolean(isSaid) && namePrefix !== undefined;
  if (environment === undefined || isComplete || !existsSync(file)) return options;
  try {
    const configured = configuredOptions({ ...options, namePrefix }, file, stack, environment);
    return isSaid ? { ...options, namePrefix: configured.namePrefix } : configured;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (isSaid) return options;
    const untold = `${typedText(name)} does not tell it of ${environment}: see retrigger validate`;
    return { ...options, untold };
  }
}

function configOf(file: string, environment: string | undefined) {
  try {
    return loadConfig(file, { purpose: CONFIG_OPTION, environment });
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}
