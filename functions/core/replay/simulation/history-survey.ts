import { medianOf } from "../../capture/baseline/series";
import { PooledErrors } from "../errors/pooled-errors";
import { addServed, areScores, takeovers } from "../errors/takeovers";
import type { HistoryLine, HistoryLineOf } from "../history-line";
import type { ModelHistory } from "../simulation-result";

/** A recorded training. Times are epoch milliseconds. */
export type RecordedRun = Omit<HistoryLineOf<"run">, "type" | "model">;

/** What one reading of a model's history tells, before any policy is tried on it. */
export interface SurveyedHistory {
  readonly history: Omit<ModelHistory, "unknown" | "errors">;
  readonly stepMs: number;
  /** The begin of step 0, epoch milliseconds, and how many steps there are. */
  readonly originMs: number;
  readonly steps: number;
  /** By time; those that were stopped or failed too. */
  readonly runs: readonly RecordedRun[];
  /** Of the runs that succeeded, milliseconds and USD; absent where no line tells. */
  readonly usualRunMs?: number;
  readonly usualCostUsd?: number;
  /** From the end of a labelled span to its labels, milliseconds; 0 where nobody says. */
  readonly labelDelayMs: number;
  /** Recorded errors by step, of the model that served then, by whatever run. */
  readonly served: PooledErrors;
  /** Errors by step of the model of each run that is named; the cells of a matrix. */
  readonly ofRuns: ReadonlyMap<string, PooledErrors>;
  /** Errors of models are known on steps that they did not serve. */
  readonly hasScores: boolean;
}

const MAX_SAMPLES = 1_000;
const MAX_GAPS = 50;
/** A span without lines is a gap from so many times the usual one on. */
const GAP_FACTOR = 10;
/** Fewer days tell no usual distance. */
const LEAST_DAYS = 5;
const DAY_MS = 86_400_000;

/** Reads the history of one model once; what it keeps grows with runs and steps, not with lines. */
export class HistorySurvey {
  #from = Number.NaN;
  #to = Number.NaN;
  #originMs = Number.NaN;
  #objects = 0;
  #bytes = 0;
  readonly #lines: Partial<Record<HistoryLine["type"], number>> = {};
  readonly #runs = new Map<string, RecordedRun>();
  readonly #delays: number[] = [];
  readonly #served = new PooledErrors();
  readonly #ofRuns = new Map<string, PooledErrors>();
  /** Of errors whose lines name a run: of whichever run, and the steps on which there are several. */
  readonly #named = new PooledErrors();
  readonly #runOfStep = new Map<number, string>();
  readonly #shared = new Set<number>();
  /** The longest distance of two lines that ends on each day with lines, milliseconds. */
  readonly #longestOfDays: number[] = [];
  #day = Number.NaN;
  #widest: { from: number; to: number }[] = [];

  constructor(
    private readonly model: string,
    private readonly stepMs: number,
  ) {}

  /** Takes the next line of the model; lines come in the order of time. */
  feed(line: HistoryLine): void {
    this.#lines[line.type] = (this.#lines[line.type] ?? 0) + 1;
    if (Number.isNaN(this.#from)) this.#begin(line);
    else if (line.at > this.#to) this.#pass(line.at);
    switch (line.type) {
      case "landed":
        this.#objects += line.objects ?? 1;
        this.#bytes += line.bytes ?? 0;
        break;
      case "run":
        this.#runs.set(line.run, line);
        break;
      case "quality":
        if (this.#delays.length < MAX_SAMPLES) this.#delays.push(Math.max(0, (line.seenAt ?? line.at) - line.at));
        if (line.run === undefined) this.#served.add(this.#stepOf(line), line.error, line.rows);
        else this.#scored(line, line.run);
        break;
      case "score":
        this.#rowOf(line.run).add(this.#stepOf(line), line.error, line.rows);
        break;
      case "schedule":
      case "drift":
      case "request":
        break;
    }
  }

  /** From the beginning of the first line to the end of the last; 0 without a line. */
  get steps(): number {
    if (Number.isNaN(this.#from)) return 0;
    return Math.max(1, Math.ceil((this.#to - this.#originMs) / this.stepMs));
  }

  /** What was read; undefined for a history without a line. It takes time and memory for each step. */
  finish(): SurveyedHistory | undefined {
    if (Number.isNaN(this.#from)) return undefined;
    const runs = [...this.#runs.values()].sort((a, b) => a.at - b.at);
    const succeeded = runs.filter(({ status }) => status === "succeeded");
    const durations = succeeded.flatMap(({ at, endedAt }) => (endedAt !== undefined && endedAt > at ? [endedAt - at] : []));
    const costs = runs.flatMap(({ costUsd }) => (costUsd === undefined ? [] : [costUsd]));
    const { steps } = this;
    const grid = { originMs: this.#originMs, stepMs: this.stepMs };
    const hasScores = this.#lines.score !== undefined || areScores(this.#shared.size, this.#ofRuns.size);
    const served = new PooledErrors();
    served.addAll(this.#served);
    if (!hasScores) served.addAll(this.#named);
    addServed(served, this.#ofRuns, takeovers(grid, runs, durations.length > 0 ? medianOf(durations) : 0), steps);
    return {
      history: {
        model: this.model,
        from: this.#from,
        to: this.#to,
        lines: this.#lines,
        objects: this.#objects,
        bytes: this.#bytes,
        gaps: this.#gaps(),
      },
      ...grid,
      steps,
      runs,
      ...(durations.length > 0 && { usualRunMs: medianOf(durations) }),
      ...(costs.length > 0 && { usualCostUsd: medianOf(costs) }),
      labelDelayMs: medianOf(this.#delays),
      served,
      ofRuns: this.#ofRuns,
      hasScores,
    };
  }

  #begin(line: HistoryLine): void {
    this.#from = line.at;
    this.#to = line.at;
    const begin = line.type === "quality" || line.type === "score" ? (line.from ?? line.at - this.stepMs) : line.at;
    this.#originMs = Math.floor(begin / this.stepMs) * this.stepMs;
  }

  #pass(at: number): void {
    const lengthMs = at - this.#to;
    const day = Math.floor(at / DAY_MS);
    if (day === this.#day) {
      const last = this.#longestOfDays.length - 1;
      this.#longestOfDays[last] = Math.max(this.#longestOfDays[last] ?? 0, lengthMs);
    } else {
      this.#longestOfDays.push(lengthMs);
      this.#day = day;
    }
    const shortest = this.#widest.at(-1);
    if (this.#widest.length < MAX_GAPS || shortest === undefined || lengthMs > shortest.to - shortest.from) {
      this.#widest = [...this.#widest, { from: this.#to, to: at }]
        .sort((a, b) => b.to - b.from - (a.to - a.from))
        .slice(0, MAX_GAPS);
    }
    this.#to = at;
  }

  /** The widest spans without a line, as far as they are far wider than usual, by time. */
  #gaps(): { from: number; to: number }[] {
    if (this.#longestOfDays.length < LEAST_DAYS) return [];
    // Of a day the longest: lines come in bursts, and the pause between two bursts is no gap.
    const usualMs = medianOf(this.#longestOfDays);
    return this.#widest.filter(({ from, to }) => to - from >= GAP_FACTOR * usualMs).sort((a, b) => a.from - b.from);
  }

  /** The step that most of the span of a line lies in; negative before the history's first. */
  #stepOf({ from, at }: { readonly from?: number; readonly at: number }): number {
    return Math.floor(((from ?? at - this.stepMs) / 2 + at / 2 - this.#originMs) / this.stepMs);
  }

  /** Takes an error whose line says of which run's model it is. */
  #scored(line: HistoryLineOf<"quality">, run: string): void {
    const step = this.#stepOf(line);
    this.#rowOf(run).add(step, line.error, line.rows);
    this.#named.add(step, line.error, line.rows);
    const known = this.#runOfStep.get(step) ?? run;
    this.#runOfStep.set(step, known);
    if (known !== run) this.#shared.add(step);
  }

  #rowOf(run: string): PooledErrors {
    const known = this.#ofRuns.get(run);
    if (known !== undefined) return known;
    const row = new PooledErrors();
    this.#ofRuns.set(run, row);
    return row;
  }
}
