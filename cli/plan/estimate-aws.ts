import type { ModelSettings } from "../../functions/core/model-settings";
import { AWS_PRICES, POLLS_A_MINUTE } from "./aws-prices";
import { type CostItem, costItem } from "./estimate";
import { firesAMonth } from "./fires";
import { OBJECTS, TRAININGS, tickCost } from "./measured";
import { seriesIn, type WatchedSeries } from "./metric-series";
import { HOURS_A_MONTH, MINUTES_A_MONTH } from "./price";
import { promotionTurns, turnsBasis } from "./promotion-turns";
import { type Block, blockNamed, blocksOf, numberIn, type Resources, referredName, textIn } from "./synthesise";

const TICK_FIGURES = "measured: npm run bench -- ticks, docs/plan.md";
const TRAINING_FIGURES = "measured: npm run bench -- plan, docs/plan.md";
const OBJECT_FIGURES = "measured: npm run bench -- dynamodb, docs/figures.md; ten objects an invocation";
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const BYTES_A_READ_UNIT = 4_096;
const MEBIBYTES_A_GB = 1_024;
const DAYS_A_MONTH = HOURS_A_MONTH / 24;

/** No account was measured: a decision waits for some calls and may start cold, an append of objects is two or three calls. */
const SECONDS = { coordinator: 1, batcher: 0.1 } as const;

/**
 * What a stack on AWS costs a month while nothing happens.
 * @param models that it coordinates
 */
export function awsAtRest(resources: Resources, models: readonly ModelSettings[], series: WatchedSeries): CostItem[] {
  const count = models.length;
  return [
    ...(count === 0 ? [] : metrics(series)),
    ...watching(resources),
    ...schedules(resources, count),
    ...polling(resources),
    ...(count === 0 ? [] : sweeping(resources, count)),
    ...promoting(resources, models),
  ];
}

function metrics({ ofModels, ofDeployment }: WatchedSeries): CostItem[] {
  const [own, common] = [seriesIn(ofModels), seriesIn(ofDeployment)];
  const basis = `${own} of models and ${common} of the deployment that have values every hour`;
  return [costItem("custom metrics", AWS_PRICES.metric, own + common, basis)];
}

function watching(resources: Resources): CostItem[] {
  const alarms = blocksOf(resources, "aws_cloudwatch_metric_alarm");
  const looks = alarms.reduce((sum, alarm) => sum + metricsOfAlarm(alarm), 0);
  const basis = `${alarms.length} alarms, each paid for by the metrics it looks at`;
  return [
    ...(alarms.length === 0 ? [] : [costItem("alarms", AWS_PRICES.alarmMetric, looks, basis, "aws_cloudwatch_metric_alarm")]),
    ...counted("composite alarms", "compositeAlarm", resources, "aws_cloudwatch_composite_alarm"),
    ...counted("dashboards", "dashboard", resources, "aws_cloudwatch_dashboard"),
    ...counted("KMS keys", "key", resources, "aws_kms_key"),
  ];
}

/** An alarm looks at one metric, or at those of its queries that are no expressions. */
function metricsOfAlarm({ metric_query: queries }: Block): number {
  return Array.isArray(queries) ? queries.filter((query) => Object.hasOwn(Object(query), "metric")).length : 1;
}

function counted(item: string, price: keyof typeof AWS_PRICES, resources: Resources, type: string): CostItem[] {
  const count = blocksOf(resources, type).length;
  return count === 0 ? [] : [costItem(item, AWS_PRICES[price], count, "as many as are made", type)];
}

/** Invocations by the scheduler, and of the functions that it invokes; a training by a schedule is none at rest. */
function schedules(resources: Resources, models: number): CostItem[] {
  const all = blocksOf(resources, "aws_scheduler_schedule").map((block) => ({
    fires: firesAMonth(textIn(block, "schedule_expression")),
    memory: memoryOf(resources, referredName(Object(block.target), "arn", "aws_lambda_function")),
  }));
  if (all.length === 0) return [];
  const ticks = all.flatMap(({ fires, memory }) => (memory === undefined ? [] : [{ fires, memory }]));
  const { seconds } = tickCost("aws", Math.max(1, models));
  const invocations = ticks.reduce((sum, { fires }) => sum + fires, 0);
  const gbSeconds = ticks.reduce((sum, { fires, memory }) => sum + (fires * memory * seconds) / MEBIBYTES_A_GB, 0);
  const fired = all.reduce((sum, { fires }) => sum + fires, 0);
  const basis = `${all.length} schedules by their expressions`;
  const items = [costItem("schedules", AWS_PRICES.schedulerInvocation, fired, basis, "aws_scheduler_schedule")];
  if (ticks.length === 0) return items;
  return [
    ...items,
    costItem("functions invoked by schedules", AWS_PRICES.lambdaRequest, invocations, basis),
    costItem(
      "time of scheduled functions",
      AWS_PRICES.lambdaSecond,
      gbSeconds,
      `each as long as a tick of the sweeper; ${TICK_FIGURES}`,
    ),
  ];
}

/** MiB of a function; undefined where a schedule invokes none. */
function memoryOf(resources: Resources, name: string | undefined): number | undefined {
  const block = blockNamed(resources, "aws_lambda_function", name);
  return block && numberIn(block, "memory_size");
}

/** Lambda receives from the queues of its functions all the time, and each receive is paid for. */
function polling(resources: Resources): CostItem[] {
  const polled = blocksOf(resources, "aws_lambda_event_source_mapping").map((mapping) => {
    const name = referredName(mapping, "event_source_arn", "aws_sqs_queue");
    return blockNamed(resources, "aws_sqs_queue", name)?.fifo_queue === true;
  });
  const of = "aws_lambda_event_source_mapping";
  return [
    { item: "Lambda's polls of standard queues", price: AWS_PRICES.queueRequest, count: polled.filter((isFifo) => !isFifo).length },
    { item: "Lambda's polls of FIFO queues", price: AWS_PRICES.fifoQueueRequest, count: polled.filter((isFifo) => isFifo).length },
  ].flatMap(({ item, price, count }) => {
    const basis = `${count} queues, ${POLLS_A_MINUTE} receives a minute each: five pollers of 20 seconds`;
    return count === 0 ? [] : [costItem(item, price, count * POLLS_A_MINUTE * MINUTES_A_MONTH, basis, of)];
  });
}

function sweeping(resources: Resources, models: number): CostItem[] {
  const { reads, logBytes } = tickCost("aws", models);
  const logged = logBytes * MINUTES_A_MONTH;
  const groups = blocksOf(resources, "aws_cloudwatch_log_group");
  const keptDays = Math.max(0, ...groups.map((group) => numberIn(group, "retention_in_days") ?? 0));
  return [
    costItem("reads of the sweeper", AWS_PRICES.readUnit, reads * MINUTES_A_MONTH, TICK_FIGURES),
    costItem("log of the sweeper", AWS_PRICES.logs, logged, `${TICK_FIGURES}; without Lambda's own lines`),
    costItem("stored log", AWS_PRICES.logStorage, (logged * keptDays) / DAYS_A_MONTH, `${keptDays} days, uncompressed`),
  ];
}

/** A state of 4 KiB is read strongly consistently, for a unit; settings are one query, for half a unit of 4 KiB of all rows. */
function promoting(resources: Resources, models: readonly ModelSettings[]): CostItem[] {
  const names = blocksOf(resources, "aws_lambda_function").map((block) => textIn(block, "function_name"));
  const turns = promotionTurns(names, models);
  if (turns.functions === 0) return [];
  const reads = turns.promoted + Math.ceil(turns.settingsBytes / BYTES_A_READ_UNIT) / 2;
  const basis = `${turnsBasis(turns)}; states of at most 4 KiB`;
  return [costItem("reads of promotion", AWS_PRICES.readUnit, turns.functions * reads * MINUTES_A_MONTH, basis)];
}

/** What Retrigger itself costs for a training, from its request to the end of its run. */
export function awsPerTraining(resources: Resources, { ofTraining }: WatchedSeries): CostItem[] {
  const { writes, reads, logBytes } = TRAININGS.aws;
  const memory = functionMemory(resources, "coordinator");
  return [
    costItem(
      "custom metrics for an hour",
      AWS_PRICES.metric,
      seriesIn(ofTraining) / HOURS_A_MONTH,
      `${seriesIn(ofTraining)} series of the training's events`,
    ),
    costItem("state writes", AWS_PRICES.writeUnit, writes, TRAINING_FIGURES),
    costItem("state reads", AWS_PRICES.readUnit, reads, TRAINING_FIGURES),
    costItem("log", AWS_PRICES.logs, logBytes, TRAINING_FIGURES),
    costItem(
      "requests of the queue",
      AWS_PRICES.fifoQueueRequest,
      6,
      "its request and its end: each is sent, received and deleted",
    ),
    costItem("invocations of the coordinator", AWS_PRICES.lambdaRequest, 2, "its request and its end"),
    costItem(
      "time of the coordinator",
      AWS_PRICES.lambdaSecond,
      (2 * SECONDS.coordinator * memory) / MEBIBYTES_A_GB,
      assumed("coordinator"),
    ),
  ];
}

/** What Retrigger itself costs for 1,000 landed objects, until their batch is published. */
export function awsPerThousandObjects(resources: Resources): CostItem[] {
  const { perInvocation, writes, reads } = OBJECTS.aws;
  const invocations = 1_000 / perInvocation;
  const memory = functionMemory(resources, "batcher");
  return [
    costItem("state writes", AWS_PRICES.writeUnit, writes * 1_000, OBJECT_FIGURES),
    costItem("state reads", AWS_PRICES.readUnit, reads * 1_000, OBJECT_FIGURES),
    costItem(
      "requests of the queue",
      AWS_PRICES.queueRequest,
      1_000 + 2 * invocations,
      "each object is sent; ten are received, and deleted, together",
    ),
    costItem("invocations of the batcher", AWS_PRICES.lambdaRequest, invocations, "ten objects each"),
    costItem(
      "time of the batcher",
      AWS_PRICES.lambdaSecond,
      (invocations * SECONDS.batcher * memory) / MEBIBYTES_A_GB,
      assumed("batcher"),
    ),
  ];
}

/** MiB of the function of a role. */
function functionMemory(resources: Resources, role: string): number {
  const block = blocksOf(resources, "aws_lambda_function").find((one) => textIn(one, "function_name").endsWith(`-${role}`));
  return (block && numberIn(block, "memory_size")) ?? 0;
}

function assumed(role: keyof typeof SECONDS): string {
  return `taken as ${SECONDS[role]} s each; not measured in an account`;
}
