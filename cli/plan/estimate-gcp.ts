import { toldEveryMin } from "../../functions/core/log/model-state";
import type { ModelSettings } from "../../functions/core/model-settings";
import { type CostItem, costItem } from "./estimate";
import { firesAMonth } from "./fires";
import { DEFAULT_CPUS, GCP_PRICES, LEAST_MESSAGE_BYTES, LOOKS_A_MINUTE, METRIC_BYTES, RUN_STEP_SEC } from "./gcp-prices";
import { OBJECTS, TRAININGS, tickCost } from "./measured";
import { type SeriesCount, seriesIn, type WatchedSeries } from "./metric-series";
import { MINUTES_A_MONTH } from "./price";
import { promotionTurns, turnsBasis } from "./promotion-turns";
import { type Block, blockNamed, blocksOf, type Resources, referredName, textIn } from "./synthesise";

const TICK_FIGURES = "measured: npm run bench -- ticks, docs/plan.md";
const TRAINING_FIGURES = "measured: npm run bench -- plan, docs/plan.md";
const OBJECT_FIGURES = "measured: npm run bench -- firestore, docs/figures.md; one object a message";

/** No project was measured: a decision waits for some calls and may start cold, an append of an object is two or three calls. */
const SECONDS = { coordinator: 1, batcher: 0.1 } as const;

/**
 * What a stack on Google Cloud costs a month while nothing happens.
 * @param models that it coordinates
 */
export function gcpAtRest(resources: Resources, models: readonly ModelSettings[], series: WatchedSeries): CostItem[] {
  const count = models.length;
  return [
    ...(count === 0 ? [] : metrics(count, series)),
    ...watching(resources, series),
    ...schedules(resources, count),
    ...(count === 0 ? [] : sweeping(count)),
    ...promoting(resources, models),
  ];
}

/** Values are paid for by their bytes; those of a sweep come every minute, those of a model by turns. */
function metrics(models: number, { ofModels, ofDeployment }: WatchedSeries): CostItem[] {
  const every = toldEveryMin(models);
  const bytes = (bytesOf(ofModels) / every + bytesOf(ofDeployment)) * MINUTES_A_MONTH;
  const turns = every === 1 ? "each minute" : `every ${every} minutes`;
  const basis = `${seriesIn(ofModels)} series of models ${turns}, ${seriesIn(ofDeployment)} of the deployment each minute`;
  return [costItem("values of log-based metrics", GCP_PRICES.metricBytes, bytes, basis, "google_logging_metric")];
}

/** Of one value of each series. */
function bytesOf({ numbers, counts }: SeriesCount): number {
  return numbers * METRIC_BYTES.distribution + counts * METRIC_BYTES.count;
}

function watching(resources: Resources, { ofAlarms }: WatchedSeries): CostItem[] {
  const policies = blocksOf(resources, "google_monitoring_alert_policy");
  if (policies.length === 0) return [];
  const conditions = policies.reduce((sum, { conditions }) => sum + (Array.isArray(conditions) ? conditions.length : 0), 0);
  const looks = ofAlarms * LOOKS_A_MINUTE * MINUTES_A_MONTH;
  return [
    costItem(
      "conditions of alert policies",
      GCP_PRICES.condition,
      conditions,
      `of ${policies.length} policies`,
      "google_monitoring_alert_policy",
    ),
    costItem(
      "series of alert conditions",
      GCP_PRICES.alertSeries,
      looks,
      `at most ${ofAlarms} series, each looked at every 30 seconds`,
    ),
  ];
}

/** Jobs, the messages that they send, and the functions that take them; a training by a schedule is none at rest. */
function schedules(resources: Resources, models: number): CostItem[] {
  const jobs = blocksOf(resources, "google_cloud_scheduler_job");
  if (jobs.length === 0) return [];
  const ticks = jobs.flatMap((job) => {
    const taker = takerOf(resources, referredName(firstOf(job.pubsub_target), "topic_name", "google_pubsub_topic"));
    // The coordinator is asked for a training, and the launcher starts one.
    const isTick = taker !== undefined && !/-(?:coordinator|launcher)$/.test(textIn(taker, "name"));
    return isTick ? [{ fires: firesAMonth(textIn(job, "schedule")), ...sizeOf(taker) }] : [];
  });
  const job = costItem("scheduler jobs", GCP_PRICES.schedulerJob, jobs.length, "as many as are made", "google_cloud_scheduler_job");
  if (ticks.length === 0) return [job];
  const { seconds } = tickCost("gcp", Math.max(1, models));
  const billed = Math.ceil(seconds / RUN_STEP_SEC) * RUN_STEP_SEC;
  const sum = (of: (tick: (typeof ticks)[number]) => number) => ticks.reduce((total, tick) => total + tick.fires * of(tick), 0);
  const time = `each as long as a tick of the sweeper, in steps of 100 ms; ${TICK_FIGURES}`;
  const messages = "sent and pushed, 1,000 bytes each";
  return [
    job,
    costItem(
      "messages of the jobs",
      GCP_PRICES.messageBytes,
      sum(() => 2 * LEAST_MESSAGE_BYTES),
      messages,
    ),
    costItem(
      "requests by scheduler jobs",
      GCP_PRICES.runRequest,
      sum(() => 1),
      "one for each message",
    ),
    costItem(
      "CPU of scheduled functions",
      GCP_PRICES.cpuSecond,
      sum(({ cpus }) => cpus * billed),
      time,
    ),
    costItem(
      "memory of scheduled functions",
      GCP_PRICES.memorySecond,
      sum(({ gibibytes }) => gibibytes * billed),
      time,
    ),
  ];
}

/** The function that the messages of a topic are pushed to. */
function takerOf(resources: Resources, topic: string | undefined): Block | undefined {
  const subscription = blocksOf(resources, "google_pubsub_subscription").find(
    (one) => topic !== undefined && referredName(one, "topic", "google_pubsub_topic") === topic && one.push_config !== undefined,
  );
  const name = subscription && referredName(firstOf(subscription.push_config), "push_endpoint", "google_cloudfunctions2_function");
  return blockNamed(resources, "google_cloudfunctions2_function", name);
}

/** The function of a role. */
function functionOf(resources: Resources, role: string): Block {
  const all = blocksOf(resources, "google_cloudfunctions2_function");
  return all.find((one) => textIn(one, "name").endsWith(`-${role}`)) ?? {};
}

interface Size {
  readonly cpus: number;
  readonly gibibytes: number;
}

/** Without a configured CPU, a function has that of the next size of memory. */
function sizeOf(block: Block): Size {
  const config = firstOf(block.service_config);
  const mebibytes = Number.parseInt(textIn(config, "available_memory"), 10) || 0;
  const [, byMemory = 1] = DEFAULT_CPUS.find(([size]) => size >= mebibytes) ?? [];
  return { cpus: Number(textIn(config, "available_cpu")) || byMemory, gibibytes: mebibytes / 1_024 };
}

/** A block of which there is one, as Terraform's JSON has it: alone or in a list. */
function firstOf(value: unknown): Block {
  const [first = {}] = Array.isArray(value) ? value : [value];
  return Object(first);
}

function sweeping(models: number): CostItem[] {
  const { reads, logBytes } = tickCost("gcp", models);
  return [
    costItem("reads of the sweeper", GCP_PRICES.documentRead, reads * MINUTES_A_MONTH, TICK_FIGURES),
    costItem("log of the sweeper", GCP_PRICES.logs, logBytes * MINUTES_A_MONTH, `${TICK_FIGURES}; without Cloud Run's own lines`),
  ];
}

/** A document for each state and each model's settings. */
function promoting(resources: Resources, models: readonly ModelSettings[]): CostItem[] {
  const names = blocksOf(resources, "google_cloudfunctions2_function").map((block) => textIn(block, "name"));
  const turns = promotionTurns(names, models);
  if (turns.functions === 0) return [];
  const reads = turns.functions * (turns.promoted + turns.models) * MINUTES_A_MONTH;
  return [costItem("reads of promotion", GCP_PRICES.documentRead, reads, turnsBasis(turns))];
}

/** What Retrigger itself costs for a training, from its request to the end of its run. */
export function gcpPerTraining(resources: Resources, { ofTraining }: WatchedSeries): CostItem[] {
  const { writes, reads, logBytes } = TRAININGS.gcp;
  const metricBasis = `${seriesIn(ofTraining)} values of the training's events`;
  return [
    costItem("values of log-based metrics", GCP_PRICES.metricBytes, bytesOf(ofTraining), metricBasis),
    costItem("document writes", GCP_PRICES.documentWrite, writes, TRAINING_FIGURES),
    costItem("document reads", GCP_PRICES.documentRead, reads, TRAINING_FIGURES),
    costItem("log", GCP_PRICES.logs, logBytes, TRAINING_FIGURES),
    costItem("messages", GCP_PRICES.messageBytes, 2 * 2 * LEAST_MESSAGE_BYTES, "its request and its end, sent and pushed"),
    ...invocations("coordinator", 2, sizeOf(functionOf(resources, "coordinator"))),
  ];
}

/** What Retrigger itself costs for 1,000 landed objects, until their batch is published. */
export function gcpPerThousandObjects(resources: Resources): CostItem[] {
  const { perInvocation, writes, reads, deletes } = OBJECTS.gcp;
  const pushes = 1_000 / perInvocation;
  return [
    costItem("document writes", GCP_PRICES.documentWrite, writes * 1_000, OBJECT_FIGURES),
    costItem("document reads", GCP_PRICES.documentRead, reads * 1_000, OBJECT_FIGURES),
    costItem("document deletes", GCP_PRICES.documentDelete, deletes * 1_000, OBJECT_FIGURES),
    costItem("messages", GCP_PRICES.messageBytes, 1_000 * 2 * LEAST_MESSAGE_BYTES, "each object is sent, and pushed alone"),
    ...invocations("batcher", pushes, sizeOf(functionOf(resources, "batcher"))),
  ];
}

function invocations(role: keyof typeof SECONDS, count: number, { cpus, gibibytes }: Size): CostItem[] {
  const seconds = count * SECONDS[role];
  const basis = `taken as ${SECONDS[role]} s each; not measured in a project`;
  return [
    costItem(`requests of the ${role}`, GCP_PRICES.runRequest, count, "one for each message"),
    costItem(`CPU of the ${role}`, GCP_PRICES.cpuSecond, seconds * cpus, basis),
    costItem(`memory of the ${role}`, GCP_PRICES.memorySecond, seconds * gibibytes, basis),
  ];
}
