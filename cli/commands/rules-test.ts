import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DeploymentConfig } from "../../config/config";
import { ConfigError, type Warning } from "../../config/errors";
import { placeOfMistake } from "../../config/json-place";
import { loadConfig } from "../../config/load-config";
import { partitionOf } from "../../config/sections/aws/aws";
import { eventRules } from "../../config/sections/rule";
import { eventPatternWarnings } from "../../config/warnings/event-patterns";
import { CONFIG_OPTION, readTextFile } from "../../config/yaml/yaml-file";
import type { EventRule } from "../../eventbridge/event-rule";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import { type TargetPayload, targetPayload } from "../../eventbridge/target-payload";
import { isMapping, isTooDeep } from "../../functions/core/json-path";
import { plainLine } from "../../functions/core/plain-text";
import { textTable } from "../../local/summary/text-table";
import { physicalName, RULE_PREFIX } from "../../modules/aws/deployment";
import { CommandError } from "../command-error";
import type { Paint, Printout } from "../printout";

/** Characters of a payload in the table; --json has all of it. */
const MAX_PAYLOAD_TEXT = 400;

/** Of a warning, in characters. */
const MAX_WARNING = 2_000;

/** What one target of a rule would receive for one event. */
interface Receipt extends TargetPayload {
  readonly file: string;
  readonly rule: string;
  /** Its place in the rule, from 1, and its type. */
  readonly target: string;
}

/**
 * Which rules of a configuration match the events of files, and what their targets would receive. Not done when a file holds no
 * event, or a payload has a problem.
 * @throws CommandError when the configuration is broken
 */
export function rulesTest(configFile: string, paths: readonly string[], paint: Paint): Printout {
  const config = configOf(configFile);
  const rules = eventRules(config);
  const files = readEventFiles(paths);
  const receipts = files.flatMap((file) => (file.isBroken ? [] : receiptsOf(config, rules, file)));
  const unmatched = rules.map(({ name }) => name).filter((name) => !receipts.some(({ rule }) => rule === name));
  const broken = files.filter((file) => file.isBroken);
  const isRefused = broken.length > 0 || receipts.some(({ problems }) => problems.length > 0);
  return {
    data: { receipts, unmatched, broken: broken.map(({ file, why }) => ({ file, why })) },
    text: [
      ...(receipts.length === 0 ? [noneText(rules, files)] : [tableText(receipts, paint)]),
      ...(unmatched.length === 0 || rules.length === 0 ? [] : [`rules that match none of these events: ${unmatched.join(", ")}`]),
      ...problemTexts(receipts, broken).map((problem) => paint("red", problem)),
      ...eventPatternWarnings(config).map((warning) => paint("yellow", warningText(warning))),
    ].join("\n\n"),
    isRefused,
  };
}

function configOf(file: string): DeploymentConfig {
  try {
    return loadConfig(file, { purpose: CONFIG_OPTION });
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}

function receiptsOf(
  config: DeploymentConfig,
  rules: readonly EventRule[],
  { file, event }: EventFile & { readonly isBroken: false },
): Receipt[] {
  const { region, account, time } = event;
  return rules
    .filter(({ pattern }) => matchesPattern(pattern, event))
    .flatMap((rule) => {
      const ruleName = physicalName(config, `${RULE_PREFIX}${rule.name}`);
      const ruleArn = `arn:${partitionOf(String(region))}:events:${String(region)}:${String(account)}:rule/${ruleName}`;
      return rule.targets.map((target, index) => ({
        file,
        rule: rule.name,
        target: `${index + 1} ${target.type}`,
        ...targetPayload(rule, target, event, { ruleName, ruleArn, ingestionTime: String(time) }),
      }));
    });
}

function noneText(rules: readonly EventRule[], files: readonly EventFile[]): string {
  if (rules.length === 0) return "the configuration has no rules";
  return files.every(({ isBroken }) => isBroken) ? "no event to test the rules on" : "no rule matches any of these events";
}

function tableText(receipts: readonly Receipt[], paint: Paint): string {
  const header = ["event", "rule", "target", "would receive"].map((title) => paint("dim", title));
  const rows = receipts.map(({ file, rule, target, payload, problems }) => [
    plainLine(file),
    rule,
    target,
    problems.length === 0 ? payloadText(payload) : paint("red", payloadText(payload)),
  ]);
  return textTable([header, ...rows]);
}

function problemTexts(receipts: readonly Receipt[], broken: readonly { file: string; why: string }[]): string[] {
  const ofReceipts = receipts.flatMap(({ file, rule, target, problems }) =>
    problems.map((problem) => `${file}, rule ${rule}, target ${target}: ${problem}`),
  );
  return [...broken.map(({ file, why }) => `${file}: ${why}`), ...ofReceipts].map((problem) => plainLine(problem));
}

function warningText({ path, message }: Warning): string {
  return plainLine(`warning: ${path.join(".")}: ${message}`, MAX_WARNING);
}

function payloadText(payload: unknown): string {
  return plainLine(JSON.stringify(payload), MAX_PAYLOAD_TEXT);
}

/** The event of a file, or why the file holds none. */
export type EventFile =
  | { readonly file: string; readonly isBroken: false; readonly event: Readonly<Record<string, unknown>> }
  | { readonly file: string; readonly isBroken: true; readonly why: string };

/** Fields that every event has: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
const TEXTS = ["id", "account", "source", "time", "region", "detail-type"] as const;

/** The events of files, and of all .json files right in folders, in the order of their names. */
export function readEventFiles(paths: readonly string[]): EventFile[] {
  return paths.flatMap((path) => filesOf(path)).map((file) => (typeof file === "string" ? readEventFile(file) : file));
}

function filesOf(path: string): (string | EventFile)[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith(".json"));
    if (names.length > 0) return names.sort().map((name) => join(path, name));
    return [{ file: path, isBroken: true, why: "the folder has no file that ends in .json; name one that has, or a file" }];
  } catch (error) {
    return [unreadable(path, isMapping(error) ? String(error.code) : String(error))];
  }
}

function readEventFile(file: string): EventFile {
  const read = readTextFile(file);
  if (!read.isRead) return unreadable(file, read.refusal);
  let event: unknown;
  try {
    event = JSON.parse(read.text);
  } catch {
    return { file, isBroken: true, why: `is not JSON, in ${placeOfMistake(read.text)}; ${ONE_EVENT}` };
  }
  const why = mistakeOf(event);
  return why === undefined && isMapping(event) ? { file, isBroken: false, event } : { file, isBroken: true, why: why ?? "" };
}

function unreadable(file: string, refusal: string): EventFile {
  return { file, isBroken: true, why: `cannot be read (${refusal}); name a file with an event, or a folder of such files` };
}

const ONE_EVENT = "expected one JSON object, as EventBridge sends it";

function mistakeOf(event: unknown): string | undefined {
  if (isTooDeep(event)) return "is nested too deep to be an event";
  if (!isMapping(event)) return `holds no event; ${ONE_EVENT}`;
  const missing = TEXTS.filter((field) => typeof event[field] !== "string");
  const fields = Array.isArray(event.resources) ? missing : [...missing, "resources"];
  if (fields.length === 0) return undefined;
  return `lacks ${fields.join(", ")}, which every event has; add ${fields.length === 1 ? "it" : "them"}, resources as a list, the others as text`;
}
