import type { DeploymentConfig } from "../../../config/config";
import type { Examination } from "../doctor-text";
import type { Pace } from "../finding";
export async function examineGcp(config: DeploymentConfig, _pace: Pace): Promise<Examination> {
  return { of: config.environment, findings: [] };
}
