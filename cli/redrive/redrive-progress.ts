import type { WriteStream } from "node:tty";
import type { OnLetter } from "./redrive";

const LINE_MS = 100;

/** Tells how far a redrive is, in one line that is written over; on a terminal only. */
export function redriveProgress(
  output: WriteStream,
  now: () => number,
): { readonly onLetter: OnLetter; readonly clear: () => void } {
  let shownAt = 0;
  return {
    onLetter(queue, letters) {
      if (!output.isTTY || now() - shownAt < LINE_MS) return;
      shownAt = now();
      output.write(`\r${queue}: ${letters.toLocaleString("en-US")} letters so far\u001b[K`);
    },
    clear() {
      if (output.isTTY) output.write("\r\u001b[K");
    },
  };
}
