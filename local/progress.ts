import type { WriteStream } from "node:tty";

const LINE_MS = 100;
const PLAIN_STEP = 0.25;

/** Tells how far a replay is. */
export interface Progress {
  /** At the virtual time `now` (epoch milliseconds). */
  update(now: number, files: number): void;
  /** Removes the updating line. */
  clear(): void;
}

/** On a terminal one line that is written over; elsewhere a line for each quarter. */
export function createProgress(output: WriteStream, from: number, until: number): Progress {
  let shownAt = 0;
  let shownShare = 0;
  const lineAt = (now: number, files: number) =>
    `${new Date(now).toISOString().slice(0, 16).replace("T", " ")}  ${files.toLocaleString("en-US")} files landed`;
  return {
    update(now, files) {
      const share = (now - from) / (until - from);
      if (output.isTTY) {
        if (Date.now() - shownAt < LINE_MS) return;
        shownAt = Date.now();
        output.write(`\r${lineAt(now, files)}  ${Math.min(100, Math.floor(share * 100))} %\u001b[K`);
      } else if (share >= shownShare + PLAIN_STEP && share < 1) {
        shownShare += PLAIN_STEP;
        output.write(`${lineAt(now, files)}\n`);
      }
    },
    clear() {
      if (output.isTTY) output.write("\r\u001b[K");
    },
  };
}
