import { Document } from "yaml";
import { errorUnit } from "../../functions/core/quality/judge-quality";
import type { Saving } from "../../functions/core/replay/recommend";
import type { ModelRecommendation } from "../../functions/core/replay/recommend-policy";
import { type Paint, wrapped } from "../printout";

const VERDICTS: Readonly<Record<ModelRecommendation["verdict"], string>> = {
  change: "change the policy",
  keep: "keep what you have",
  "train-rarely": "train rarely",
  "cannot-tell": "I cannot tell",
};

/** What is recommended for a model, for a terminal. */
export function recommendationText(recommendation: ModelRecommendation, isPriceGiven: boolean, paint: Paint): string {
  const { model, verdict, why } = recommendation;
  const colour = verdict === "cannot-tell" ? "yellow" : "green";
  const yaml = configurationOf(recommendation);
  return [
    `${paint("bold", model)}: ${paint(colour, VERDICTS[verdict])}`,
    indented(`${sentence(why)}.`),
    ...savingLines(recommendation),
    ...priceLines(recommendation, isPriceGiven),
    ...(yaml === undefined
      ? []
      : ["", `  Paste into retrigger.yaml, into models.${model}:`, "", ...yaml.map((line) => `    ${line}`)]),
  ].join("\n");
}

function savingLines({ saving, trainingsSaved, walked, stepMs }: ModelRecommendation): string[] {
  if (saving === undefined) return [];
  const pays = trainingsSaved === undefined ? [] : [indented(trainingText(trainingsSaved, stepMs))];
  const { against, steps, mean, low, high, sureness } = saving;
  const what = mean >= 0 ? `saves ${fixed(mean)}` : `costs ${fixed(-mean)} more`;
  const than = against === "never" ? "beside never to train" : "beside what you do now";
  const band = `95 %: ${fixed(low)} to ${fixed(high)}`;
  if (saving.low === 0 && saving.high === 0) return pays;
  return [
    ...pays,
    indented(
      `Walked forward over ${steps} steps, with the policy that the steps before spoke for, it ${what} ${errorUnit(stepMs)} ${than} (${band}; it saves something in ${Math.round(sureness * 100)} % of resamples).`,
    ),
    indented(`Chosen on the way: ${walked.join(", ")}.`),
  ];
}

/** Whether the trainings that there were paid. */
function trainingText({ mean, low, high, sureness, steps }: Saving, stepMs: number): string {
  const band = `95 %: ${fixed(low)} to ${fixed(high)}`;
  const unit = errorUnit(stepMs);
  if (sureness > 0.9)
    return `Your trainings pay: over ${steps} steps they saved ${fixed(mean)} ${unit} beside never to train (${band}).`;
  if (sureness < 0.1)
    return `Your trainings do not pay: over ${steps} steps they cost ${fixed(-mean)} ${unit} more than never to train (95 %: ${fixed(-high)} to ${fixed(-low)}).`;
  return `Whether your trainings pay is not known: over ${steps} steps they saved ${fixed(mean)} ${unit} beside never to train (${band}).`;
}

function priceLines({ price, implied, stepMs, verdict }: ModelRecommendation, isGiven: boolean): string[] {
  const unit = errorUnit(stepMs);
  const said = isGiven
    ? `At a price of ${shortest(price)} ${unit} a training.`
    : `No price was given: ${shortest(price)} ${unit} a training is taken. Say your own with --price, or --train-usd and --error-step-usd.`;
  const paid =
    implied === undefined
      ? []
      : [
          indented(
            `Your own ${implied.starts} starts were made at a debt of ${shortest(implied.price)} ${unit} on average: that is the price you have been paying.`,
          ),
        ];
  return [...(verdict === "cannot-tell" ? [] : [indented(said)]), ...paid];
}

/** What to write into the section of the model; undefined where nothing is to be changed, or known. */
function configurationOf(recommendation: ModelRecommendation): string[] | undefined {
  const { verdict, periodMs, isAdaptive, price, stepMs, start } = recommendation;
  if (verdict === "cannot-tell" || verdict === "keep") return undefined;
  const adaptive = {
    price: Number(shortest(price)),
    step: spanText(stepMs),
    ...(periodMs !== undefined && { period: spanText(periodMs) }),
    ...(start?.attainable !== undefined && { attainable: Number(shortest(start.attainable)) }),
    ...(start?.variance !== undefined && { variance: Number(shortest(start.variance)) }),
  };
  const isPeriodic = verdict === "change" && !isAdaptive && periodMs !== undefined;
  // Who trains rarely leaves the watch to the adaptive policy, which starts a training should one pay.
  const sections = isPeriodic ? { schedule: { rate: spanText(periodMs) } } : { policy: { adaptive } };
  return new Document(sections).toString().trimEnd().split("\n");
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** As retrigger.yaml writes a duration. */
function spanText(ms: number): string {
  if (ms % DAY_MS === 0) return `${ms / DAY_MS}d`;
  return ms % HOUR_MS === 0 ? `${ms / HOUR_MS}h` : `${Math.round(ms / 60_000)}m`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function indented(text: string): string {
  return `  ${wrapped(text, 2)}`;
}

function fixed(value: number): string {
  return value.toFixed(2);
}

/** Three digits that count. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(3)));
}
