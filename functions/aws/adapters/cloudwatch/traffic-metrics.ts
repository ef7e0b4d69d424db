import {
  type CloudWatchClient,
  CloudWatchServiceException,
  GetMetricDataCommand,
  type GetMetricDataOutput,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { RetryableError } from "../../../core/errors";
import { plainLine } from "../../../core/plain-text";
import { WINDOW_MS } from "../../../core/promotion/rollout/evidence/counted-window";
import type { SeenWindow, TrafficMetrics, VariantCounts, WindowSpan } from "../../../core/promotion/rollout/ports";
import type { RolloutSettings } from "../../../core/promotion/rollout/rollout-settings";
import { candidateVariant, onSageMaker, sageMakerSettings } from "../sagemaker/endpoint-order";
import { PASSING_CODES } from "../sagemaker/sagemaker-refusal";

/** What is counted of a variant; each is the sum over a window. */
const COUNTS = ["requests", "errors", "business"] as const;
type Count = (typeof COUNTS)[number];

/** https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html: 1 for each request, and for each error of a model. */
const METRICS = { requests: "Invocations", errors: "InvocationModelErrors" } as const;

/** Most pages of one look: one holds 100,800 values, and 7 days have 2,016 windows. */
const MAX_PAGES = 50;

/**
 * `TrafficMetrics` of SageMaker endpoints from CloudWatch, by the name of the endpoint and of the variant; a shadow has its own.
 * A window without a value is not one with zero: no request, or none reported yet. Latency is not compared: whether CloudWatch
 * counts requests above a latency for these metrics is not documented, so `slow` and `p95Ms` are absent. Where SageMaker shifts the
 * traffic itself (`native`), both models have one variant name, and nothing is counted.
 */
export function cloudWatchTrafficMetrics(client: CloudWatchClient): TrafficMetrics {
  return {
    async read({ settings, champion }, span) {
      const { variant } = onSageMaker(champion);
      return windowsOf(client, settings, span, { champion: variant, candidate: candidateVariant(variant) });
    },

    async history(settings, champion, span) {
      return { windows: await windowsOf(client, settings, span, { champion: onSageMaker(champion).variant }) };
    },
  };
}

/** Names of the variants to count. */
type Variants = { readonly champion: string; readonly candidate?: string };

async function windowsOf(
  client: CloudWatchClient,
  settings: RolloutSettings,
  span: WindowSpan,
  variants: Variants,
): Promise<readonly SeenWindow[]> {
  const starts = windowStarts(span);
  if (starts.length === 0 || sageMakerSettings(settings).native !== undefined) return starts.map((at) => ({ at }));
  const queries = queriesOf(settings, variants);
  const values = await metricValues(client, settings.endpoint, queries, span);
  return starts.map((at) => {
    const champion = countsOf("champion", at, values);
    const candidate = countsOf("candidate", at, values);
    return { at, ...(champion !== undefined && { champion }), ...(candidate !== undefined && { candidate }) };
  });
}

/** @throws Error for a span of no whole windows */
function windowStarts({ from, until }: WindowSpan): number[] {
  if (from % WINDOW_MS !== 0 || until % WINDOW_MS !== 0) {
    throw new Error(`got the span ${from} to ${until}; expected multiples of ${WINDOW_MS} ms`);
  }
  return Array.from({ length: Math.max(0, (until - from) / WINDOW_MS) }, (_, index) => from + index * WINDOW_MS);
}

const queryId = (side: string, count: Count) => `${side}_${count}`;

function queriesOf({ endpoint, business }: RolloutSettings, variants: Variants): MetricDataQuery[] {
  if (business !== undefined && business.namespace === undefined) {
    throw new Error(
      `the business metric ${business.metric} of the endpoint ${endpoint} has no namespace; deploy the settings again`,
    );
  }
  return Object.entries(variants).flatMap(([side, variant]) => {
    const Dimensions = [
      { Name: "EndpointName", Value: endpoint },
      { Name: "VariantName", Value: variant },
    ];
    const query = (count: Count, Namespace: string, MetricName: string): MetricDataQuery => ({
      Id: queryId(side, count),
      MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: WINDOW_MS / 1000, Stat: "Sum" },
    });
    return [
      query("requests", "AWS/SageMaker", METRICS.requests),
      query("errors", "AWS/SageMaker", METRICS.errors),
      ...(business?.namespace === undefined ? [] : [query("business", business.namespace, business.metric)]),
    ];
  });
}

/** By the id of a query, then by the beginning of a window. */
type MetricValues = ReadonlyMap<string, ReadonlyMap<number, number>>;

type Statuses = Map<string, { readonly status: string | undefined; readonly note: string | undefined }>;

async function metricValues(
  client: CloudWatchClient,
  endpoint: string,
  queries: MetricDataQuery[],
  { from, until }: WindowSpan,
): Promise<MetricValues> {
  const values = new Map<string, Map<number, number>>();
  /** What CloudWatch last said of a query: part of its values come with a later page. */
  const statuses: Statuses = new Map();
  let token: string | undefined;
  for (let pages = 0; ; pages++) {
    const command = new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(from),
      EndTime: new Date(until),
      ScanBy: "TimestampAscending",
      ...(token !== undefined && { NextToken: token }),
    });
    const page = await client.send(command).catch(refused(endpoint));
    addPage(page, values, statuses);
    token = page.NextToken;
    if (token === undefined) break;
    if (pages + 1 === MAX_PAGES)
      throw new RetryableError(`the metrics of the endpoint ${endpoint} have no end after ${MAX_PAGES} pages`);
  }
  for (const { Id = "" } of queries) {
    const { status = "nothing", note = "" } = statuses.get(Id) ?? {};
    if (status === "Complete") continue;
    throw new RetryableError(`CloudWatch said ${status}${note} of ${Id} of the endpoint ${endpoint}; it can be asked again later`);
  }
  return values;
}

function addPage(
  { MetricDataResults = [], Messages = [] }: GetMetricDataOutput,
  values: Map<string, Map<number, number>>,
  statuses: Statuses,
): void {
  const [message] = Messages;
  if (message !== undefined) {
    throw new RetryableError(plainLine(`CloudWatch did not count all: ${message.Code ?? ""} ${message.Value ?? ""}`, 300));
  }
  for (const { Id = "", Timestamps = [], Values = [], StatusCode, Messages: notes = [] } of MetricDataResults) {
    const known = values.get(Id) ?? new Map<number, number>();
    values.set(Id, known);
    for (const [index, time] of Timestamps.entries()) {
      const value = Values[index];
      if (value === undefined || !Number.isFinite(value)) throw new Error(`CloudWatch gave ${value} for ${Id}; expected a number`);
      known.set(time.getTime(), value);
    }
    const [note] = notes;
    statuses.set(Id, { status: StatusCode, note: note && plainLine(` (${note.Code}: ${note.Value})`, 300) });
  }
}

/**
 * Undefined for a variant without any request that was reported. Both counts are metrics of their own, and of a slow answer the
 * error may come in the window after its request: one has no more errors than requests.
 */
function countsOf(side: string, at: number, values: MetricValues): VariantCounts | undefined {
  const sumOf = (count: Count) => values.get(queryId(side, count))?.get(at);
  const [requests, errors, business] = COUNTS.map(sumOf);
  if (requests === undefined) return undefined;
  const asked = wholeCount(requests);
  return {
    requests: asked,
    ...(errors !== undefined && { errors: Math.min(asked, wholeCount(errors)) }),
    ...(business !== undefined && { business }),
  };
}

function wholeCount(value: number): number {
  if (value < 0) throw new Error(`CloudWatch counted ${value}; expected 0 or more`);
  return Math.round(value);
}

function refused(endpoint: string): (error: unknown) => never {
  return (error) => {
    const what = `the metrics of the endpoint ${endpoint}`;
    if (!(error instanceof CloudWatchServiceException) || error.$fault === "server" || PASSING_CODES.has(error.name)) {
      throw new RetryableError(`${what} could not be read; it can be tried again later`, { cause: error });
    }
    const remedy = "check that the function's role may use cloudwatch:GetMetricData";
    throw new Error(`CloudWatch refused to tell ${what} (${error.name}: ${error.message}); ${remedy}`, { cause: error });
  };
}
