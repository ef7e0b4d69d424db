/** A bin of a sketch: `count` values between `lower` and `upper`; a limit itself belongs to the same bin in every sketch. */
export interface SketchBin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * Port: how numbers are spread, in memory that does not grow with them. Limits of bins are the same in every sketch of one factory,
 * so that two of them compare without interpolation.
 */
export interface QuantileSketch {
  /** Takes a finite number. */
  add(value: number): void;
  /** The bins that hold anything, in rising order, without overlap. */
  bins(): readonly SketchBin[];
}
