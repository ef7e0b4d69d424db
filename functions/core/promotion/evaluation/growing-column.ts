type Numbers = Float64Array | Uint32Array;

/** A column of numbers whose length is not known before its end; half as much again is reserved whenever it is full. */
export class GrowingColumn<T extends Numbers> {
  private array: T;
  private filled = 0;

  /** @param make an array of this length, whose elements are 0 */
  constructor(
    private readonly make: (length: number) => T,
    initial = 1_024,
  ) {
    this.array = make(initial);
  }

  get length(): number {
    return this.filled;
  }

  push(value: number): void {
    if (this.filled === this.array.length) {
      const larger = this.make(Math.ceil(this.array.length * 1.5));
      larger.set(this.array);
      this.array = larger;
    }
    this.array[this.filled++] = value;
  }

  /** Elements that were not pushed, such as those of rows before the column was first named, are `value`. */
  padTo(length: number, value: number): void {
    while (this.filled < length) this.push(value);
  }

  /** The elements as they are now, not copied; they change with the column. */
  values(): T {
    return this.array.subarray(0, this.filled) as T;
  }
}
