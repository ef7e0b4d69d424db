import type { HistoryLine, HistoryLineOf } from "../../functions/core/replay/history-line";

/** Lines in the order of `at`, some at a time. */
export type LineBatches = AsyncIterable<readonly HistoryLine[]>;

const BATCH = 1_024;

/** The lines of several sources in the order of `at`; equal times are in the order of the sources. */
export async function* mergedLines(sources: readonly LineBatches[]): AsyncGenerator<readonly HistoryLine[]> {
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return yield* only;
  const cursors = sources.map((source) => new Cursor(source));
  try {
    for (const cursor of cursors) await cursor.fill();
    let batch: HistoryLine[] = [];
    for (let next = firstOf(cursors); next?.line !== undefined; next = firstOf(cursors)) {
      batch.push(next.line);
      next.index++;
      if (next.line === undefined) await next.fill();
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

class Cursor {
  index = 0;
  private batch: readonly HistoryLine[] = [];
  private readonly source: AsyncIterator<readonly HistoryLine[]>;

  constructor(source: LineBatches) {
    this.source = source[Symbol.asyncIterator]();
  }

  get line(): HistoryLine | undefined {
    return this.batch[this.index];
  }

  /** Goes on to the next batch that is not empty, if there is one. */
  async fill(): Promise<void> {
    while (this.line === undefined) {
      const { done, value } = await this.source.next();
      if (done === true) return;
      [this.batch, this.index] = [value, 0];
    }
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }
}

function firstOf(cursors: readonly Cursor[]): Cursor | undefined {
  let first: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.line !== undefined && (first?.line === undefined || cursor.line.at < first.line.at)) first = cursor;
  }
  return first;
}

/** Lines of one time that are remembered to tell copies by; of more, copies may stay. */
const MAX_REMEMBERED = 100_000;

/**
 * Lines without copies of others, such as those of pages that overlap. Of a run that was exported twice at one start, the line
 * stays that knows its end.
 * @param onCopy told of each line that is left out
 */
export async function* distinctLines(batches: LineBatches, onCopy: () => void): AsyncGenerator<readonly HistoryLine[]> {
  const moment = new Moment();
  for await (const batch of batches) {
    const out: HistoryLine[] = [];
    for (const line of batch) if (!moment.take(line, out)) onCopy();
    yield out;
  }
  yield moment.runs();
}

/** The lines of one time, which is that of the line taken last. */
class Moment {
  private at = Number.NaN;
  /** Not yet in `seen`: most lines are alone at their time, and need not be compared. */
  private alone: HistoryLine | undefined;
  private readonly seen = new Set<string>();
  private readonly held = new Map<string, HistoryLineOf<"run">>();

  /**
   * Appends to `out` what may be given. Runs are held until the time goes on.
   * @returns false for a copy
   */
  take(line: HistoryLine, out: HistoryLine[]): boolean {
    if (line.at !== this.at) {
      if (this.held.size > 0) out.push(...this.runs());
      if (this.seen.size > 0) this.seen.clear();
      [this.at, this.alone] = [line.at, undefined];
    }
    return line.type === "run" ? this.takeRun(line, out) : this.takeOther(line, out);
  }

  private takeRun(run: HistoryLineOf<"run">, out: HistoryLine[]): boolean {
    const id = JSON.stringify([run.model, run.run]);
    const known = this.held.get(id);
    if (known === undefined || (known.endedAt === undefined && run.endedAt !== undefined)) this.held.set(id, run);
    if (this.held.size > MAX_REMEMBERED) out.push(...this.runs());
    return known === undefined;
  }

  private takeOther(line: HistoryLine, out: HistoryLine[]): boolean {
    if (this.alone === undefined && this.seen.size === 0) this.alone = line;
    else {
      if (this.alone !== undefined) this.seen.add(contentOf(this.alone));
      this.alone = undefined;
      const content = contentOf(line);
      if (this.seen.has(content)) return false;
      if (this.seen.size < MAX_REMEMBERED) this.seen.add(content);
    }
    out.push(line);
    return true;
  }

  /** Those that are held, which it then forgets. */
  runs(): readonly HistoryLine[] {
    const runs = [...this.held.values()];
    this.held.clear();
    return runs;
  }
}

/** Equal for lines that tell the same, whatever the order of their fields. */
function contentOf(line: HistoryLine): string {
  return JSON.stringify(Object.entries(line).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
