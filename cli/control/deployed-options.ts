import type { LeftOut } from "../../functions/core/state-layout";
import { CommandError, UsageError } from "../command-error";
import { typedText } from "../printout";

/** Where a deployed coordinator keeps its state and takes requests. */
export interface DeployedOptions {
  /** AWS: name of the state table; Google Cloud: `projects/<project>/databases/<database>`. Else RETRIGGER_STATE. */
  readonly state?: string | undefined;
  /** AWS: URL of the request queue; Google Cloud: `projects/<project>/topics/<topic>`. Else RETRIGGER_REQUESTS. */
  readonly queue?: string | undefined;
  /** Is told of each record that a list leaves out. @default - a list with one that cannot be read is refused */
  readonly leftOut?: LeftOut;
}

/** @throws UsageError that says where the name belongs, when there is none */
export function named(what: string, name: string | undefined, where: string): string {
  if (name) return name;
  throw new UsageError(`name the ${what} with ${where}; the outputs of cdktf deploy tell it`);
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

/** As retrigger.yaml allows it. */
const NAME = /^[a-z][a-z0-9-]{0,15}$/;

/**
 * The environment whose queues are meant: as the option says, or as the state store's name tells,
 * `retrigger-<environment><suffix>`.
 * @throws UsageError when neither tells it
 */
export function environmentOption(option: string | undefined, stateName: string, suffix: string): string {
  const isOurs = stateName.startsWith("retrigger-") && stateName.endsWith(suffix);
  const environment = option ?? (isOurs ? stateName.slice("retrigger-".length, stateName.length - suffix.length) : "");
  if (NAME.test(environment)) return environment;
  throw new UsageError(
    option === undefined
      ? `the state store ${stateName} does not tell its environment; name it with --environment, as retrigger.yaml does`
      : `--environment ${typedText(option)}: expected a name as in retrigger.yaml, such as prod`,
  );
}
