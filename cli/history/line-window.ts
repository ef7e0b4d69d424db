import { type HistoryLine, MAX_DISORDER_MS } from "../../functions/core/replay/history-line";

/** Lines that are held to be put into order: of more within an hour, the order must be better. */
export const MAX_HELD = 100_000;

/** Puts lines into the order of `at` that are a little out of it, while it holds those of one hour, or a hundred thousand. */
export class LineWindow {
  private held: HistoryLine[] = [];
  private first = 0;
  private newest = Number.NEGATIVE_INFINITY;
  private given = Number.NEGATIVE_INFINITY;

  constructor(private readonly most = MAX_HELD) {}

  /**
   * Takes a line; equal times keep their order.
   * @returns the time of the later line that it is too far behind, epoch milliseconds; undefined where it was taken
   */
  add(line: HistoryLine): number | undefined {
    const { at } = line;
    if (at < this.newest - MAX_DISORDER_MS || at < this.given) return this.newest;
    const { held } = this;
    if (at >= this.newest) {
      this.newest = at;
      held.push(line);
    } else held.splice(this.placeOf(at), 0, line);
    return undefined;
  }

  /** Behind all that are not later. */
  private placeOf(at: number): number {
    let [low, high] = [this.first, this.held.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.held[middle]?.at ?? at) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Appends to `into` what no line that will be taken can come before. */
  release(into: HistoryLine[]): void {
    const until = this.newest - MAX_DISORDER_MS;
    for (let next = this.held[this.first]; next !== undefined; next = this.held[this.first]) {
      if (next.at >= until && this.size <= this.most) break;
      into.push(next);
      this.given = next.at;
      this.first++;
    }
    if (this.first > this.size) {
      this.held = this.held.slice(this.first);
      this.first = 0;
    }
  }

  /** All that is left. */
  rest(): readonly HistoryLine[] {
    return this.held.slice(this.first);
  }

  /** Lines that are held. */
  get size(): number {
    return this.held.length - this.first;
  }
}
