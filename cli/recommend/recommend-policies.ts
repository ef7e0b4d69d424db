import { DEAREST } from "../../config/sections/adaptive";
import { durationMs } from "../../config/sections/fields";
import type { HistoryLine } from "../../functions/core/replay/history-line";
import { type ModelRecommendation, RecommendedPolicy } from "../../functions/core/replay/recommend-policy";
import { HistorySurvey } from "../../functions/core/replay/simulation/history-survey";
import { UsageError } from "../command-error";
import { refuseReadOnce } from "../history/history-paths";
import { offsetOption } from "../history/offset-option";
import { openHistory } from "../history/read-history";
import { refuseSteps } from "../history/refuse-steps";
import { noLinesError } from "../history/told-files";
import type { Paint, Printout } from "../printout";
import { configuredSettings, defaultSettings } from "../simulate/policy-settings";
import { recommendationText } from "./recommendation-text";

/** What a person chose. */
export interface RecommendOptions {
  readonly history: readonly string[];
  readonly model?: string;
  readonly config?: string;
  /** Of times without an offset, such as `+02:00`. */
  readonly timezone?: string;
  readonly step: string;
  readonly run: string;
  /** Of a training, in steps of full error. */
  readonly price?: number;
  /** The same in money. */
  readonly trainUsd?: number;
  readonly errorStepUsd?: number;
}

/** Half a step on which every answer is wrong: what a training is taken to cost where nobody says. */
const DEFAULT_PRICE = 0.5;

/**
 * Says which policy the history of each model speaks for, how sure that is, and what to write into retrigger.yaml.
 * @throws CommandError when a file cannot be read or is broken, or holds nothing of the model; UsageError for a price that is said
 * twice or by half, an offset that is none, or the standard input
 */
export async function recommendPolicies(options: RecommendOptions, paint: Paint): Promise<Printout> {
  const { history, model, config, timezone, step, run } = options;
  const { price, isGiven } = priceOf(options);
  refuseReadOnce(history);
  const offset = timezone === undefined ? {} : { offsetMinutes: offsetOption(timezone) };
  const configured = config === undefined ? new Map() : configuredSettings(config);
  const files = history.map((path) => ({ path }));
  const read = () => openHistory(files, { ...offset, ...(model !== undefined && { model }) });
  const isOf = (line: HistoryLine) => model === undefined || line.model === model;
  const surveys = new Map<string, HistorySurvey>();
  const first = read();
  for await (const line of first) {
    if (!isOf(line)) continue;
    const survey = surveys.get(line.model) ?? new HistorySurvey(line.model, durationMs(step));
    surveys.set(line.model, survey);
    survey.feed(line);
  }
  const policies = new Map<string, RecommendedPolicy>();
  for (const [name, survey] of surveys) {
    refuseSteps(name, survey, durationMs(step));
    const surveyed = survey.finish();
    if (surveyed === undefined) continue;
    const settings = configured.get(name) ?? defaultSettings();
    policies.set(name, new RecommendedPolicy(surveyed, settings, price, durationMs(run)));
  }
  if (policies.size === 0) throw noLinesError(first.files, { ...(model !== undefined && { model }), page: "docs/history.md" });
  for await (const line of read()) if (isOf(line)) policies.get(line.model)?.feed(line);
  const data: ModelRecommendation[] = [...policies.values()].map((policy) => policy.finish());
  return { data, text: data.map((one) => recommendationText(one, isGiven, paint)).join("\n\n") };
}

function priceOf({ price, trainUsd, errorStepUsd }: RecommendOptions): { readonly price: number; readonly isGiven: boolean } {
  const isByMoney = trainUsd !== undefined || errorStepUsd !== undefined;
  if (price !== undefined && isByMoney) throw new UsageError("--price and money are both given; give one of them");
  if (!isByMoney) return { price: price ?? DEFAULT_PRICE, isGiven: price !== undefined };
  if (trainUsd === undefined || errorStepUsd === undefined || errorStepUsd === 0) {
    throw new UsageError("expected both --train-usd and --error-step-usd, the latter more than 0: their ratio is the price");
  }
  const paid = trainUsd / errorStepUsd;
  if (paid > 0 && paid <= DEAREST) return { price: paid, isGiven: true };
  throw new UsageError(
    `--train-usd and --error-step-usd: got a price of ${paid} steps of full error; expected more than 0, up to ${DEAREST}`,
  );
}
