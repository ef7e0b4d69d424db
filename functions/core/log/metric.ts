import type { EventName, NumberFieldOf, TextFieldOf } from "./events";

/**
 * Units that CloudWatch knows; it has none for money and for shares, whose metrics have `None` and say it in their names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
export type MetricUnit = "Count" | "Seconds" | "Milliseconds" | "None";

/**
 * A metric as a view of the log: which events it is taken from, and which of their fields. An event that is logged twice counts
 * twice.
 */
export interface Metric {
  /** PascalCase, unique. */
  readonly name: string;
  readonly unit: MetricUnit;
  /**
   * `count`: summed over time. `gauge`: as it is now, the newest or the worst tells. `distribution`: one value of each thing that
   * happened.
   */
  readonly kind: "count" | "gauge" | "distribution";
  /** Name of the events that it is taken from. */
  readonly event: EventName;
  /** Names of other events that tell the same, with the same fields. @default - none */
  readonly also?: readonly EventName[];
  /** Field of the event that holds its number; an event without a finite one gives no value. @default - each event counts 1 */
  readonly value?: string;
  /** Fields of the event that tell its series apart, each a text with few values; an event without one of them gives no value. */
  readonly dimensions: readonly string[];
  /** What it tells, in one line. */
  readonly description: string;
}

/** Names of all events that a metric is taken from. */
export function eventsOf({ event, also = [] }: Metric): readonly EventName[] {
  return [event, ...also];
}

/** A metric whose fields are those of its event, by type: its value is a number there, its dimensions are texts. */
export type MetricOfEvent = {
  [E in EventName]: Metric & {
    readonly event: E;
    readonly value?: NumberFieldOf<E>;
    readonly dimensions: readonly TextFieldOf<E>[];
  };
}[EventName];

/**
 * Namespace in CloudWatch, where every metric has the dimension `environment` before its own, and prefix of the log-based metrics'
 * names in Google Cloud, where the name of the function, `retrigger-<environment>-…`, tells the environment.
 */
export const METRIC_NAMESPACE = "Retrigger";
