/** The price at an even pace, and how steeply it moves with each training ahead of or behind it, for ten trainings in the span. */
const EVEN_PRICE = 0.5;
const STEEPNESS = 1.2;
const USUAL_TRAININGS = 10;

const LEAST_PRICE = 0.01;
const GREATEST_PRICE = 5;

/**
 * The price of a training, in steps of full error, of a team that has no price but a number of trainings: low while fewer were
 * started than the time that has passed allows, high when more were. `most` trainings are allowed over the span (more than 0),
 * `used` were started in it, and `elapsed` of it, 0 to 1, is over. It limits nothing itself, a budget does. How it was found and
 * measured: docs/adaptive.md. Throws when `most` is no number above 0.
 */
export function pacedPrice({
  most,
  used,
  elapsed,
}: {
  readonly most: number;
  readonly used: number;
  readonly elapsed: number;
}): number {
  if (!(most > 0)) throw new RangeError(`a pace of ${most} trainings; it needs more than 0`);
  const ahead = used - most * elapsed;
  const price = EVEN_PRICE * Math.exp(STEEPNESS * Math.sqrt(USUAL_TRAININGS / most) * ahead);
  return Math.min(GREATEST_PRICE, Math.max(LEAST_PRICE, price));
}
