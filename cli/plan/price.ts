/** A list price of a cloud, without free tiers and discounts. */
export interface Price {
  /** What is sold, in the plural where more than one is, such as `million requests`. */
  readonly unit: string;
  /** How many of what is counted make one unit, such as 1,000,000 requests. */
  readonly size: number;
  /** USD a unit. */
  readonly usd: number;
  /** A lower price of what is beyond so many units. @default - all units cost the same */
  readonly beyond?: { readonly units: number; readonly usd: number };
  /** Page of the cloud that has it, or had it on that day. */
  readonly source: string;
  /** When it was looked up, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** What is not certain of it. @default - it is what all looked-up pages say */
  readonly doubt?: string;
  /** Whether less is bought with `operations.watch: essential`. @default false */
  readonly dependsOnWatch?: boolean;
}

/** The month of all estimates, hours: 365 days in twelve. */
export const HOURS_A_MONTH = 730;
export const MINUTES_A_MONTH = HOURS_A_MONTH * 60;

/** What so many units cost, USD. */
export function tierUsd({ usd, beyond }: Price, units: number): number {
  if (beyond === undefined || units <= beyond.units) return units * usd;
  return beyond.units * usd + (units - beyond.units) * beyond.usd;
}
