/** A point of a chart: the error over a time that ends at `at`, epoch milliseconds. */
export interface ErrorPoint {
  readonly at: number;
  readonly error: number;
  /** Labelled rows behind it; absent where one of those that it was pooled from has none. */
  readonly rows?: number;
}

/** Points of errors in a bounded number: when there are too many, each becomes the mean of more neighbours. */
export class PooledPoints {
  private points: ErrorPoint[] = [];
  private open: ErrorPoint[] = [];
  private pooled = 1;

  /** @param most an even number of points that are kept */
  constructor(private readonly most: number) {}

  /** In the order of `at`. */
  add(point: ErrorPoint): void {
    this.open.push(point);
    if (this.open.length < this.pooled) return;
    this.points.push(meanOf(this.open));
    this.open = [];
    if (this.points.length < this.most) return;
    this.points = chunked(this.points, 2).map(meanOf);
    this.pooled *= 2;
  }

  all(): readonly ErrorPoint[] {
    return this.open.length === 0 ? this.points : [...this.points, meanOf(this.open)];
  }
}

function chunked<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

/** By their rows where all have some. */
function meanOf(points: readonly ErrorPoint[]): ErrorPoint {
  const [only] = points;
  if (points.length === 1 && only !== undefined) return only;
  const rows = points.reduce((sum, point) => sum + (point.rows ?? Number.NaN), 0);
  const isWeighted = rows > 0;
  const weight = isWeighted ? rows : points.length;
  const error = points.reduce((sum, point) => sum + point.error * (isWeighted ? (point.rows ?? 0) : 1), 0) / weight;
  return { at: points.at(-1)?.at ?? 0, error, ...(!Number.isNaN(rows) && { rows }) };
}
