import type { GuardrailPolicy, MetricPolicy } from "../promotion-settings";
import type { GuardrailCheck, GuardrailEvidence, PastPromotion } from "./guardrail";
import type { MetricReader } from "./metric-reader";
import { many, told } from "./told";

/** Whether automatic training is to be frozen, and why. */
export interface ChainVerdict {
  readonly isFrozen: boolean;
  readonly numbers: Readonly<Record<string, number>>;
  /** For people; a whole sentence, of a promotion that was made. */
  readonly sentence: string;
  /** The same of a promotion that may yet be made. */
  readonly forecast: string;
}

/** What sums of decimals are off by, as a share of the values. */
const ROUNDING = 1e-9;

/**
 * Whether promotions go round in circles: so many in a row without a gain over the best before them, or such that each lost no more
 * than its margin and all together lose more. Both are of the main metric on one golden set, and are freezes, not rejections: the
 * model may be promoted, and no further training starts by itself until a person thaws it.
 * @param promotions oldest first, since automatic training was last thawed, the one that was just made included
 */
export function chainWithoutGain(
  { metrics, chain }: GuardrailPolicy,
  promotions: readonly Pick<PastPromotion, "value">[],
): ChainVerdict {
  const main = metrics[0] as MetricPolicy;
  const goodness = promotions.map(({ value }) => (main.direction === "higher" ? value : -value));
  const last = goodness.at(-1);
  if (last === undefined) {
    const sentence = "There was no promotion on this golden set.";
    return { isFrozen: false, numbers: { promotions: 0 }, sentence, forecast: sentence };
  }
  const best = Math.max(...goodness);
  const sinceGain = goodness.length - 1 - goodness.indexOf(best);
  const loss = best - last;
  const numbers = { promotions: goodness.length, withoutGain: sinceGain, loss };
  const inRow = `${many(sinceGain, "promotion")} in a row`;
  if (sinceGain >= chain.promotions) {
    const what = `no gain of ${main.name} over the best before, ${toldBest(main, best)}`;
    return {
      isFrozen: true,
      numbers,
      sentence: `${inRow} brought ${what}: automatic training is frozen; look for what the data lacks, then thaw it.`,
      forecast: `With this candidate ${inRow} would bring ${what}: promoting it would freeze automatic training.`,
    };
  }
  if (loss > main.margin + ROUNDING * Math.max(1, Math.abs(best))) {
    const what = `lost ${told(loss)} since its best, ${toldBest(main, best)}, and ${told(main.margin)} is allowed`;
    return {
      isFrozen: true,
      numbers,
      sentence: `Step by step ${main.name} has ${what}: automatic training is frozen; go back to the best model, or thaw it.`,
      forecast: `With this candidate ${main.name} would step by step have ${what}: promoting it would freeze automatic training.`,
    };
  }
  if (sinceGain === 0) {
    const sentence = `${main.name} of the last promotion is the best so far, ${toldBest(main, best)}.`;
    const forecast = `With this candidate ${main.name} would be the best of the promotions so far, ${toldBest(main, best)}.`;
    return { isFrozen: false, numbers, sentence, forecast };
  }
  const limit = `${chain.promotions} would freeze automatic training.`;
  return {
    isFrozen: false,
    numbers,
    sentence: `${inRow} brought no gain of ${main.name}; ${limit}`,
    forecast: `With this candidate ${inRow} would bring no gain of ${main.name}; ${limit}`,
  };
}

function toldBest({ direction }: MetricPolicy, goodness: number): string {
  return told(direction === "higher" ? goodness : -goodness);
}

/** What happens if this candidate is promoted: `failed` tells of a freeze that would follow, and rejects nothing. */
export function checkChain(
  policy: GuardrailPolicy,
  { candidate, promotions }: GuardrailEvidence,
  read: MetricReader,
): GuardrailCheck {
  const main = policy.metrics[0] as MetricPolicy;
  const check = { name: "chain", subject: main.name, threshold: policy.chain.promotions } as const;
  const reading = read(candidate, main.name);
  if (reading.outcome === "missing") {
    const sentence = `Whether the candidate ends a chain without gain is not known, as its ${main.name} is missing: ${reading.problem}.`;
    return { ...check, verdict: "not-known", numbers: { promotions: promotions.length }, sentence };
  }
  const { isFrozen, numbers, forecast } = chainWithoutGain(policy, [...promotions, { value: reading.value }]);
  return { ...check, verdict: isFrozen ? "failed" : "passed", numbers, sentence: forecast };
}
