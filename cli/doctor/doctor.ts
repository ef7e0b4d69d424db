import { dirname } from "node:path";
import type { DeploymentConfig } from "../../config/config";
import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import type { Cloud } from "../../config/model-cloud";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { CommandError, UsageError } from "../command-error";
import type { Paint, Printout } from "../printout";
import { doctorText, type Examination } from "./doctor-text";
import { type Finding, LEVELS, PATIENCE_MS, Pace } from "./finding";

/** What `retrigger doctor` is told. */
export interface DoctorOptions {
  /** Path of the configuration. */
  readonly config: string;
  /** @default - the one that the file is of */
  readonly environment?: string | undefined;
  /** @default - each that the configuration has */
  readonly cloud?: Cloud | undefined;
}

/** Looks at the account of a configuration on one cloud; its files are relative to `configDir`. */
export type Examiner = (config: DeploymentConfig, pace: Pace, configDir: string) => Promise<Examination>;

/** The clouds' clients are loaded for those whose cloud it is. */
const EXAMINERS: Readonly<Record<Cloud, Examiner>> = {
  aws: async (config, pace, configDir) => {
    const { examineAws } = await import("./aws/examine-aws.js");
    return examineAws(config, pace, plannedOn("aws", config, configDir));
  },
  gcp: async (config, pace, configDir) => {
    const { examineGcp } = await import("./gcp/examine-gcp.js");
    return examineGcp(config, pace, plannedOn("gcp", config, configDir));
  },
};

/**
 * Looks, and changes nothing, at the accounts of a configuration, and says what would keep its deployment from working. It is
 * refused, which is exit code 1, when there is a problem, or something could not be looked at.
 * @throws CommandError for a configuration with mistakes, UsageError when it has nothing on the cloud
 */
export async function doctor(
  options: DoctorOptions,
  paint: Paint,
  now: () => number = Date.now,
  examiners: Readonly<Record<Cloud, Examiner>> = EXAMINERS,
): Promise<Printout> {
  const config = configOf(options);
  const clouds = (["aws", "gcp"] as const).filter((cloud) => config[cloud] !== undefined);
  if (options.cloud !== undefined && !clouds.includes(options.cloud))
    throw new UsageError(`--cloud ${options.cloud}: ${options.config} has ${clouds.join(" and ")} alone; leave --cloud out`);
  const asked = options.cloud === undefined ? clouds : [options.cloud];
  const pace = new Pace(now() + PATIENCE_MS, now);
  const timer = setTimeout(() => pace.end(), PATIENCE_MS);
  const examined = asked.map(async (cloud) => ({
    cloud,
    ...ordered(await examiners[cloud](config, pace, dirname(options.config))),
  }));
  const found = await Promise.all(examined).finally(() => clearTimeout(timer));
  const all = found.flatMap(({ findings }) => findings);
  return {
    data: found.map(({ cloud, of, findings }) => ({ cloud, of, environment: config.environment, findings })),
    text: doctorText(found, paint),
    isRefused: all.some(({ level }) => level === "problem" || level === "not-looked-at"),
  };
}

/** Plans what a configuration deploys, once a check asks for it: cdktf takes a second to load. */
function plannedOn(cloud: Cloud, config: DeploymentConfig, configDir: string) {
  return async () => (await import("./planned-stack.js")).plannedStack(config, configDir, cloud);
}

function configOf({ config, environment }: DoctorOptions): DeploymentConfig {
  try {
    return loadConfig(config, { purpose: CONFIG_OPTION, environment });
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}

/** By level, and within it by check and thing: the order in which answers came is nobody's matter. */
function ordered({ of, findings }: Examination): Examination {
  const keyOf = ({ level, check, about }: Finding) => `${LEVELS.indexOf(level)} ${check} ${about}`;
  return { of, findings: [...findings].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}
