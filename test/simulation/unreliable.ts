/** Called before and after every port call; it may wait, throw (the call failed) or never return (the process died). */
export type Step = (point: string) => Promise<void>;

/** A port whose every method passes through `step`, on both sides of its effect. */
export function unreliable<T extends object>(port: T, step: Step): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      if (name === "readSegments") {
        return async function* (...parameters: unknown[]) {
          await step("before readSegments");
          yield* member.apply(target, parameters);
          await step("after readSegments");
        };
      }
      return async (...parameters: unknown[]) => {
        await step(`before ${String(name)}`);
        const result: unknown = await member.apply(target, parameters);
        await step(`after ${String(name)}`);
        return result;
      };
    },
  });
}

/** What befalls one port call of a process. */
export type Fate = "fine" | "throws" | "dies";

export const DIED = Symbol("the process died");

/** Runs a process to its end, or until one of its port calls dies; then the rest of it never happens. */
export async function runProcess<T>(
  start: (step: Step) => Promise<T>,
  nextFate: (point: string) => Fate,
  pause: () => Promise<void>,
): Promise<T | typeof DIED> {
  let die: (value: typeof DIED) => void = () => undefined;
  const death = new Promise<typeof DIED>((resolve) => {
    die = resolve;
  });
  const step: Step = async (point) => {
    await pause();
    const fate = nextFate(point);
    if (fate === "throws") throw new Error(`injected failure ${point}`);
    if (fate === "dies") {
      die(DIED);
      await new Promise<never>(() => undefined);
    }
  };
  return Promise.race([start(step), death]);
}

/**
 * Lets processes work at the same time, in any order of their port calls: each waits at `pause` until it is drawn, and the next is
 * drawn when nothing goes on without that. Outside of `interleave` nobody waits.
 */
export function randomTurns(random: (limit: number) => number) {
  const waiting: (() => void)[] = [];
  let isInterleaving = false;
  return {
    pause: (): Promise<void> => (isInterleaving ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve()),
    /** Resolves or rejects as the work that `begin` begins. */
    async interleave<T>(begin: () => Promise<T>): Promise<T> {
      isInterleaving = true;
      const work = begin().finally(() => {
        isInterleaving = false;
      });
      for (await macrotask(); isInterleaving; await macrotask()) {
        const [next] = waiting.length === 0 ? [] : waiting.splice(random(waiting.length), 1);
        if (next === undefined) throw new Error("nobody waits for a turn, and the work has not ended");
        next();
      }
      return await work;
    },
  };
}

/** Every microtask is done before it. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
