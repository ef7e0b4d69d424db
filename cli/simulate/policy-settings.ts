// The settings that policies are made of: those of retrigger.yaml, the defaults of its sections, or those of a file of its own.
import { basename, extname } from "node:path";
import * as z from "zod";
import { formerAdaptive } from "../../config/checks/adaptive";
import { ConfigError, expectationOf, schemaProblems } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { batchPolicy, batchSchema } from "../../config/sections/data";
import { driftPolicy, driftSchema } from "../../config/sections/drift";
import { durationMs } from "../../config/sections/fields";
import { coordinatorPolicy, policySchema } from "../../config/sections/policy";
import { schedulesSchema } from "../../config/sections/schedule";
import { CONFIG_OPTION, readYaml, type YamlPurpose } from "../../config/yaml/yaml-file";
import { isMapping } from "../../functions/core/json-path";
import type { SimulatedPolicy } from "../../functions/core/replay/simulated-policy";
import { CommandError } from "../command-error";

/** What of a model's section of retrigger.yaml a simulation takes. */
const policyFileSchema = z.strictObject({
  batch: batchSchema.prefault({}),
  policy: policySchema.prefault({}),
  drift: driftSchema.prefault({}),
  schedule: schedulesSchema.optional(),
});

const POLICY_FILE: YamlPurpose = {
  what: "a policy",
  mapping: "a mapping with some of the sections policy, batch, drift and schedule of a model, such as policy: {cooldown: 6h}",
  namedBy: "with --policy",
};

/** Of a policy that has another name now. */
const FORMER_PATH = ["policy", "adaptive"];

type PolicySections = z.output<typeof policyFileSchema>;
type Settings = SimulatedPolicy["settings"];

/** The settings of a model for which nothing is configured. */
export function defaultSettings(): Settings {
  return settingsOf(policyFileSchema.parse({}));
}

/**
 * The settings of each model of a configuration that the coordinator decides about.
 * @throws CommandError when the configuration is broken
 */
export function configuredSettings(file: string): ReadonlyMap<string, Settings> {
  const { models } = told(() => loadConfig(file, { purpose: CONFIG_OPTION }));
  return new Map(Object.entries(models).map(([model, sections]) => [model, settingsOf(sections)]));
}

/**
 * The policy of a YAML file that holds the sections `batch`, `policy`, `drift` and `schedule` of a model, named after the file.
 * @throws CommandError that names all mistakes, each with its line
 */
export function policyOfFile(file: string): SimulatedPolicy {
  const yaml = told(() => readYaml(file, POLICY_FILE));
  const parsed = policyFileSchema.safeParse(yaml.content, { error: expectationOf, reportInput: true });
  if (!parsed.success || yaml.mistakes.length > 0) {
    const issues = parsed.error?.issues ?? [];
    const problems = schemaProblems(issues, z.toJSONSchema(policyFileSchema, { io: "input" }));
    const former = isMapping(yaml.content) ? formerAdaptive(yaml.content.policy, FORMER_PATH) : undefined;
    const others = problems.filter(({ path }) => former === undefined || !FORMER_PATH.every((key, at) => path[at] === key));
    const placed = [...others, ...(former === undefined ? [] : [former])].flatMap(({ path, message, isOfKey }) => {
      const place = yaml.locate(path, isOfKey ? "key" : "value");
      return place === undefined ? [] : [{ offset: place.offset, path: place.path.join("."), message }];
    });
    const mistakes = [...yaml.mistakes.map((mistake) => ({ ...mistake, path: "" })), ...placed]
      .sort((a, b) => a.offset - b.offset)
      .map(({ offset, path, message }) => yaml.remarkAt(offset, path, message));
    throw new CommandError(ConfigError.of(file, mistakes).message);
  }
  const everyMs = periodOf(file, parsed.data);
  const asks = ["data", "drift", ...(everyMs === undefined ? [] : ["its schedule"])];
  return {
    name: basename(file, extname(file)),
    settings: settingsOf(parsed.data),
    causes: { data: true, drift: true, quality: true, schedule: false, ...(everyMs !== undefined && { everyMs }) },
    sentence: `As ${basename(file)} says: ${asks.join(", ")} ask.`,
  };
}

/** The period of a schedule; undefined where the policy has none, and the history's own fires ask. */
function periodOf(file: string, { schedule }: PolicySections): number | undefined {
  const [first, ...others] = [schedule ?? []].flat();
  if (first === undefined) return undefined;
  if (others.length > 0 || first.rate === undefined) {
    throw new CommandError(`${file}: schedule: a simulation takes one schedule with rate, such as rate: 7d`);
  }
  return durationMs(first.rate);
}

function settingsOf({ batch, policy, drift }: Pick<PolicySections, "batch" | "policy" | "drift">): Settings {
  return { batch: batchPolicy(batch), policy: coordinatorPolicy(policy, false), drift: driftPolicy(drift) };
}

function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}
