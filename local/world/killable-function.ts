import type { SeededRandom } from "./seeded-random";
import type { WorldJournal } from "./world-journal";

type AsyncCall<A extends unknown[], R> = (...args: A) => Promise<R>;

/** Wraps a call of a port, so that the function may be killed before it, or after it took effect. */
export type Guard = <A extends unknown[], R>(call: AsyncCall<A, R>) => AsyncCall<A, R>;

export interface KillableFunction<A extends unknown[], R> {
  /** Rejects when the invocation is killed; nothing of it runs afterwards. */
  readonly invoke: AsyncCall<A, R>;
  readonly counts: { readonly invocations: number; readonly killed: number };
}

export interface KillableFunctionOptions {
  readonly name: string;
  /** Share of the invocations that are marked to be killed; those which end before their moment comes survive. */
  readonly killRatio: number;
  /** Chance of the invocation of that number, from 1: the same whatever came before. */
  readonly randomOf: (invocation: number) => SeededRandom;
  readonly journal: WorldJournal;
}

/** Latest moment of a kill, in moments before and after guarded calls. */
const MAX_MOMENTS = 12;
const KILLED = "the invocation was killed";

/**
 * A deployed function whose invocations are killed now and then, half-way through, as by a timeout or lack of memory. What was
 * running stops for ever where it is; the next invocation finds a fresh instance from `create`.
 */
export function killableFunction<A extends unknown[], R>(
  create: (guard: Guard) => AsyncCall<A, R>,
  { name, killRatio, randomOf, journal }: KillableFunctionOptions,
): KillableFunction<A, R> {
  const counts = { invocations: 0, killed: 0 };
  let instance = startInstance(create);

  async function invokeOrKill(random: SeededRandom, args: A): Promise<R> {
    const moments = random.chance(killRatio) ? random.below(MAX_MOMENTS) : Number.POSITIVE_INFINITY;
    const { handler, killed } = instance.arm(moments);
    killed.catch(() => {
      instance = startInstance(create);
    });
    return await Promise.race([handler(...args), killed]);
  }

  return {
    counts,
    async invoke(...args) {
      counts.invocations += 1;
      const random = randomOf(counts.invocations);
      try {
        return await journal.invocation(name, () => invokeOrKill(random, args));
      } catch (error) {
        if (error instanceof Error && error.message === KILLED) counts.killed += 1;
        throw error;
      }
    },
  };
}

function startInstance<A extends unknown[], R>(create: (guard: Guard) => AsyncCall<A, R>) {
  let momentsLeft = Number.POSITIVE_INFINITY;
  let kill = () => {};

  async function pass(): Promise<void> {
    if (momentsLeft-- > 0) return;
    kill();
    await new Promise<never>(() => {});
  }

  const handler = create((call) => async (...args) => {
    await pass();
    const result = await call(...args);
    await pass();
    return result;
  });

  return {
    arm(moments: number) {
      momentsLeft = moments;
      const killed = new Promise<never>((_, reject) => {
        kill = () => reject(new Error(KILLED));
      });
      return { handler, killed };
    },
  };
}
