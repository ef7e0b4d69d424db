import { areScores } from "./errors/takeovers";
import type { HistoryLine, HistoryLineOf, HistoryLineType } from "./history-line";
import { PooledPoints } from "./pooled-points";
import type { ModelHistory } from "./simulation-result";

/** What is known of the history of one model, for people who look at what they have. */
export interface HistorySummary extends ModelHistory {
  /** From the end of a step to when its labels were there, the median, milliseconds; absent where no line tells. */
  readonly labelDelayMs?: number;
  /** Runs whose end is not known. */
  readonly runsWithoutEnd: number;
}

/** Takes the lines of a history, in the order of `at`, and holds what a summary needs, which grows with models and runs alone. */
export interface HistoryFold {
  add(line: HistoryLine): void;
  /** By model, in the order of their names. */
  summaries(): readonly HistorySummary[];
}

/** Points of the error that are kept of a model; of more, neighbours are pooled. */
export const MAX_ERROR_POINTS = 5_000;

/** Gaps of a model that are told, the longest. */
const MAX_GAPS = 100;

/** So many times as long as usual is a gap. */
const GAP_FACTOR = 10;

export function summarizeHistory(): HistoryFold {
  const models = new Map<string, ModelFold>();
  return {
    add(line) {
      let fold = models.get(line.model);
      if (fold === undefined) {
        fold = new ModelFold(line.model, line.at);
        models.set(line.model, fold);
      }
      fold.add(line);
    },
    summaries: () => [...models.values()].map((fold) => fold.summary()).toSorted((a, b) => (a.model < b.model ? -1 : 1)),
  };
}

class ModelFold {
  private readonly lines: Partial<Record<HistoryLineType, number>> = {};
  private readonly spans = new Durations();
  private readonly delays = new Durations();
  private readonly points = new PooledPoints(MAX_ERROR_POINTS);
  private longest: { from: number; to: number }[] = [];
  private to: number;
  private objects = 0;
  private bytes = 0;
  private runsWithoutEnd = 0;
  private readonly scores = new SharedTimes();
  private known = { cost: false, holdOut: false, champion: false, rows: false };

  constructor(
    private readonly model: string,
    private readonly from: number,
  ) {
    this.to = from;
  }

  add(line: HistoryLine): void {
    this.lines[line.type] = (this.lines[line.type] ?? 0) + 1;
    this.addSpan(line.at);
    switch (line.type) {
      case "landed":
        this.objects += line.objects ?? 1;
        this.bytes += line.bytes ?? 0;
        break;
      case "quality":
        this.addQuality(line);
        break;
      case "run":
        if (line.endedAt === undefined) this.runsWithoutEnd++;
        this.known.cost ||= line.costUsd !== undefined;
        this.known.holdOut ||= line.challenger !== undefined;
        this.known.champion ||= line.challenger !== undefined && line.champion !== undefined;
        break;
      case "schedule":
      case "drift":
      case "score":
      case "request":
        break;
    }
  }

  private addSpan(at: number): void {
    const [from, to] = [this.to, Math.max(this.to, at)];
    this.to = to;
    if (to === from) return;
    this.spans.add(to - from);
    this.longest.push({ from, to });
    if (this.longest.length >= 2 * MAX_GAPS) this.longest = longestOf(this.longest);
  }

  private addQuality({ at, error, rows, seenAt, run }: HistoryLineOf<"quality">): void {
    if (run !== undefined) this.scores.add(at, run);
    this.points.add({ at, error, ...(rows !== undefined && { rows }) });
    this.known.rows ||= rows !== undefined;
    if (seenAt !== undefined) this.delays.add(Math.max(0, seenAt - at));
  }

  summary(): HistorySummary {
    const usual = this.spans.usual();
    const isGap = ({ from, to }: { from: number; to: number }) => usual !== undefined && to - from >= GAP_FACTOR * usual;
    const labelDelayMs = this.delays.median();
    const errors = this.points.all();
    return {
      model: this.model,
      from: this.from,
      to: this.to,
      lines: this.lines,
      objects: this.objects,
      bytes: this.bytes,
      ...(errors.length > 0 && { errors }),
      gaps: longestOf(this.longest)
        .filter(isGap)
        .toSorted((a, b) => a.from - b.from),
      unknown: this.unknown(labelDelayMs !== undefined),
      ...(labelDelayMs !== undefined && { labelDelayMs }),
      runsWithoutEnd: this.runsWithoutEnd,
    };
  }

  private unknown(isDelayKnown: boolean): string[] {
    const { landed = 0, quality = 0, score = 0, run = 0, request = 0 } = this.lines;
    const { cost, holdOut, champion, rows } = this.known;
    const hasError = quality + score > 0;
    const told: [boolean, string][] = [
      [
        !hasError,
        "no error of the model: what a policy costs is not known, and none can be recommended; add a CSV of at,error,rows",
      ],
      [
        landed + request === 0,
        "no landings: neither batches nor the age of what the model was trained on are known; add a list of the objects",
      ],
      [run === 0, "no runs: which model served when is not known; add the runs of the training pipeline"],
      [run > 0 && !cost, "no cost of a run: what policies spend is told by the configured price; add costUsd to the runs"],
      [
        run > 0 && !holdOut,
        "no hold-out error of a run: how much a training can cure is learned from the first labels after it; add challenger to the runs",
      ],
      [
        run > 0 && holdOut && !champion,
        "no error of the champion on the hold-out: how much a training cured is not known; add champion to the runs",
      ],
      [
        hasError && score === 0 && !this.scores.areScores(),
        "no scores of earlier models on later labels: the error of other policies than the recorded one is estimated; score the old versions once",
      ],
      [quality > 0 && !rows, "no number of labelled rows: how much of an error is noise is taken from its steps alone; add rows"],
      [
        quality > 0 && !isDelayKnown,
        "no time at which labels were there: they count as there at the end of their step; add seenAt",
      ],
      [
        this.runsWithoutEnd > 0,
        `no end of ${this.runsWithoutEnd} ${this.runsWithoutEnd === 1 ? "run" : "runs"}: how long trainings take is told by the others; export again what was running`,
      ],
    ];
    return told.filter(([isUnknown]) => isUnknown).map(([, sentence]) => sentence);
  }
}

/** Times at which several models have an error; of a history that is not held. */
class SharedTimes {
  private readonly runs = new Set<string>();
  private at = Number.NaN;
  private run: string | undefined;
  private isShared = false;
  private shared = 0;

  /** @param at rising */
  add(at: number, run: string): void {
    this.runs.add(run);
    if (at !== this.at) [this.at, this.run, this.isShared] = [at, run, false];
    if (run === this.run || this.isShared) return;
    this.isShared = true;
    this.shared++;
  }

  areScores(): boolean {
    return areScores(this.shared, this.runs.size);
  }
}

function longestOf(spans: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  return spans.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MAX_GAPS);
}

/** Buckets for each doubling of a duration: a median is right to some 4 %. */
const PER_DOUBLING = 16;

/** Durations in buckets, of which there are some hundreds at most. */
class Durations {
  private readonly counts = new Map<number, Held>();
  private longest = 0;

  add(ms: number): void {
    const bucket = ms < 1 ? -1 : Math.floor(Math.log2(ms) * PER_DOUBLING);
    const held = this.counts.get(bucket) ?? { count: 0, sum: 0 };
    held.count++;
    held.sum += ms;
    this.longest = Math.max(this.longest, ms);
    this.counts.set(bucket, held);
  }

  median(): number | undefined {
    return this.middle(({ count }) => count, 0);
  }

  /**
   * The usual one: that in which half of the time lies, the longest one left out. Of the middle one by number, many short ones
   * within bursts would make all others look long.
   */
  usual(): number | undefined {
    return this.middle(({ sum }) => sum, this.longest);
  }

  private middle(weightOf: (held: Held) => number, leftOut: number): number | undefined {
    const buckets = [...this.counts].toSorted(([a], [b]) => a - b).map(([, held]) => held);
    let left = (buckets.reduce((sum, held) => sum + weightOf(held), 0) - leftOut) / 2;
    for (const held of buckets) {
      left -= weightOf(held);
      if (left <= 0) return held.sum / held.count;
    }
    return undefined;
  }
}

interface Held {
  count: number;
  sum: number;
}
