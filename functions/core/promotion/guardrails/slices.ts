import type { SliceColumn } from "../evaluation/prediction-table";
import type { GuardrailPolicy, MetricPolicy, RowMetric } from "../promotion-settings";
import { holmAdjusted } from "../statistics/holm";
import { agreedSlices } from "./agreed-slices";
import type { ComparedModels } from "./compare-models";
import { type Comparison, compareRows } from "./compare-rows";
import type { GuardrailCheck } from "./guardrail";
import { isRowMetric } from "./metrics-of-rows";
import { type PairedRows, pairOfRows } from "./pair-rows";
import { many, percent, told } from "./told";

/** Slices that are told one by one; the numbers say how many there are. */
const MOST_TOLD = 20;

interface TestedSlice {
  readonly subject: string;
  readonly rows: number;
  readonly comparison: Comparison;
}

/**
 * Whether the candidate is worse within a slice that was declared beforehand, by the columns of its own predictions. All slices
 * share the chance of a false refusal by Holm's procedure: of ten equal slices at 5 % each, one in 40 % of the candidates would
 * look worse.
 * @param compared undefined where there is no champion
 */
export function checkSlices(policy: GuardrailPolicy, compared: ComparedModels | undefined): GuardrailCheck[] {
  const { columns, minRows } = policy.slices;
  if (columns.length === 0) return [];
  const unknown = (why: string, numbers: GuardrailCheck["numbers"] = {}): GuardrailCheck[] => {
    const sentence = `Slices were not compared: ${why}.`;
    return [{ name: "slices", verdict: "not-known", numbers: { columns: columns.length, ...numbers }, sentence }];
  };
  if (compared === undefined) return unknown("there is no champion yet");
  const [table, champions] = [compared.candidate.predictions, compared.other.predictions];
  if (compared.pairing === undefined || table === undefined || champions === undefined) {
    return unknown("they need the predictions of the golden set's rows of both models; let the training write them");
  }
  if (compared.pairing.outcome === "apart") return unknown(compared.pairing.problem);
  const { pair } = compared.pairing;
  const agreed = agreedSlices(columns, table, champions);
  if (agreed.outcome === "unknown") return unknown(agreed.problem, agreed.numbers);
  const metric = metricOfSlices(policy, pair);
  const tested: TestedSlice[] = [];
  let [thin, untold] = [0, 0];
  for (const [column, slices] of agreed.columns) {
    for (const { name, rows } of rowsOfSlices(slices)) {
      if (rows.length < minRows) {
        thin++;
        continue;
      }
      const subject = `${metric.name} where ${column} is ${name}`;
      const basis = { ...metric, alpha: 1 - policy.confidence, seed: `${compared.seed} ${column}` };
      const comparison = compareRows(pairOfRows(pair, rows), metric.name, basis);
      if ("problem" in comparison) untold++;
      else tested.push({ subject, rows: rows.length, comparison });
    }
  }
  return checksOf(policy, metric, { tested, thin, untold });
}

type SliceMetric = MetricPolicy & { readonly name: RowMetric };

/** The main metric where rows tell it, else that of their kind, with the main metric's margin where it has the same unit. */
function metricOfSlices({ metrics }: GuardrailPolicy, { classes }: PairedRows): SliceMetric {
  const [main] = metrics;
  const isOfRows = (metric: MetricPolicy): metric is SliceMetric =>
    isRowMetric(metric.name) && (metric.name === "rmse") === (classes === undefined);
  if (main !== undefined && isOfRows(main) && (main.name !== "auc" || classes?.length === 2)) return main;
  const declared = metrics.find((metric) => metric.name === (classes === undefined ? "rmse" : "accuracy"));
  if (declared !== undefined && isOfRows(declared)) return declared;
  return classes === undefined
    ? { name: "rmse", direction: "lower", margin: 0 }
    : { name: "accuracy", direction: "higher", margin: 0 };
}

/** The rows of each slice that has some. */
function* rowsOfSlices({ names, codes }: SliceColumn): Generator<{ readonly name: string; readonly rows: Uint32Array }> {
  const ends = new Uint32Array(names.length);
  for (const code of codes) ends[code] = (ends[code] ?? 0) + 1;
  let total = 0;
  ends.forEach((count, code) => {
    ends[code] = total;
    total += count;
  });
  const ordered = new Uint32Array(total);
  codes.forEach((code, row) => {
    ordered[ends[code] ?? 0] = row;
    ends[code] = (ends[code] ?? 0) + 1;
  });
  let from = 0;
  for (const [code, name] of names.entries()) {
    const to = ends[code] ?? from;
    if (to > from) yield { name, rows: ordered.subarray(from, to) };
    from = to;
  }
}

function checksOf(
  { confidence, slices }: GuardrailPolicy,
  { name, margin }: SliceMetric,
  { tested, thin, untold }: { readonly tested: readonly TestedSlice[]; readonly thin: number; readonly untold: number },
): GuardrailCheck[] {
  const adjusted = holmAdjusted(tested.map(({ comparison }) => comparison.pWorse));
  const isWorse = (place: number) => (adjusted[place] ?? 1) < 1 - confidence;
  const worse = tested.map((slice, place) => ({ ...slice, pValue: adjusted[place] ?? 1 })).filter((_, place) => isWorse(place));
  const skipped = [
    ...(thin > 0
      ? [
          `${many(thin, "slice")} with fewer than ${slices.minRows} rows can tell nothing and ${thin === 1 ? "is" : "are"} not held against it`,
        ]
      : []),
    ...(untold > 0 ? [`${many(untold, "slice")} cannot be told by ${name}`] : []),
  ];
  const rest = skipped.length === 0 ? "" : ` ${skipped.join("; ")}.`;
  const numbers = { tested: tested.length, worse: worse.length, thin, untold };
  if (tested.length === 0) {
    const sentence = `No slice could be compared.${rest} Enlarge the golden set, or declare coarser slices.`;
    return [{ name: "slices", verdict: "not-known", numbers, sentence }];
  }
  if (worse.length === 0) {
    const sentence = `${name} is shown to be worse than the champion's by more than ${told(margin)} in none of ${many(tested.length, "slice")} (${percent(confidence)} confidence over all of them).${rest}`;
    return [{ name: "slices", verdict: "passed", numbers, threshold: margin, sentence }];
  }
  const summary = `${name} is worse than the champion's by more than ${told(margin)} in ${worse.length} of ${many(tested.length, "slice")} (${percent(confidence)} confidence over all of them).${rest} Look at what the training data lacks there.`;
  return [
    { name: "slices", verdict: "failed", numbers, threshold: margin, sentence: summary },
    ...worse
      .toSorted((a, b) => a.pValue - b.pValue)
      .slice(0, MOST_TOLD)
      .map((slice) => checkOfSlice(slice, margin)),
  ];
}

function checkOfSlice(
  { subject, rows, comparison, pValue }: TestedSlice & { readonly pValue: number },
  margin: number,
): GuardrailCheck {
  const { candidate, other, difference, lower, upper } = comparison;
  return {
    name: "slices",
    subject,
    verdict: "failed",
    numbers: { candidate, champion: other, difference, lower, upper, rows, pValue },
    threshold: margin,
    isPointNotWorse: false,
    sentence: `${subject}: ${told(candidate)}, ${told(-difference)} worse than the champion's ${told(other)} on ${many(rows, "row")}.`,
  };
}
