import type { MetricPolicy } from "../promotion-settings";
import type { EvaluatedModel } from "./guardrail";
import { isRowMetric, metricOfRows } from "./metrics-of-rows";
import { told } from "./told";

/** What a model's metric is, and by whom that is said. */
type MetricReading =
  | {
      readonly outcome: "value";
      /** In the metric's units. */
      readonly value: number;
      readonly source: "rows" | "evaluation";
      /** What the evaluation says where its rows say something else. */
      readonly contradiction?: number;
    }
  | { readonly outcome: "missing"; readonly problem: string };

export type MetricReader = (model: EvaluatedModel, metric: string) => MetricReading;

/** Programs that add up single precision differ by so much of a value. */
const SINGLE_PRECISION = 1e-5;
/** Rounding further than to three digits is not taken for one. */
const LEAST_DIGITS = 5e-4;

const NOT_FINITE =
  "its rows give no finite value of it, as some of their errors are too large to be squared, or no numbers; look at what it predicts";

/**
 * Reads metrics, each once: from the rows where there are some and they tell it, since anyone can check them, else from what the
 * evaluation says.
 */
export function createMetricReader(): MetricReader {
  const known = new Map<EvaluatedModel, Map<string, MetricReading>>();
  return (model, metric) => {
    const ofModel = known.get(model) ?? new Map<string, MetricReading>();
    known.set(model, ofModel);
    const reading = ofModel.get(metric) ?? readMetric(model, metric);
    ofModel.set(metric, reading);
    return reading;
  };
}

function readMetric({ evaluation, predictions, problem }: EvaluatedModel, metric: string): MetricReading {
  const said = evaluation && Object.hasOwn(evaluation.metrics, metric) ? evaluation.metrics[metric] : undefined;
  const value = predictions && isRowMetric(metric) ? metricOfRows(predictions, metric) : undefined;
  if (value !== undefined) {
    // What the evaluation says instead is of other rows, or of none.
    if (!Number.isFinite(value)) return { outcome: "missing", problem: NOT_FINITE };
    const isContradicted = said !== undefined && !isRoundingOf(said, value);
    return { outcome: "value", value, source: "rows", ...(isContradicted && { contradiction: said }) };
  }
  if (said !== undefined && Number.isFinite(said)) return { outcome: "value", value: said, source: "evaluation" };
  if (evaluation === undefined) return { outcome: "missing", problem: problem ?? "there is no evaluation" };
  const unusable = Object.hasOwn(evaluation.unusable, metric) ? evaluation.unusable[metric] : undefined;
  const got = unusable ?? (said === undefined ? undefined : String(said));
  return { outcome: "missing", problem: got === undefined ? "the evaluation lacks it" : `the evaluation has ${got}` };
}

/**
 * Why the rows of a model are not those that its evaluation was made of, by the metrics that both tell; undefined where nothing
 * says so. Nothing may be compared with such rows: whoever wrote them last may have written anything.
 */
export function contradictionOf(
  model: EvaluatedModel,
  metrics: readonly Pick<MetricPolicy, "name">[],
  read: MetricReader,
): string | undefined {
  for (const { name } of metrics) {
    const reading = read(model, name);
    if (reading.outcome === "missing" || reading.contradiction === undefined) continue;
    return `the evaluation of ${model.name} says that ${name} is ${told(reading.contradiction)}, and its rows give ${told(reading.value)}, which no rounding explains: one of the two was written again or is of another model; evaluate it anew`;
  }
  return undefined;
}

/**
 * True where a number may be what an evaluation writes for another one: rounded to as many decimals as it has, though not to fewer
 * than about three digits, or summed in single precision.
 */
export function isRoundingOf(written: number, value: number): boolean {
  const [, decimals = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(written)) ?? [];
  const rounding = 10 ** (Number(exponent) - decimals.length) / 2;
  const size = Math.max(Math.abs(written), Math.abs(value));
  return Math.abs(written - value) <= Math.min(rounding, LEAST_DIGITS * size) + SINGLE_PRECISION * size;
}
