import { CommandError } from "../command-error";

/** As retrigger.yaml allows it. */
const NAME = /^[a-z][a-z0-9-]{0,15}$/;

/**
 * The environment whose queues are meant: as the option says, or as the state store's name tells, `retrigger-<environment><suffix>`.
 * @throws CommandError when neither tells it
 */
export function environmentOption(option: string | undefined, stateName: string, suffix: string): string {
  const isOurs = stateName.startsWith("retrigger-") && stateName.endsWith(suffix);
  const environment = option ?? (isOurs ? stateName.slice("retrigger-".length, stateName.length - suffix.length) : "");
  if (NAME.test(environment)) return environment;
  throw new CommandError(
    option === undefined
      ? `the state store ${stateName} does not tell its environment; name it with --environment, as retrigger.yaml does`
      : `--environment ${option}: expected a name as in retrigger.yaml, such as prod`,
  );
}
