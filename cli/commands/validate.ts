import { dirname } from "node:path";
import { workspaceReminder } from "../../config/backend";
import { createdTwice, type NamedConfig, type SharedData, sharedData } from "../../config/checks/shared-data";
import type { DeploymentConfig } from "../../config/config";
import { ConfigError, mostTold, type Remark, remarkText } from "../../config/errors";
import { type OpenedConfig, openConfig, type PlacedConfig } from "../../config/load-config";
import { ALL_CLOUDS, CLOUDS, modelsOn } from "../../config/model-cloud";
import { networkReminders } from "../../config/warnings/network";
import { configWarnings } from "../../config/warnings/warnings";
import { CONFIG_OPTION } from "../../config/yaml/yaml-file";
import { plainLine, withoutSecrets } from "../../functions/core/plain-text";
import { counted, type Paint, type Printout } from "../printout";

/** What `retrigger validate` is asked. */
export interface ValidateOptions {
  /** The environment that is meant. @default - each that a file has */
  readonly environment?: string | undefined;
  /** Whether a warning fails too. */
  readonly strict?: boolean;
}

/** A mistake, a warning or a note. */
interface FoundRemark extends Remark {
  /** In which it is; empty where the file does not say which environments it has. */
  readonly environments: readonly string[];
}

/** What was found in one file, in all of the environments that were looked at. */
interface Finding {
  readonly file: string;
  readonly mistakes: readonly FoundRemark[];
  /** Of the environments without a mistake. */
  readonly warnings: readonly FoundRemark[];
  /** What is worth knowing, and nothing is wrong with. */
  readonly notes: readonly FoundRemark[];
  /** What each environment without a mistake describes. */
  readonly summaries: readonly string[];
  /** Those that were looked at. */
  readonly environments: readonly string[];
  /** Those with a mistake, in which warnings were not looked for. */
  readonly unwarned: readonly string[];
}

/** One environment of a file, as it was loaded or refused. */
interface Reading {
  readonly file: string;
  /** Undefined where the file does not say it. */
  readonly environment: string | undefined;
  readonly mistakes: readonly Remark[];
  /** Undefined where it has mistakes. */
  readonly placed: PlacedConfig | undefined;
}

/**
 * All mistakes and warnings of configurations in each of their environments, what several of them do to each other's data, and what
 * a valid one describes. Not done when one has a mistake, or with `strict` a warning. Loads nothing of CDKTF and asks no cloud.
 */
export function validate(files: readonly string[], { environment, strict = false }: ValidateOptions, paint: Paint): Printout {
  const opened = [...new Set(files)].map((file) => readingsOf(file, environment));
  const refused = sharedRemarks(opened.flat(), createdTwice);
  const readings = opened.map((ofFile) =>
    ofFile.map((reading) => {
      const mistakes = refused.get(reading);
      return mistakes === undefined ? reading : { ...reading, mistakes, placed: undefined };
    }),
  );
  // It may be meant: dev and prod that learn from one bucket.
  const shared = sharedRemarks(readings.flat(), sharedData);
  const findings = readings.map((ofFile) => findingOf(ofFile, shared));
  const isWrong = ({ mistakes, warnings }: Finding) => mistakes.length > 0 || (strict && warnings.length > 0);
  return {
    data: findings,
    text: findings.map((finding) => findingText(finding, paint)).join("\n\n"),
    isRefused: findings.some(isWrong),
  };
}

/** One for each environment; one alone where the file cannot be read, or says none. */
function readingsOf(file: string, asked: string | undefined): Reading[] {
  const opened = attempted(() => openConfig(file, { purpose: CONFIG_OPTION }));
  if ("mistakes" in opened) return [{ file, environment: asked, mistakes: opened.mistakes, placed: undefined }];
  const { environments } = opened.value;
  const wanted = asked === undefined && environments.length > 0 ? environments : [asked];
  return wanted.map((environment) => readingOf(file, opened.value, environment));
}

function readingOf(file: string, opened: OpenedConfig, environment: string | undefined): Reading {
  const loaded = attempted(() => opened.load(environment));
  return "mistakes" in loaded
    ? { file, environment: environment && withoutSecrets(environment), mistakes: loaded.mistakes, placed: undefined }
    : { file, environment: loaded.value.config.environment, mistakes: [], placed: loaded.value };
}

function attempted<T>(read: () => T): { readonly value: T } | { readonly mistakes: readonly Remark[] } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { mistakes: error.mistakes };
  }
}

/** What deployments share, told of the later one, by its reading. */
function sharedRemarks(
  readings: readonly Reading[],
  find: (configs: readonly NamedConfig[]) => readonly SharedData[],
): ReadonlyMap<Reading, Remark[]> {
  const isAmbiguous = (environment: string) => readings.filter((other) => other.environment === environment).length > 1;
  const named = readings.flatMap((reading): (NamedConfig & { reading: Reading; placed: PlacedConfig })[] => {
    const { file, placed } = reading;
    if (placed === undefined) return [];
    const { config } = placed;
    const name = isAmbiguous(config.environment) ? `${config.environment} (${file})` : config.environment;
    return [{ environment: name, config, reading, placed }];
  });
  const remarks = new Map<Reading, Remark[]>();
  for (const { index, path, message } of find(named)) {
    const own = named[index];
    if (own === undefined) continue;
    remarks.set(own.reading, [...(remarks.get(own.reading) ?? []), own.placed.remarkOf({ path, message })]);
  }
  return remarks;
}

function findingOf(readings: readonly Reading[], shared: ReadonlyMap<Reading, Remark[]>): Finding {
  const [{ file } = { file: "" }] = readings;
  const remarksOf = (of: (reading: Reading) => readonly Remark[]) =>
    joined(readings.map((reading) => ({ environment: reading.environment, remarks: of(reading) })));
  return {
    file,
    mistakes: remarksOf(({ mistakes }) => mistakes),
    warnings: remarksOf((reading) => [...warningsOf(reading), ...(shared.get(reading) ?? [])]),
    notes: remarksOf(notesOf),
    summaries: readings.flatMap(({ placed }) => (placed === undefined ? [] : [summaryOf(placed.config)])),
    environments: readings.flatMap(({ environment }) => environment ?? []),
    unwarned: readings.filter(({ placed }) => placed === undefined).flatMap(({ environment }) => environment ?? []),
  };
}

function warningsOf({ file, placed }: Reading): Remark[] {
  return placed === undefined ? [] : configWarnings(placed.config, dirname(file)).map(placed.remarkOf);
}

/** What synthesis reminds of, until the file says what is meant, and what only the owner of a network can look at. */
function notesOf({ placed }: Reading): Remark[] {
  if (placed === undefined) return [];
  const message = workspaceReminder(placed.config.backend);
  return [
    ...(message === undefined ? [] : [placed.remarkOf({ path: ["backend"], message })]),
    ...networkReminders(placed.config).map(placed.remarkOf),
  ];
}

/** Each once, with all environments that it is in, by line and column. */
function joined(
  found: readonly { readonly environment: string | undefined; readonly remarks: readonly Remark[] }[],
): FoundRemark[] {
  const told = new Map<string, { remark: Remark; environments: Set<string> }>();
  for (const { environment, remarks } of found) {
    for (const remark of remarks) {
      const key = JSON.stringify([remark.line, remark.column, remark.path, remark.message]);
      const entry = told.get(key) ?? { remark, environments: new Set() };
      if (environment !== undefined) entry.environments.add(environment);
      told.set(key, entry);
    }
  }
  return [...told.values()]
    .map(({ remark, environments }) => ({ ...remark, environments: [...environments] }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** `environment dev, AWS eu-central-1: 2 models (a, b), 1 schedule, no rules, state local` */
function summaryOf({ environment, aws, gcp, models, rules, backend }: DeploymentConfig): string {
  const regions = { aws: aws?.region, gcp: gcp?.region };
  const clouds = ALL_CLOUDS.flatMap((cloud) => {
    const names = modelsOn(cloud, models).map(([name]) => name);
    const region = regions[cloud];
    return region === undefined
      ? []
      : [`${CLOUDS[cloud].name} ${region}: ${countedOrNone(names.length, "model")} (${namesText(names)})`];
  });
  const schedules = Object.values(models).flatMap(({ schedule }) => schedule ?? []);
  return [
    `environment ${environment}`,
    ...clouds,
    countedOrNone(schedules.length, "schedule"),
    countedOrNone(Object.keys(rules).length, "rule"),
    `state ${backend.type}`,
  ].join(", ");
}

/** Models and environments that are named one by one. */
const NAMED = 5;

function namesText(names: readonly string[]): string {
  const more = names.length - NAMED;
  return [...names.slice(0, NAMED).map((name) => plainLine(name)), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function findingText(finding: Finding, paint: Paint): string {
  const { file, mistakes, warnings, notes, summaries, environments, unwarned } = finding;
  const isValid = mistakes.length === 0;
  const counts = [isValid ? "valid" : countedOrNone(mistakes.length, "mistake")];
  if (isValid || warnings.length > 0) counts.push(countedOrNone(warnings.length, "warning"));
  const head = `${plainLine(file)}: ${counts.join(", ")}`;
  const told = (remark: FoundRemark) => `${remarkText(remark)}${inSome(remark.environments, environments)}`;
  return [
    paint(isValid ? (warnings.length === 0 ? "green" : "yellow") : "red", head),
    ...summaries.map((summary) => `  ${summary}`),
    ...(isValid ? [] : [`  ${notLookedFor(summaries.length === 0 ? [] : unwarned)}`]),
    ...mostTold(mistakes.map((mistake) => `${paint("red", "mistake")} ${told(mistake)}`)).map((line) => `  ${line}`),
    ...mostTold(warnings.map((warning) => `${paint("yellow", "warning")} ${told(warning)}`)).map((line) => `  ${line}`),
    ...notes.map((note) => `  ${paint("dim", "note")} ${told(note)}`),
  ].join("\n");
}

/** @param unwarned empty for all */
function notLookedFor(unwarned: readonly string[]): string {
  const place = unwarned.length === 0 ? "" : ` in ${namesText(unwarned)}`;
  return `warnings${place} are looked for once there is no mistake`;
}

/** ` (environments dev, prod)`, for what is not in all that were looked at. */
function inSome(some: readonly string[], all: readonly string[]): string {
  if (some.length === all.length) return "";
  return ` (${some.length === 1 ? "environment" : "environments"} ${namesText(some)})`;
}

function countedOrNone(count: number, what: string): string {
  return count === 0 ? `no ${what}s` : counted(count, what);
}
