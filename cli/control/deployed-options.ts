import { type LeftOut, NAME_PREFIX, startOfNames } from "../../functions/core/state-layout";
import { CommandError, UsageError } from "../command-error";
import { typedText } from "../printout";

/** Where a deployed coordinator keeps its state and takes requests. */
export interface DeployedOptions {
  /** AWS: name of the state table; Google Cloud: `projects/…/databases/…`. Else that of the environment, else RETRIGGER_STATE. */
  readonly state?: string | undefined;
  /** AWS: name or URL of the request queue; Google Cloud: `projects/…/topics/…`. Else as `state`, with RETRIGGER_REQUESTS. */
  readonly queue?: string | undefined;
  /** Its name as in retrigger.yaml. @default - RETRIGGER_ENVIRONMENT, where no variable names the state */
  readonly environment?: string | undefined;
  /** Start of its names, as in retrigger.yaml. @default - RETRIGGER_NAME_PREFIX, then `retrigger` */
  readonly namePrefix?: string | undefined;
  /** Id of the project on Google Cloud. @default - GOOGLE_CLOUD_PROJECT, then the project of the credentials */
  readonly project?: string | undefined;
  /** Region on AWS. @default - as the AWS SDK finds it */
  readonly region?: string | undefined;
  /** Why the configuration of this folder did not tell region or project; undefined where it did, or was not asked. */
  readonly untold?: string | undefined;
  /** Is told of each record that a list leaves out. @default - a list with one that cannot be read is refused */
  readonly leftOut?: LeftOut;
}

/** The variables of the environment that say what the options do not. */
export type DeployedVariables = Readonly<
  Partial<Record<"RETRIGGER_STATE" | "RETRIGGER_REQUESTS" | "RETRIGGER_ENVIRONMENT" | "RETRIGGER_NAME_PREFIX", string | undefined>>
>;

/** @throws UsageError that says where the name belongs, when there is none */
export function named(what: string, name: string | undefined, where: string): string {
  if (name) return name;
  throw new UsageError(
    `name the environment with --environment, as retrigger.yaml does, or the ${what} with ${where}; the outputs of a deployment tell it`,
  );
}

/**
 * The environment whose names are meant; undefined where none is said. RETRIGGER_ENVIRONMENT counts only where nothing else names
 * the state: the table of one environment must not meet the queue of another.
 * @throws UsageError for what is no name of an environment
 */
export function askedEnvironment(options: DeployedOptions, variables: DeployedVariables): string | undefined {
  const { environment, state } = options;
  if (environment !== undefined) return checkedEnvironment("--environment", environment);
  if (state || variables.RETRIGGER_STATE || !variables.RETRIGGER_ENVIRONMENT) return undefined;
  return checkedEnvironment("RETRIGGER_ENVIRONMENT", variables.RETRIGGER_ENVIRONMENT);
}

/** As retrigger.yaml allows it. */
const NAME = /^[a-z][a-z0-9-]{0,15}$/;

function checkedEnvironment(where: string, text: string): string {
  if (NAME.test(text)) return text;
  throw new UsageError(`${where} ${typedText(text)}: expected a name as in retrigger.yaml, such as prod`);
}

/** As retrigger.yaml allows it. */
const PREFIX = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/**
 * What the names of the deployment begin with.
 * @throws UsageError for what is no such prefix
 */
export function askedNamePrefix({ namePrefix: option }: DeployedOptions, variables: DeployedVariables): string {
  const [where, text] =
    option === undefined ? ["RETRIGGER_NAME_PREFIX", variables.RETRIGGER_NAME_PREFIX || NAME_PREFIX] : ["--name-prefix", option];
  if (PREFIX.test(text)) return text;
  throw new UsageError(
    `${where} ${typedText(text)}: expected namePrefix as in retrigger.yaml, 1 to 20 of a-z, 0-9 and -, such as acme-retrigger`,
  );
}

/** How the name of a state store tells its environment: `<namePrefix>-<environment><suffix>`. */
export interface StateNames {
  readonly namePrefix: string;
  /** Empty on Google Cloud. */
  readonly suffix: string;
}

/**
 * The environment whose queues are meant: as the option says, or as the state store's name tells.
 * @throws UsageError when neither tells it, or each another
 */
export function environmentOption(option: string | undefined, stateName: string, names: StateNames): string {
  const told = environmentOfName(stateName, names);
  checkSameEnvironment(option, stateName, names);
  if (option !== undefined) return checkedEnvironment("--environment", option);
  if (told !== undefined) return told;
  throw new UsageError(
    `the state store ${stateName} does not tell its environment; name it with --environment, as retrigger.yaml does`,
  );
}

/** @throws UsageError when the name of a state store tells another environment than the option does */
export function checkSameEnvironment(option: string | undefined, stateName: string, names: StateNames): void {
  const told = environmentOfName(stateName, names);
  // A database's name ends without the hyphens that the name of an environment may end with.
  if (option === undefined || told === undefined || told === option.replace(/-+$/, "") || told === option) return;
  throw new UsageError(
    `the state store ${typedText(stateName)} is of the environment ${told}, and --environment says ${typedText(option)}; leave one of them out`,
  );
}

function environmentOfName(stateName: string, { namePrefix, suffix }: StateNames): string | undefined {
  const start = startOfNames("", namePrefix);
  if (!stateName.startsWith(start) || !stateName.endsWith(suffix)) return undefined;
  const name = stateName.slice(start.length, stateName.length - suffix.length);
  return NAME.test(name) ? name : undefined;
}

/**
 * Sends to a queue or topic.
 * @throws CommandError that says which permission is missing, when `isNotAllowed` says that one is
 */
export async function sendAllowed(
  to: string,
  permission: string,
  isNotAllowed: (error: unknown) => boolean,
  send: () => Promise<void>,
): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!isNotAllowed(error)) throw error;
    throw new CommandError(`not sent: your identity lacks ${permission} on ${to}; docs/people.md has the permissions`, {
      cause: error,
    });
  }
}
