import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";
import { alarmWarnings } from "./alarms";
import { dataWarnings } from "./data";
import { eventPatternWarnings } from "./event-patterns";
import { formerNameWarnings } from "./former-names";
import { keyWarnings } from "./keys";
import { policyWarnings } from "./policy";
import { regionWarnings } from "./regions";

/**
 * What is probably wrong with a checked configuration, though it is valid: it would deploy, and not do what its author thinks.
 * @param _directory folder of the configuration, which the files that it names are relative to
 */
export function configWarnings(config: DeploymentConfig, _directory: string): Warning[] {
  return [
    ...regionWarnings(config),
    ...alarmWarnings(config),
    ...dataWarnings(config),
    ...policyWarnings(config),
    ...eventPatternWarnings(config),
    ...keyWarnings(config),
    ...formerNameWarnings(config),
  ];
}
