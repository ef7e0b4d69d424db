// What the sections batch, policy and pipeline of one model ask of each other: durations, budgets, and the definition of its
// pipeline.
import { resolve } from "node:path";
import * as z from "zod";
import { type Problem, quotedValue } from "../errors";
import { placeOfMistake } from "../json-place";
import { durationMs } from "../sections/fields";
import { readTextFile } from "../yaml-file";
import { mayLiveOn, type ValidModel } from "./unchecked-config";

/**
 * The problems of a model by itself, as far as the keys that a check needs are valid.
 * @param directory folder of the configuration, which the files that it names are relative to
 */
export function modelProblems(model: ValidModel, models: readonly ValidModel[], directory: string): Problem[] {
  return [
    ...retentionProblems(model),
    ...budgetProblems(model),
    ...backoffProblems(model),
    ...deferralProblems(model),
    ...(mayLiveOn("aws", model) ? definitionProblems(model, models, directory) : []),
  ];
}

function retentionProblems({ name, batch: { window, dedupeHorizon, retention } }: ValidModel): Problem[] {
  if (retention === undefined) return [];
  const problem = (key: "dedupeHorizon" | "window", value: string, most: string): Problem => ({
    path: ["models", name, "batch", key],
    message: `got ${quotedValue(value)}; expected at most ${most}, ${retention}; shorten it, or lengthen retention`,
  });
  return [
    ...(dedupeHorizon !== undefined && durationMs(dedupeHorizon) > durationMs(retention)
      ? [problem("dedupeHorizon", dedupeHorizon, "the retention")]
      : []),
    ...(window !== undefined && window !== "never" && durationMs(window) > durationMs(retention) / 4
      ? [problem("window", window, "a quarter of the retention")]
      : []),
  ];
}

/** A run that no budget can pay for never starts, however long it waits. */
function budgetProblems({ name, policy }: ValidModel): Problem[] {
  const { cost, minNewObjects } = policy;
  if (cost === undefined || minNewObjects === undefined) return [];
  const leastUsd = cost.baseUsd + cost.perObjectUsd * minNewObjects;
  const terms = `cost.baseUsd${cost.perObjectUsd * minNewObjects > 0 ? " + cost.perObjectUsd x minNewObjects" : ""}`;
  return (["dailyBudgetUsd", "monthlyBudgetUsd"] as const).flatMap((key) => {
    const budgetUsd = policy[key];
    if (budgetUsd === undefined || leastUsd <= budgetUsd) return [];
    return {
      path: ["models", name, "policy", key],
      message: `got ${budgetUsd}, with which no training can start, because every training is estimated to cost at least ${leastUsd} (${terms}); expected at least that; raise the budget, or lower the estimate`,
    };
  });
}

function backoffProblems({ name, policy: { backoff } }: ValidModel): Problem[] {
  if (backoff === undefined || durationMs(backoff.delay) <= durationMs(backoff.maxDelay)) return [];
  const message = `got ${quotedValue(backoff.delay)}; expected at most maxDelay, ${backoff.maxDelay}; shorten it, or lengthen maxDelay`;
  return [{ path: ["models", name, "policy", "backoff", "delay"], message }];
}

/** A request must outlast every wait that the policy itself causes, and its manifests must outlast the request. */
function deferralProblems({ name, policy: { cooldown, backoff, deferralExpires }, batch: { retention } }: ValidModel): Problem[] {
  if (deferralExpires === undefined) return [];
  const path = ["models", name, "policy", "deferralExpires"];
  const waits = { cooldown, "backoff.maxDelay": backoff?.maxDelay };
  const tooShort = Object.entries(waits).flatMap(([wait, length]) => {
    if (length === undefined || durationMs(length) <= durationMs(deferralExpires)) return [];
    const message = `got ${quotedValue(deferralExpires)}; expected at least ${wait}, ${length}, or a request that waits for it expires first; lengthen it, or shorten ${wait}`;
    return { path, message };
  });
  if (retention === undefined || durationMs(deferralExpires) <= durationMs(retention)) return tooShort;
  const message = `got ${quotedValue(deferralExpires)}; expected at most batch.retention, ${retention}, after which the manifests of a waiting request are removed; shorten it, or lengthen retention`;
  return [...tooShort, { path, message }];
}

function definitionProblems(model: ValidModel, models: readonly ValidModel[], directory: string): Problem[] {
  const { name, pipeline } = model;
  const { definitionFile, roleArn } = pipeline;
  const path = ["models", name, "pipeline", "definitionFile"];
  if (definitionFile === undefined) {
    if (roleArn === undefined) return [];
    const message = "got a role without definitionFile; expected both, to create the pipeline, or neither, for one that exists";
    return [{ path: ["models", name, "pipeline", "roleArn"], message }];
  }
  const problems: Problem[] = definitionMistakes(resolve(directory, definitionFile), startedWith(model)).map((mistake) => ({
    path,
    message: `${quotedValue(definitionFile)} ${mistake}`,
  }));
  if (roleArn === undefined) {
    const message = `got ${quotedValue(definitionFile)} without roleArn; expected both, to create the pipeline, or neither, for one that exists`;
    problems.push({ path, message });
  }
  const first = models.find((other) => other.pipeline.definitionFile !== undefined && other.pipeline.name === pipeline.name);
  if (pipeline.name !== undefined && first !== undefined && first.name !== name) {
    const message = `creates pipeline ${pipeline.name}, as model ${first.name} does; expected one definitionFile for it; leave the others out`;
    problems.push({ path, message });
  }
  return problems;
}

/** The names of all parameters that a request or a direct schedule starts the pipeline with. */
function startedWith({ hasData, pipeline: { parameters = {} }, directParameters }: ValidModel): string[] {
  return [...new Set([...(hasData ? Object.keys(parameters) : []), ...directParameters])];
}

const definitionSchema = z.object({
  Parameters: z.array(z.object({ Name: z.string() })).default([]),
});

/** What is wrong with a pipeline definition file, given the names that the pipeline is started with; empty when nothing is. */
function definitionMistakes(path: string, startedWith: readonly string[]): string[] {
  const read = readTextFile(path);
  if (!read.isRead) {
    return [`cannot be read (${read.refusal}); expected a readable file at this path, relative to the configuration`];
  }
  let json: unknown;
  try {
    json = JSON.parse(read.text);
  } catch {
    return [
      `is not JSON, in ${placeOfMistake(read.text)}; expected a pipeline definition, as pipeline.definition() of the SageMaker SDK prints it`,
    ];
  }
  const parsed = definitionSchema.safeParse(json);
  if (!parsed.success) return ['is not a pipeline definition; expected a mapping with "Parameters": [{"Name": …}, …]'];
  const declared = parsed.data.Parameters.map(({ Name }) => Name);
  return startedWith
    .filter((name) => !declared.includes(name))
    .map(
      (name) =>
        `does not declare the parameter ${quotedValue(name)}; declare it, or start the pipeline with: ${declared.join(", ") || "none"}`,
    );
}
