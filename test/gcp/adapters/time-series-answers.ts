import type { Answer, Received } from "../../aws/adapters/loopback-server";
import { googleError, jsonAnswer } from "./google-server";

/** What a deployed model answered in a minute. */
export interface CountedMinute {
  /** Its beginning, epoch milliseconds. */
  readonly at: number;
  readonly model: string;
  readonly requests: number;
  readonly errors: number;
}

const WINDOW_MS = 300_000;
/** One answer of 25 takes more than 100 ms. */
const EDGES = [50, 100, 200];

/** A request of Cloud Monitoring's list of time series, answered from counted minutes that are over by `now`. */
export function answerTimeSeries(request: Received, minutes: readonly CountedMinute[], now: number): Answer {
  const parameters = new URL(`http://server${request.path}`).searchParams;
  const filter = parameters.get("filter") ?? "";
  const aggregation = ["alignmentPeriod", "perSeriesAligner", "crossSeriesReducer"].map((one) =>
    parameters.get(`aggregation.${one}`),
  );
  if (aggregation.join() !== "300s,ALIGN_SUM,REDUCE_SUM") return googleError(400, "INVALID_ARGUMENT", aggregation.join());
  if (!filter.includes('resource.labels.endpoint_id = "7000"')) return jsonAnswer({ unit: "1" });
  const [from = 0, until = 0] = ["startTime", "endTime"].map((one) => Date.parse(parameters.get(`interval.${one}`) ?? ""));
  const models = [...(/one_of\((.*?)\)/.exec(filter)?.[1] ?? "").matchAll(/"(\d+)"/g)].map(([, id]) => id ?? "");
  const isLatency = filter.includes("prediction_latencies");

  const timeSeries = models.flatMap((model) => {
    const seen = minutes.filter((one) => one.model === model && one.at >= from && one.at < until && one.at < now);
    const ends = [...new Set(seen.map(({ at }) => at - (at % WINDOW_MS) + WINDOW_MS))].sort((a, b) => b - a);
    const sumAt = (end: number, of: (minute: CountedMinute) => number) =>
      seen.filter(({ at }) => at >= end - WINDOW_MS && at < end).reduce((sum, minute) => sum + of(minute), 0);
    const series = (labels: object, amountAt: (end: number) => object) => ({
      metric: { labels: { deployed_model_id: model, ...labels } },
      metricKind: "DELTA",
      points: ends.map((end) => ({
        interval: { startTime: new Date(end - WINDOW_MS).toISOString(), endTime: new Date(end).toISOString() },
        value: amountAt(end),
      })),
    });
    if (ends.length === 0) return [];
    if (isLatency) {
      return [
        series({}, (end) => {
          const count = sumAt(end, ({ requests }) => requests);
          const slow = Math.floor(count / 25);
          const bucketOptions = { explicitBuckets: { bounds: EDGES } };
          return {
            distributionValue: { count: String(count), mean: 60, bucketOptions, bucketCounts: [0, count - slow, slow].map(String) },
          };
        }),
      ];
    }
    const errors = series({ response_code: "5xx" }, (end) => ({ int64Value: String(sumAt(end, (one) => one.errors)) }));
    const others = series({ response_code: "2xx" }, (end) => ({
      int64Value: String(sumAt(end, (one) => one.requests - one.errors)),
    }));
    return seen.some((one) => one.errors > 0) ? [errors, others] : [others];
  });
  return jsonAnswer({ timeSeries, unit: "1" });
}
