/** Errors of one model by step; several of one step are one, by their rows. */
export class PooledErrors {
  /** Sum of error times rows, and of rows, by step. */
  readonly #steps = new Map<number, { wrong: number; weight: number; rows: number }>();

  /** Takes an error; steps before the first count as none. @param rows behind it; @default - nobody says, and it weighs as one */
  add(step: number, error: number, rows?: number): void {
    if (step < 0 || rows === 0) return;
    const weight = rows ?? 1;
    const known = this.#steps.get(step) ?? { wrong: 0, weight: 0, rows: 0 };
    this.#steps.set(step, { wrong: known.wrong + error * weight, weight: known.weight + weight, rows: known.rows + (rows ?? 0) });
  }

  /** Takes all errors of another. */
  addAll(other: PooledErrors): void {
    for (const [step, { wrong, weight, rows }] of other.#steps) {
      const known = this.#steps.get(step) ?? { wrong: 0, weight: 0, rows: 0 };
      this.#steps.set(step, { wrong: known.wrong + wrong, weight: known.weight + weight, rows: known.rows + rows });
    }
  }

  /** NaN where it is not known. */
  errorOf(step: number): number {
    const known = this.#steps.get(step);
    return known === undefined ? Number.NaN : known.wrong / known.weight;
  }

  /** Labelled rows behind the error of a step; undefined where nobody said. */
  rowsOf(step: number): number | undefined {
    const rows = this.#steps.get(step)?.rows ?? 0;
    return rows === 0 ? undefined : rows;
  }

  has(step: number): boolean {
    return this.#steps.has(step);
  }

  get size(): number {
    return this.#steps.size;
  }
}
