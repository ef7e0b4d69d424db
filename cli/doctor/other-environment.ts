import { NAME_PREFIX, startOfNames } from "../../functions/core/state-layout";

/** What the names of a deployment begin with. */
interface OwnNames {
  readonly environment: string;
  readonly namePrefix: string;
}

const ENVIRONMENT = /^[a-z][a-z0-9-]{0,15}$/;

/**
 * The environment that a name begins with, for a person, if it is another one than ours: of our prefix, or of the usual one, which
 * is then told too. Names of further prefixes look like anybody's.
 * @param start what stands in a name before its role, such as `retrigger-prod`; undefined for other names
 */
export function otherEnvironment({ environment, namePrefix }: OwnNames, start: string | undefined): string | undefined {
  if (start === undefined || start === startOfNames(environment, namePrefix)) return undefined;
  const prefix = [namePrefix, NAME_PREFIX].find((one) => start.startsWith(startOfNames("", one)));
  if (prefix === undefined) return undefined;
  const other = start.slice(startOfNames("", prefix).length);
  if (!ENVIRONMENT.test(other)) return undefined;
  return prefix === namePrefix ? other : start;
}

/** The option of the command line that names the prefix of a deployment, where it is not the usual one. */
export function prefixOption({ namePrefix }: OwnNames): string {
  return namePrefix === NAME_PREFIX ? "" : ` --name-prefix ${namePrefix}`;
}
