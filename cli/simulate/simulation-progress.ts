import type { WriteStream } from "node:tty";

const LINE_MS = 100;

/** Tells on a terminal how many lines were read, in one line that is written over; elsewhere nothing. */
export function simulationProgress(output: WriteStream, now: () => number) {
  let shownAt = 0;
  return {
    /** @param lines of both readings together, so far */
    update(lines: number): void {
      if (!output.isTTY || now() - shownAt < LINE_MS) return;
      shownAt = now();
      output.write(`\r${lines.toLocaleString("en-US")} lines read, each is read twice\u001b[K`);
    },
    /** Removes the line. */
    clear(): void {
      if (output.isTTY) output.write("\r\u001b[K");
    },
  };
}
