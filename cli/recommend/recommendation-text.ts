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
  if (saving.low === 0 && saving.high === 0) return pays;
  const now = saving.against === "never" ? "never to train" : "what you do now";
  const unit = errorUnit(stepMs);
  const over = trainingsSaved === undefined ? overText(saving) : "over the same steps";
  const what =
    saving.mean >= 0
      ? `saves ${fixed(saving.mean)} ${unit} beside ${now} (${savedBand(saving)}`
      : `costs ${fixed(-saving.mean)} ${unit} more than ${now} (${costBand(saving)}`;
  const sure = `it costs less in ${Math.round(saving.sureness * 100)} % of resamples`;
  return [
    ...pays,
    indented(
      `Choosing by the past ${over} ${what}; ${sure}): each quarter of these steps with the policy that all steps before it spoke for.`,
    ),
    indented(`Chosen on the way: ${walked.join(", ")}.`),
  ];
}

/** Whether the trainings that there were paid: known only where the whole band says so. */
function trainingText(saved: Saving, stepMs: number): string {
  const { mean, low, high } = saved;
  const unit = errorUnit(stepMs);
  const pay = low > 0 ? "Your trainings pay" : high < 0 ? "Your trainings do not pay" : "Whether your trainings pay is not known";
  const what =
    mean >= 0
      ? `saved ${fixed(mean)} ${unit} beside never to train (${savedBand(saved)})`
      : `cost ${fixed(-mean)} ${unit} more than never to train (${costBand(saved)})`;
  return `${pay}: ${overText(saved)} they ${what}.`;
}

function overText({ steps, ofSteps }: Saving): string {
  const share = Math.round((1 - steps / ofSteps) * 100);
  return `over the last ${steps} of ${ofSteps} steps (the first ${share} % only choose)`;
}

function savedBand({ low, high }: Saving): string {
  return `95 %: ${fixed(low)} to ${fixed(high)}`;
}

/** The same of what is told as a cost. */
function costBand({ low, high }: Saving): string {
  return `95 %: ${fixed(-high)} to ${fixed(-low)}`;
}

function priceLines({ price, implied, stepMs, verdict }: ModelRecommendation, isGiven: boolean): string[] {
  const said = isGiven
    ? `At a price of ${amountText(price, stepMs)} a training.`
    : `No price was given: ${amountText(price, stepMs)} a training is taken. Say your own with --price, or --train-usd and --error-step-usd.`;
  const paid =
    implied === undefined
      ? []
      : [
          indented(
            `Your own trainings were started when the excess error since the model served was worth ${amountText(implied.price, stepMs)} on average${knownStarts(implied)}: that is the price you have been paying.`,
          ),
        ];
  return [...(verdict === "cannot-tell" ? [] : [indented(said)]), ...paid];
}

function knownStarts({ starts, ofStarts }: NonNullable<ModelRecommendation["implied"]>): string {
  return starts >= ofStarts ? ` of ${starts} starts` : `, as far as it is known (of ${starts} of ${ofStarts} starts)`;
}

/** In steps of full error. */
function amountText(value: number, stepMs: number): string {
  const amount = shortest(value);
  const unit = errorUnit(stepMs);
  return `${amount} ${amount === "1" ? unit.replace(/s$/, "") : unit}`;
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

/** Two digits, without a sign where they are 0. */
function fixed(value: number): string {
  return value.toFixed(2).replace(/^-(?=0\.00$)/, "");
}

/** Three digits that count. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(3)));
}
