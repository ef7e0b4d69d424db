import * as z from "zod/mini";
import { RetryableError } from "../../../core/errors";
import { plainLine, withoutSecrets } from "../../../core/plain-text";
import { WINDOW_MS } from "../../../core/promotion/rollout/evidence/counted-window";
import type { WindowSpan } from "../../../core/promotion/rollout/ports";
import { type GoogleRest, jsonAnswer } from "../google-rest";
import { distributionSchema, realSchema, wholeSchema } from "./latency-buckets";

const MAX_PAGES = 100;

const pointSchema = z.object({
  interval: z.object({
    /** An aligned point stands at the end of its period, and a period is a window. */
    endTime: z.pipe(
      z.pipe(z.string(), z.transform(Date.parse)),
      z.int().check(z.refine((time) => time % WINDOW_MS === 0, { error: "expected the end of five minutes" })),
    ),
  }),
  value: z.object({
    int64Value: z.optional(wholeSchema),
    doubleValue: z.optional(realSchema),
    distributionValue: z.optional(distributionSchema),
  }),
});

const seriesSchema = z.object({
  metric: z._default(z.object({ labels: z._default(z.record(z.string(), z.string()), {}) }), { labels: {} }),
  points: z._default(z.array(pointSchema), []),
});

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
const listSchema = z.object({
  timeSeries: z._default(z.array(seriesSchema), []),
  /** Why series may be missing from what is listed. */
  executionErrors: z._default(z.array(z.object({ message: z._default(z.string(), "") })), []),
  nextPageToken: z.optional(z.string()),
});

const MAX_WORDS = 500;

/** What is asked of a metric. */
export interface SeriesQuery {
  readonly project: string;
  /** In the language of https://cloud.google.com/monitoring/api/v3/filters */
  readonly filter: string;
  /** Labels of the metric that series are kept apart by. */
  readonly labels: readonly string[];
  readonly span: WindowSpan;
}

/** A sum of one window. */
export interface WindowPoint {
  /** The window's beginning, epoch milliseconds. */
  readonly at: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: z.output<typeof pointSchema>["value"];
}

/**
 * Sums of a metric in the windows of a span; a window without data has no point, as ALIGN_SUM, unlike ALIGN_DELTA, interpolates
 * nothing. Rejects with RetryableError where not all series could be read, as those that are missing would count as 0.
 *
 * An interval that is read leaves its start out and its end in, and periods end at a multiple of five minutes as it does:
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeInterval
 */
export async function readWindowSums(rest: GoogleRest, address: string, query: SeriesQuery): Promise<WindowPoint[]> {
  const { project, filter, labels, span } = query;
  const what = `reading the time series of ${filter}`;
  const points: WindowPoint[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const parameters = new URLSearchParams([
      ["filter", filter],
      ["interval.startTime", new Date(span.from).toISOString()],
      ["interval.endTime", new Date(span.until).toISOString()],
      ["aggregation.alignmentPeriod", `${WINDOW_MS / 1000}s`],
      ["aggregation.perSeriesAligner", "ALIGN_SUM"],
      ["aggregation.crossSeriesReducer", "REDUCE_SUM"],
      ...labels.map((label) => ["aggregation.groupByFields", `metric.labels.${label}`] as [string, string]),
      ...(pageToken ? [["pageToken", pageToken] as [string, string]] : []),
    ]);
    const { body } = await rest({ what, method: "GET", url: `${address}/v3/projects/${project}/timeSeries?${parameters}` });
    const { timeSeries, executionErrors, nextPageToken } = jsonAnswer(what, listSchema, body);
    const [failed] = executionErrors;
    if (failed !== undefined) {
      const words = plainLine(withoutSecrets(failed.message.slice(0, 4 * MAX_WORDS)), MAX_WORDS);
      throw new RetryableError(`${what} got a part of them only (${words}); it can be tried again later`);
    }
    for (const { metric, points: found } of timeSeries)
      for (const { interval, value } of found) points.push({ at: interval.endTime - WINDOW_MS, labels: metric.labels, value });
    if (!nextPageToken) return points;
    pageToken = nextPageToken;
  }
  throw new Error(`${what} got more than ${MAX_PAGES} pages; ask for a shorter span`);
}
