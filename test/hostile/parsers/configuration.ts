import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../../../config/errors";
import { loadConfig } from "../../../config/load-config";
import { eventRules } from "../../../config/sections/rule";
import { modelSettings } from "../../../config/settings";
import { targetPayload } from "../../../eventbridge/target-payload";
import { modelSettingsSchema } from "../../../functions/core/model-settings";
import { temporaryFolder } from "../../modules/temporary-project";
import { MAX_MISTAKE_CHARS, type Parser, type Refusal } from "../parser";

const ROOT = join(__dirname, "../../..");
const FIXTURES = join(ROOT, "test/fixtures/config");
const TEXTS = [
  ...readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => readFileSync(join(FIXTURES, name), "utf8")),
  ...["retrigger.yaml", "docs/examples/every-target.yaml"].map((name) => readFileSync(join(ROOT, name), "utf8")),
];
const EVENT = JSON.parse(readFileSync(join(ROOT, "test/core/sagemaker-events/samples/training-job.json"), "utf8"));
const DELIVERY = { ruleName: "r", ruleArn: "arn:r", ingestionTime: "2026-11-21T12:00:00Z" };
const RUNS = { project: "p", location: "europe-west4", serviceAccount: "runner@p.iam.gserviceaccount.com" };
const OF_CONFIG = [
  ...["load-config", "environments", "field-problems", "errors"],
  ...["yaml/yaml-file", "yaml/yaml-syntax", "yaml/yaml-values"],
].map((name) => `config/${name}.ts`);
const OF_CHECKS = filesOf("config/checks");
const OF_SECTIONS = filesOf("config/sections");
/** A configuration takes some 20 ms to be read, when it is wrong. */
const FEW = 50;
const REFUSAL: Refusal = { isClean: (error) => error instanceof ConfigError, mostChars: Number.POSITIVE_INFINITY };

/** What people write to configure a deployment; every mistake of theirs is told at once, on a line of its own. */
export const configuration: readonly Parser[] = [
  {
    name: "configurations, in their values",
    of: [...OF_CONFIG, ...OF_CHECKS, ...OF_SECTIONS, "functions/core/nearest-word.ts"],
    mutants: FEW,
    texts: TEXTS.map((text) => JSON.stringify(parse(text))),
    read: readConfiguration,
    refusal: REFUSAL,
  },
  {
    name: "configurations, in their text",
    of: OF_CONFIG,
    form: "text",
    mutants: FEW,
    texts: [...TEXTS, "a: &a [*a]\n", "a: &a {b: 1}\nc: {<<: *a}\n---\nd: !!binary x\n? [e]\n: f\n"],
    read: readConfiguration,
    refusal: REFUSAL,
  },
  {
    name: "definitions of pipelines",
    of: ["config/checks/model.ts"],
    mutants: FEW,
    texts: ['{"Version":"2020-12-01","Parameters":[{"Name":"ManifestUri","Type":"String"}],"Steps":[]}'],
    read: (text) => {
      const pipeline = {
        name: "p",
        definitionFile: "pipeline.json",
        roleArn: "arn:aws:iam::111122223333:role/p",
        parameters: { ManifestUri: "{manifestUri}" },
      };
      const models = { churn: { data: { bucket: "acme" }, pipeline } };
      const config = { environment: "dev", aws: { region: "eu-central-1" }, models };
      return readConfiguration(JSON.stringify(config), { "pipeline.json": text });
    },
    refusal: REFUSAL,
  },
];

let folder: string | undefined;

function readConfiguration(text: string, files: Readonly<Record<string, string>> = {}): void {
  folder ??= temporaryFolder({});
  for (const [name, content] of Object.entries({ ...files, "retrigger.yaml": text })) writeFileSync(join(folder, name), content);
  const config = checkMistakes(() => loadConfig(join(folder ?? "", "retrigger.yaml")));
  for (const [name, model] of Object.entries(config.models)) {
    if (model.data !== undefined) modelSettingsSchema.parse(modelSettings("dev", name, model, RUNS));
  }
  for (const rule of eventRules(config)) {
    for (const target of rule.targets) targetPayload(rule, target, EVENT, DELIVERY);
  }
}

/** Source files of a folder and those in it. */
function filesOf(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}

/** As many lines as it says, each in a few words. */
function checkMistakes<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [first = "", ...mistakes] = error.message.split("\n  ");
    const [, count] = /: (\d+) mistakes?$/.exec(first) ?? [];
    if (count !== undefined && Number(count) !== countOf(mistakes))
      throw new RangeError(`got lines of ${countOf(mistakes)} mistakes, and a first line of ${count}`);
    const long = [first, ...mistakes].find(({ length }) => length > MAX_MISTAKE_CHARS);
    if (long !== undefined)
      throw new RangeError(`got a mistake of ${long.length} characters: ${long.slice(0, 400)}`, { cause: error });
    throw error;
  }
}

/** Lines of mistakes, the last of which may say how many more there are. */
function countOf(lines: readonly string[]): number {
  const [, more] = /^… (\d+) more$/.exec(lines.at(-1) ?? "") ?? [];
  return more === undefined ? lines.length : lines.length - 1 + Number(more);
}
