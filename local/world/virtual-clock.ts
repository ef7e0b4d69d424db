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
