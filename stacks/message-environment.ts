import type { DeploymentConfig } from "../config/config";
import { ENVIRONMENT } from "../functions/core/environment";
import { NAME_PREFIX } from "../functions/core/state-layout";

/** Variables of a function that tells people: what its messages name, and the options of the commands in them. */
export function messageEnvironment({
  environment,
  namePrefix,
  operations,
}: Pick<DeploymentConfig, "environment" | "namePrefix" | "operations">): Record<string, string> {
  const { runbooks, console } = operations;
  return {
    [ENVIRONMENT.environment]: environment,
    ...(namePrefix === NAME_PREFIX ? {} : { [ENVIRONMENT.namePrefix]: namePrefix }),
    [ENVIRONMENT.runbooks]: runbooks,
    ...(console === undefined ? {} : { [ENVIRONMENT.console]: console }),
  };
}
