import type { PolicyResult } from "../simulation-result";

/** A model that took over, or will: when, and the newest data that it was trained on. Epoch milliseconds. */
interface Takeover {
  readonly at: number;
  readonly newestDataAt: number;
}

/**
 * Follows which model serves, how old its data is, and how long drifts wait for a training. The model that serves at the
 * beginning is taken as trained on all that had landed by then. Kept are a few numbers of each training and of each drift.
 */
export class ServiceRecord {
  #newestLandingAt: number | undefined;
  readonly #takeovers: Takeover[] = [];
  #driftSince: number | undefined;
  #drifts = 0;
  #driftWaitMs = 0;

  constructor(private readonly from: number) {}

  /** Data landed. */
  landed(at: number): void {
    this.#newestLandingAt = at;
  }

  /**
   * A training started; its model takes over when it ends.
   * @param newestDataAt of its own data; @default - all that had landed at its start
   */
  started(at: number, endedAt: number, newestDataAt = this.#newestLandingAt ?? this.from): void {
    this.#takeovers.push({ at: endedAt, newestDataAt });
    if (this.#driftSince === undefined) return;
    this.#driftWaitMs += at - this.#driftSince;
    this.#driftSince = undefined;
  }

  /** A drift was reported that is worth a training; until the next start it is one drift, however often it is reported. */
  drifted(at: number): void {
    if (this.#driftSince !== undefined) return;
    this.#driftSince = at;
    this.#drifts++;
  }

  /** What the record comes to at the end of the history. */
  finish(to: number): Pick<PolicyResult, "staleness" | "driftWait"> {
    const unanswered = this.#driftSince === undefined ? 0 : 1;
    const totalMs = this.#driftWaitMs + (this.#driftSince === undefined ? 0 : to - this.#driftSince);
    return {
      ...(this.#newestLandingAt !== undefined && to > this.from && { staleness: stalenessOf(this.#segments(to)) }),
      ...(this.#drifts > 0 && { driftWait: { drifts: this.#drifts, totalMs, unanswered } }),
    };
  }

  /** The ages that the data of each model in service went through, from youngest to oldest. */
  #segments(to: number): Segment[] {
    const served = [{ at: this.from, newestDataAt: this.from }, ...this.#takeovers.toSorted((a, b) => a.at - b.at)];
    return served.flatMap(({ at, newestDataAt }, index) => {
      const until = Math.min(to, served[index + 1]?.at ?? to);
      return at >= until ? [] : [{ youngest: at - newestDataAt, oldest: until - newestDataAt }];
    });
  }
}

interface Segment {
  readonly youngest: number;
  readonly oldest: number;
}

/** Time-weighted mean and 95th percentile of ages that rise by a millisecond in each millisecond. */
function stalenessOf(segments: readonly Segment[]): { meanMs: number; p95Ms: number } {
  const total = segments.reduce((sum, { youngest, oldest }) => sum + oldest - youngest, 0);
  const area = segments.reduce((sum, { youngest, oldest }) => sum + (oldest ** 2 - youngest ** 2) / 2, 0);
  return { meanMs: Math.round(area / total), p95Ms: Math.round(quantileOf(segments, 0.95 * total)) };
}

/** The age below which the segments spend so much time. */
function quantileOf(segments: readonly Segment[], timeMs: number): number {
  const edges = segments
    .flatMap(({ youngest, oldest }) => [
      { age: youngest, change: 1 },
      { age: oldest, change: -1 },
    ])
    .sort((a, b) => a.age - b.age);
  let [spent, density, age] = [0, 0, edges[0]?.age ?? 0];
  for (const edge of edges) {
    const more = density * (edge.age - age);
    if (density > 0 && spent + more >= timeMs) return age + (timeMs - spent) / density;
    spent += more;
    density += edge.change;
    age = edge.age;
  }
  return age;
}
