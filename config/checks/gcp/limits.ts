// What Google Cloud has room for in one deployment: told here, with the number that fits, and not by an apply that stops half-way.

import { CHATS } from "../../../functions/core/notices/chats/chat";
import { BASELINE_FOLDER, capturePrefix, objectUri } from "../../../functions/core/object-uri";
import { CONDITION_SPACES, mostTerms } from "../../../operations/condition-slots";
import type { Problem } from "../../errors";
import { evaluationsFolder } from "../../sections/promotion";
import { mapping, uncheckedSchedules, type ValidModel } from "../unchecked-config";

/** Notification channels of an alert policy. https://cloud.google.com/monitoring/quotas#alerting_uptime_limits */
const MAX_CHANNELS = 16;

/** Jobs of Cloud Scheduler in a region, as a quota that can be raised to this many. https://cloud.google.com/scheduler/quotas */
const MAX_JOBS = 5000;

/** What of an unchecked configuration Google Cloud has no room for, as far as the keys that a check needs are valid. */
export function gcpLimitProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const own = models.filter(({ cloud }) => cloud === "gcp").sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name));
  return [
    ...ACCESSES.flatMap((access) => accessProblems(access, own)),
    ...jobProblems(config, own),
    ...channelProblems(mapping(mapping(config).gcp)),
  ];
}

/** An object, or a folder, that an account is let use by a term of a condition. */
interface Use {
  readonly bucket: string;
  readonly key: string;
}

/** A kind of access to objects of buckets. */
interface Access {
  readonly space: keyof typeof CONDITION_SPACES;
  /** Keys of the model that name the object. */
  readonly path: readonly string[];
  /** For the author: what they are, and how to need fewer. */
  readonly what: string;
  readonly remedy: string;
  readonly usesOf: (model: ValidModel) => readonly Use[];
}

const ANOTHER_BUCKET = "keep those of further models in another bucket";

const ACCESSES: readonly Access[] = [
  {
    space: "templates",
    path: ["pipeline", "template"],
    what: "templates of pipelines",
    remedy: ANOTHER_BUCKET,
    usesOf: ({ pipeline: { template } }) => (template?.startsWith("gs://") === true ? [objectUri(template)] : []),
  },
  {
    space: "artifacts",
    path: ["pipeline", "outputDirectory"],
    what: "folders of artifacts that retrigger-<environment>-runner writes to",
    remedy: "let models share a folder, as each run has one of its own in it, name another bucket, or a serviceAccount",
    usesOf: ({ pipeline: { outputDirectory, serviceAccount } }) =>
      outputDirectory === undefined || serviceAccount !== undefined ? [] : [objectUri(outputDirectory.replace(/\/+$/, ""))],
  },
  {
    space: "manifests",
    path: ["data", "manifestPrefix"],
    what: "folders of manifests",
    remedy: "let models share a manifestPrefix, as each has a folder of its own in it",
    usesOf: ({ hasData, data: { bucket, manifestPrefix } }) =>
      hasData && bucket !== undefined && manifestPrefix !== undefined ? [{ bucket, key: manifestPrefix }] : [],
  },
  {
    space: "reports",
    path: ["monitoring", "prefix"],
    what: "folders of drift reports",
    remedy: "let models share a prefix, as each has a folder of its own in it",
    usesOf: ({ hasData, data: { bucket }, monitoring: { prefix } }) =>
      hasData && bucket !== undefined && prefix !== undefined ? [{ bucket, key: prefix }] : [],
  },
  {
    space: "captures",
    path: ["monitoring", "capture", "location"],
    what: "folders of captures",
    remedy: ANOTHER_BUCKET,
    usesOf: ({ capture }) => (capture?.location === undefined ? [] : [capturePrefix(capture.location)]),
  },
  {
    space: "captureFiles",
    path: ["monitoring", "capture"],
    what: "folders of reports and baselines of captures",
    remedy: "keep the baselines of further models, or their data, in another bucket",
    usesOf: ({ name: model, data: { bucket }, monitoring: { prefix }, capture }) => {
      if (capture === undefined || bucket === undefined || prefix === undefined) return [];
      const { baseline } = capture;
      // Baselines in their usual folder are used by its name.
      const kept = baseline === undefined ? { bucket, key: BASELINE_FOLDER } : objectUri(baseline);
      return [{ bucket, key: `${prefix}${model}/` }, kept];
    },
  },
  {
    space: "evaluations",
    path: ["promotion", "evaluations"],
    what: "folders of evaluations, and of baselines that lie elsewhere,",
    remedy: "let models share a folder, as each evaluation names its model, or use another bucket",
    usesOf: ({ promotion }) => (promotion === undefined ? [] : evaluationUses(promotion)),
  },
  {
    space: "holdOuts",
    path: ["promotion", "mix", "baseline"],
    what: "manifests of hold-outs",
    remedy: ANOTHER_BUCKET,
    usesOf: ({ promotion }) => (promotion?.mix === undefined ? [] : [objectUri(promotion.mix.baseline)]),
  },
];

/** A baseline below the evaluations has no folder of its own. */
function evaluationUses({ evaluations, baseline }: NonNullable<ValidModel["promotion"]>): Use[] {
  const folder = evaluations === undefined ? undefined : evaluationsFolder(evaluations);
  const file = baseline === undefined ? undefined : objectUri(baseline.evaluation);
  const isBelow = folder !== undefined && file?.bucket === folder.bucket && file.key.startsWith(folder.prefix);
  return [
    ...(folder === undefined ? [] : [{ bucket: folder.bucket, key: folder.prefix }]),
    ...(file === undefined || isBelow ? [] : [{ bucket: file.bucket, key: file.key.replace(/[^/]*$/, "") }]),
  ];
}

/** The first model that a bucket has no room for, by its name, is where the problem is. */
function accessProblems({ space, path, what, remedy, usesOf }: Access, models: readonly ValidModel[]): Problem[] {
  const most = mostTerms(CONDITION_SPACES[space]);
  const buckets = new Map<string, { readonly keys: Set<string>; over?: string }>();
  for (const model of models) {
    for (const { bucket, key } of usesOf(model)) {
      const found = buckets.get(bucket) ?? { keys: new Set() };
      found.keys.add(key);
      if (found.keys.size > most) found.over ??= model.name;
      buckets.set(bucket, found);
    }
  }
  return [...buckets].flatMap(([bucket, { keys, over }]) => {
    if (over === undefined) return [];
    const message = `the ${what} on ${bucket} are ${keys.size} with those of all models; expected at most ${most}, for which IAM has room in its conditions; ${remedy}`;
    return [{ path: ["models", over, ...path], message }];
  });
}

function jobProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const sections = mapping(mapping(config).models);
  const scheduled = models.flatMap(({ name }) => uncheckedSchedules(name, sections[name])).length;
  const captured = models.filter(({ capture }) => capture !== undefined).length;
  const jobs = scheduled + captured + clocksOf(models);
  if (jobs <= MAX_JOBS) return [];
  const message = `the schedules and captures of all models on Google Cloud make ${jobs} jobs of Cloud Scheduler; expected at most ${MAX_JOBS}; use fewer schedules, or another environment in another project`;
  return [{ path: ["models"], message }];
}

/** Jobs of the sweeper, and of the promoter and the rollout where some model has one. */
function clocksOf(models: readonly ValidModel[]): number {
  const has = (key: "promotion" | "rollout") => Number(models.some((model) => model[key] !== undefined));
  return 1 + has("promotion") + has("rollout");
}

function channelProblems({ notifications, operations }: Readonly<Record<string, unknown>>): Problem[] {
  const { email: decisions } = mapping(notifications);
  const { email: alarms, channels } = mapping(operations);
  return [
    ...tooManyChannels(["gcp", "notifications", "email"], distinct(decisions)),
    ...tooManyChannels(["gcp", "operations", "email"], distinct(alarms) + distinct(channels) + channelsOfChats(notifications)),
  ];
}

/** All chats that hear of alarms hear of them by one channel. */
function channelsOfChats(notifications: unknown): number {
  const { slackWebhookSecret, ...chats } = mapping(notifications);
  const isHeard = CHATS.some((chat) => {
    const { about } = mapping(chats[chat]);
    return chats[chat] !== undefined && (!Array.isArray(about) || about.includes("alarms"));
  });
  return Number(isHeard || slackWebhookSecret !== undefined);
}

function tooManyChannels(path: Problem["path"], count: number): Problem[] {
  if (count <= MAX_CHANNELS) return [];
  const message = `got ${count} addresses and channels; expected at most ${MAX_CHANNELS}, as many as an alert policy notifies; use the address of a mailing list`;
  return [{ path, message }];
}

function distinct(list: unknown): number {
  return Array.isArray(list) ? new Set(list).size : 0;
}
