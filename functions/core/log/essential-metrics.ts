import type { MetricOfEvent } from "./metric";
import { METRICS } from "./metric-list";

/** How much is watched: every metric of every model, or what the alarms need, of all models together. */
export const WATCH_LEVELS = ["essential", "full"] as const;
export type WatchLevel = (typeof WATCH_LEVELS)[number];

const COUNTED = { unit: "Count", kind: "count", dimensions: [] } as const;

/**
 * Metrics of all models together, which take the place of METRICS where `operations.watch` is essential. Each is a count that
 * tells nothing while nothing happens, so that their number does not grow with the models, and calm costs nothing; the requests of
 * a model are the exception, as a storm is one model's. Their names are those of no other metric: neither cloud could tell them
 * apart.
 */
export const SUMMED_METRICS = [
  {
    ...COUNTED,
    name: "LimitsPassed",
    event: "limit-passed",
    dimensions: ["alarm"],
    description: "gauges of models that are beyond the limit of an alarm, each time that they are told",
  },
  {
    ...COUNTED,
    name: "ModelRequests",
    event: "request-received",
    dimensions: ["model"],
    description: "requests that came in; repeated deliveries count",
  },
  { ...COUNTED, name: "AllSchedulesMissed", event: "schedule-missed", description: "SchedulesMissed of all models" },
  { ...COUNTED, name: "AllStartsRefused", event: "start-refused", description: "StartsRefused of all models" },
  { ...COUNTED, name: "AllDataSetAside", event: "data-set-aside", description: "DataSetAside of all models" },
  { ...COUNTED, name: "AllManifestsLeftOut", event: "manifest-left-out", description: "ManifestsLeftOut of all models" },
  { ...COUNTED, name: "AllHandlerErrors", event: "handler-failed", description: "HandlerErrors of all functions" },
  { ...COUNTED, name: "AllModelsFrozen", event: "model-frozen", description: "ModelsFrozen of all models" },
  { ...COUNTED, name: "AllEffectsPostponed", event: "effect-postponed", description: "EffectsPostponed of all models" },
  { ...COUNTED, name: "AllSharesWrong", event: "share-wrong", description: "SharesWrong of all models" },
  {
    ...COUNTED,
    name: "AllRolloutsEnded",
    event: "rollout-ended",
    dimensions: ["outcome"],
    description: "RolloutsEnded of all models",
  },
] as const satisfies readonly MetricOfEvent[];

/** Name of a metric of SUMMED_METRICS. */
export type SummedMetricName = (typeof SUMMED_METRICS)[number]["name"];

/** Every metric of a deployment whose `operations.watch` is essential. */
export const ESSENTIAL_METRICS = [...METRICS.filter(({ name }) => name === "Sweeps"), ...SUMMED_METRICS] as const;
