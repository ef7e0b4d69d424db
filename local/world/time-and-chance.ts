import { createHash } from "node:crypto";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

type Task = () => void | Promise<void>;

/** A clock that jumps from task to task, so that a month passes in seconds. Times are epoch milliseconds. */
export interface VirtualClock {
  now(): number;
  /** Runs `task` at `time`, or at once where that is past; tasks of one moment run in the order in which they were added. */
  at(time: number, task: Task): void;
  /** True when nothing is planned. */
  isIdle(): boolean;
  /** Runs one task after the other until nothing is planned. Rejects with what a task throws. */
  run(): Promise<void>;
}

export function virtualClock(start: number): VirtualClock {
  let now = start;
  /** Latest first, so that the next one is popped. */
  const plan: { readonly time: number; readonly task: Task }[] = [];
  return {
    now: () => now,
    at(time, task) {
      const due = Math.max(time, now);
      let index = plan.length;
      while (index > 0 && (plan[index - 1]?.time ?? due) <= due) index--;
      plan.splice(index, 0, { time: due, task });
    },
    isIdle: () => plan.length === 0,
    async run() {
      for (let next = plan.pop(); next !== undefined; next = plan.pop()) {
        now = next.time;
        await next.task();
      }
    },
  };
}

const RESOLUTION = 2 ** 31;

/** Chance that is equal for equal seeds, on any machine. */
export interface SeededRandom {
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean;
  /** A whole number, at least 0, below `limit`, which is at most 2^32. */
  below(limit: number): number;
  /** `digits` hexadecimal digits. */
  hex(digits: number): string;
  /** A random (version 4) UUID. */
  uuid(): string;
  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[];
}

/** A stream of chance of its own for each name, so that one part of the replay drawing more does not change what another draws. */
export function seededRandom(seed: number, name: string): SeededRandom {
  const generator = xoroshiro128plus(createHash("sha256").update(`${seed}/${name}`).digest().readInt32LE(0));
  const below = (limit: number) => uniformInt(generator, 0, limit - 1);
  const hex = (digits: number) => Array.from({ length: digits }, () => below(16).toString(16)).join("");
  return {
    chance: (probability) => below(RESOLUTION) < probability * RESOLUTION,
    below,
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${"89ab".charAt(below(4))}${hex(3)}-${hex(12)}`,
    shuffled: (items) =>
      items
        .map((item) => ({ item, rank: below(RESOLUTION) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
  };
}
