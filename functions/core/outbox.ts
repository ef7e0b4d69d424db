// An outbox is the part of a record that says what is left to do. It is saved together with the change that it follows from, and
// performed after that. A crash between the two leaves it to whoever looks next, so everything in it may be done more than once.

/** Something left to do; its number is unique within the record. */
export interface Pending {
  readonly number: number;
}

/** What the record becomes after something was performed. */
export interface Performed<S> {
  /** When this leaves the outbox. */
  readonly finished: (state: S) => S;
  /** When somebody else took it out meanwhile. @default - nothing changes, as it was done already */
  readonly overtaken?: (state: S) => S;
}

/** How an outbox is emptied. */
export interface OutboxSteps<S, P extends Pending> {
  /** May be repeated. Resolves to nothing where all that changes is that this leaves the outbox. */
  readonly perform: (pending: P) => Promise<Performed<S> | undefined>;
  /** Told of what could not be performed, which stays for the next time. */
  readonly failed: (pending: P, error: unknown) => void;
  /** Changes the record, by compare and set. */
  readonly save: (change: (state: S) => S) => Promise<unknown>;
}

/**
 * Performs what an outbox holds, each for itself, and takes out what was done, in one save. What others took out meanwhile changes
 * what its `overtaken` says, if anything. Resolves to how many were done; rejects when the save does.
 */
export async function performOutbox<S extends { readonly outbox: readonly P[] }, P extends Pending>(
  outbox: readonly P[],
  { perform, failed, save }: OutboxSteps<S, P>,
): Promise<number> {
  const done = new Map<number, Performed<S> | undefined>();
  for (const pending of outbox) {
    try {
      done.set(pending.number, await perform(pending));
    } catch (error) {
      failed(pending, error);
    }
  }
  if (done.size === 0) return 0;
  await save((state) => {
    const left = state.outbox.filter(({ number }) => !done.has(number));
    const emptied = left.length === state.outbox.length ? state : { ...state, outbox: left };
    return [...done].reduce<S>((changed, [number, performed]) => {
      const isOurs = state.outbox.some((pending) => pending.number === number);
      return (isOurs ? performed?.finished : performed?.overtaken)?.(changed) ?? changed;
    }, emptied);
  });
  return done.size;
}
