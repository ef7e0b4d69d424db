import { normalQuantile } from "../../drift/measures/special-functions";

/** How often a difference that is there is missed with the rows that are said to be needed. */
const MISSED = 0.2;

/** More rows than that nobody has: nothing would decide. */
const MOST_ROWS = 1e9;

/** What tells how many rows a comparison needs. */
export interface Spread {
  /** How far the difference lies from what decides, in its units; of either sign. */
  readonly distance: number;
  /** Standard deviation of a row's part of the difference where that is just what decides, and where it is the estimate. */
  readonly atLimit: number;
  readonly atEstimate: number;
}

/**
 * Rows with which a difference of this size is told from what decides in four of five cases, `(z_α s₀ + z_β s₁)² / distance²`; for
 * paired shares s₀ = √ψ and s₁ = √(ψ − d²), where ψ is the share of rows on which the two differ: Miettinen (1968), Biometrics
 * 24(2), https://doi.org/10.2307/2528039. Undefined where no number of rows would do.
 * @param alpha probability, below ½, of a limit on the wrong side
 */
export function neededRows({ distance, atLimit, atEstimate }: Spread, alpha: number): number | undefined {
  const reach = normalQuantile(alpha) * atLimit + normalQuantile(MISSED) * atEstimate;
  const rows = Math.ceil((reach / distance) ** 2);
  return rows <= MOST_ROWS ? rows : undefined;
}

/** The spread of the difference of two accuracies of which `differing` of `rows` rows tell, against a margin. */
export function pairedSpread(
  { gains, losses, rows }: { readonly gains: number; readonly losses: number; readonly rows: number },
  margin: number,
): Spread {
  const share = (gains + losses) / rows;
  const difference = (gains - losses) / rows;
  return {
    distance: difference + margin,
    atLimit: Math.sqrt(Math.max(0, share - margin ** 2)),
    atEstimate: Math.sqrt(Math.max(0, share - difference ** 2)),
  };
}
