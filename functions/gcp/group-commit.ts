/**
 * Lets concurrent calls share a commit: what is brought until `gather` resolves goes into one, and what is brought while that is
 * under way goes into the next. Each call rejects or resolves by what its own item came to.
 */
export function groupCommit<T>(
  gather: () => Promise<unknown>,
  /** Resolves to why items failed, by item; rejects when all did. */
  commit: (items: readonly T[]) => Promise<ReadonlyMap<T, Error>>,
): (item: T) => Promise<void> {
  interface Waiting {
    readonly item: T;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isRunning = false;

  async function commitGroup(): Promise<void> {
    await gather();
    const group = waiting;
    waiting = [];
    try {
      const failed = await commit(group.map(({ item }) => item));
      for (const { item, resolve, reject } of group) {
        const error = failed.get(item);
        if (error === undefined) resolve();
        else reject(error);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) await commitGroup();
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}
