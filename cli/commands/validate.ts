import { dirname } from "node:path";
import type { DeploymentConfig } from "../../config/config";
import { ConfigError } from "../../config/errors";
import { loadPlacedConfig } from "../../config/load-config";
import { ALL_CLOUDS, CLOUDS, modelsOn } from "../../config/model-cloud";
import { configWarnings } from "../../config/warnings/warnings";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { plainLine } from "../../functions/core/plain-text";
import type { Paint, Printout } from "../printout";

/** Of a mistake or a warning, in characters. */
const MAX_LINE = 2_000;

/** What `retrigger validate` is asked. */
export interface ValidateOptions {
  /** The environment that is meant. @default - the one that each file is of */
  readonly environment?: string | undefined;
  /** Whether a warning fails too. */
  readonly strict?: boolean;
}

/** What was found in one file, for one environment. */
interface Finding {
  readonly file: string;
  /** Of the environment that was read; undefined where mistakes hide it. */
  readonly environment: string | undefined;
  /** Each with its place. */
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
  /** What the file describes; undefined where it has mistakes. */
  readonly summary: string | undefined;
}

/**
 * All mistakes and warnings of configurations, and what a valid one describes. Not done when one has a mistake, or with `strict` a
 * warning. Loads nothing of CDKTF and asks no cloud.
 */
export function validate(files: readonly string[], { environment, strict = false }: ValidateOptions, paint: Paint): Printout {
  const findings = files.map((file) => findingOf(file, environment));
  const isWrong = ({ mistakes, warnings }: Finding) => mistakes.length > 0 || (strict && warnings.length > 0);
  return {
    data: findings,
    text: findings.map((finding) => findingText(finding, paint)).join("\n\n"),
    isRefused: findings.some(isWrong),
  };
}

function findingOf(file: string, environment: string | undefined): Finding {
  try {
    const { config, placeOf } = loadPlacedConfig(file, { purpose: CONFIG_OPTION, environment });
    const warnings = configWarnings(config, dirname(file))
      .map(({ path, message }) => plainLine(`${placeOf(path)}: ${message}`, MAX_LINE))
      // By line and column, as mistakes are.
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    return { file, environment: config.environment, mistakes: [], warnings, summary: summaryOf(config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { file, environment, mistakes: error.mistakes, warnings: [], summary: undefined };
  }
}

/** `environment dev, AWS eu-central-1: 2 models (a, b), 1 schedule, no rules, state local` */
function summaryOf({ environment, aws, gcp, models, rules, backend }: DeploymentConfig): string {
  const regions = { aws: aws?.region, gcp: gcp?.region };
  const clouds = ALL_CLOUDS.flatMap((cloud) => {
    const names = modelsOn(cloud, models).map(([name]) => name);
    const region = regions[cloud];
    return region === undefined ? [] : [`${CLOUDS[cloud].name} ${region}: ${counted(names.length, "model")} (${namesText(names)})`];
  });
  const schedules = Object.values(models).flatMap(({ schedule }) => schedule ?? []);
  return [
    `environment ${environment}`,
    ...clouds,
    counted(schedules.length, "schedule"),
    counted(Object.keys(rules).length, "rule"),
    `state ${backend.type}`,
  ].join(", ");
}

/** Models that are named one by one. */
const NAMED = 5;

function namesText(names: readonly string[]): string {
  const more = names.length - NAMED;
  return [...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function findingText({ file, mistakes, warnings, summary }: Finding, paint: Paint): string {
  const isValid = mistakes.length === 0;
  const head = `${plainLine(file)}: ${isValid ? "valid" : counted(mistakes.length, "mistake")}, ${counted(warnings.length, "warning")}`;
  return [
    paint(isValid ? (warnings.length === 0 ? "green" : "yellow") : "red", head),
    ...(summary === undefined ? ["  warnings are looked for once there is no mistake"] : [`  ${summary}`]),
    ...mistakes.map((mistake) => `  ${paint("red", "mistake")} ${mistake}`),
    ...warnings.map((warning) => `  ${paint("yellow", "warning")} ${warning}`),
  ].join("\n");
}

function counted(count: number, what: string): string {
  return count === 0 ? `no ${what}s` : `${count} ${what}${count === 1 ? "" : "s"}`;
}
