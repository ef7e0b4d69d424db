import type { PolicyResult, PricedCost } from "../../functions/core/replay/simulation-result";
import { amountText, costText, countText, moneyText, priceText, shareText } from "./report-words";

/** What can be said of the cheapest of a model's policies at a price. */
export interface Comparison {
  readonly contender: Priced;
  /** The cheapest reference that could have been chosen beforehand; else the next policy. Absent where there is no other. */
  readonly opponent?: Priced;
  /** `unclear` where the band of the difference holds 0, or that of one cost meets that of the other. */
  readonly verdict: "less" | "more" | "unclear";
  /** Part of the opponent's cost that the contender saves, and its 95 % band; negative where it costs more. */
  readonly saved: { readonly share: number; readonly low: number; readonly high: number };
}

interface Priced {
  readonly policy: PolicyResult;
  readonly cost: PricedCost;
}

/** Undefined where no policy that could be chosen has a cost at this price. */
export function comparePolicies(policies: readonly PolicyResult[], price: number): Comparison | undefined {
  const priced = policies.flatMap((policy): Priced[] => {
    const cost = costAt(policy, price);
    return cost === undefined || policy.isHindsight ? [] : [{ policy, cost }];
  });
  const byCost = priced.toSorted((one, other) => one.cost.cost - other.cost.cost);
  const contender = byCost.find(({ policy }) => !policy.isReference) ?? byCost[0];
  if (contender === undefined) return undefined;
  const others = byCost.filter((one) => one !== contender);
  const opponent = others.find(({ policy }) => policy.isReference) ?? others[0];
  if (opponent === undefined) return { contender, verdict: "unclear", saved: { share: 0, low: 0, high: 0 } };
  const saved = savedShare(contender.cost, opponent);
  return { contender, opponent, verdict: saved.low > 0 ? "less" : saved.high < 0 ? "more" : "unclear", saved };
}

/** The cost of a policy at a price that it was counted for. */
export function costAt({ costs }: PolicyResult, price: number): PricedCost | undefined {
  return costs?.find((cost) => cost.price === price);
}

/**
 * By the band of the difference; where nobody counted it, by the ends of both bands, which is wider: policies that it tells apart
 * are apart. Of an opponent that costs nothing no share is saved.
 */
function savedShare({ cost, low, high, minus }: PricedCost, opponent: Priced): Comparison["saved"] {
  const other = opponent.cost;
  const whole = other.cost;
  if (whole <= 0) return { share: 0, low: 0, high: 0 };
  const paired = minus !== undefined && Object.hasOwn(minus, opponent.policy.policy) ? minus[opponent.policy.policy] : undefined;
  const band = paired ?? { low: low - other.high, high: high - other.low };
  return { share: (whole - cost) / whole, low: -band.high / whole, high: -band.low / whole };
}

/** The comparison as one sentence, which claims no more than the bands do. */
export function headline(policies: readonly PolicyResult[], price: number | undefined, unit: string): string {
  const comparison = price === undefined ? undefined : comparePolicies(policies, price);
  if (price === undefined || comparison === undefined) return headlineWithoutCosts(policies);
  const at = `At a price of ${priceText(price)} ${price === 1 ? unit.replace(/^(error-\w+)s\b/, "$1") : unit} a training`;
  const { contender, opponent, verdict, saved } = comparison;
  const name = contender.policy.policy;
  if (opponent === undefined) {
    return `${at}, ${name} would have cost ${bandedText(contender.cost)} ${unit}; there is no other policy to compare it with.`;
  }
  const against = `${opponent.policy.policy}${opponent.policy.isReference ? ", the cheapest reference that could be chosen beforehand" : ""}`;
  switch (verdict) {
    case "less":
      return `${at}, ${name} would have cost ${shareText(saved.share)} less than ${against} (95 % band: ${rangeText(saved)} less).`;
    case "more": {
      const more = { low: -saved.high, high: -saved.low };
      return `${at}, ${name} would have cost ${shareText(saved.share)} more than ${against} (95 % band: ${rangeText(more)} more).`;
    }
    case "unclear":
      return `${at}, ${name} and ${opponent.policy.policy} cannot be told apart: ${name} would have cost ${bandedText(contender.cost)} ${unit}, ${opponent.policy.policy} ${bandedText(opponent.cost)}.`;
  }
}

/** The comparison in a few words, for a cell. */
export function comparisonText({ opponent, verdict, saved }: Comparison): string {
  if (opponent === undefined) return "nothing to compare with";
  const name = opponent.policy.policy;
  return verdict === "unclear" ? `not told apart from ${name}` : `${shareText(saved.share)} ${verdict} than ${name}`;
}

/** `12.3 (10.1 to 14.9)` */
function bandedText({ cost, low, high }: PricedCost): string {
  return `${costText(cost)} (${costText(low)} to ${costText(high)})`;
}

function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${shareText(low)} to ${shareText(high)}`;
}

/** Policies that a sentence names. */
const NAMED = 3;

function headlineWithoutCosts(policies: readonly PolicyResult[]): string {
  const own = policies.filter(({ isReference, isHindsight }) => !isReference && !isHindsight);
  const told = own
    .slice(0, NAMED)
    .map(({ policy, trainings, spendUsd }) => `${countText(trainings.length)} under ${policy} (${moneyText(spendUsd)})`);
  const rest = own.length > NAMED ? [`and those of ${amountText(own.length - NAMED, "more policy", "more policies")}`] : [];
  const counted = told.length === 0 ? "" : ` Trainings would have been ${[...told, ...rest].join(", ")}.`;
  return `No error of this model is known, so it cannot be told under which policy it would have served better.${counted}`;
}
