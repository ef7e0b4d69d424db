// How a process keeps to a measure: what it does not do again every time, and how much it does at once.

export interface CacheOptions {
  /** How long what was read is used; milliseconds. */
  readonly maxAgeMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Reads at the first call, and again when what was read is `maxAgeMs` old. A read that failed is not kept. */
export function cached<T>({ maxAgeMs, now }: CacheOptions, read: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: T; readonly readAt: number } | undefined;
  return async () => {
    const readAt = now();
    if (kept === undefined || readAt - kept.readAt >= maxAgeMs) kept = { value: await read(), readAt };
    return kept.value;
  };
}

/** From one look to the next: events get lost rarely, and people change what is looked at. */
const LOOK_AGAIN_MS = 3_600_000;
/** After a failure, which as a rule a person must see to. */
const TRY_AGAIN_MS = 600_000;

/** A look at a thing of that name, which is wanted like that; resolves to undefined where it is not made this time. */
export type Look = <T>(name: string, wanted: unknown, look: () => Promise<T>) => Promise<T | undefined>;

/**
 * Looks at things by name, each at most once an hour, or ten minutes after a look that failed, unless told otherwise; milliseconds.
 * One that is wanted otherwise than at its last look is looked at right away. Resolves to undefined without a look.
 */
export function pacedLooks(now: () => number, { againMs = LOOK_AGAIN_MS, retryMs = TRY_AGAIN_MS } = {}): Look {
  const looks = new Map<string, { readonly wanted: string; readonly nextAt: number }>();
  return async (name, wanted, look) => {
    const text = JSON.stringify(wanted);
    const last = looks.get(name);
    if (last?.wanted === text && now() < last.nextAt) return undefined;
    looks.set(name, { wanted: text, nextAt: now() + retryMs });
    const seen = await look();
    looks.set(name, { wanted: text, nextAt: now() + againMs });
    return seen;
  };
}

/**
 * Does some work for each item, for at most `limit` at once, begun in their order; rejects with the first failure, after which
 * nothing more is begun.
 */
export async function inParallel<T>(items: Iterable<T>, limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  let hasFailed = false;
  async function worker(): Promise<void> {
    for (let next = left.next(); !next.done && !hasFailed; next = left.next()) {
      try {
        await work(next.value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, worker));
}
