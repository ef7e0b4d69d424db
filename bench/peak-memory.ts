/** What a measured process prints, as its last line, before its peak memory in KiB. */
export const PEAK_MARK = "peak-rss-kb:";

/**
 * Peak resident memory of this process, KiB. Where Linux tells it, it is that since the program was loaded: the other count begins
 * with what the process which started this one had. Needs nothing from outside, so that its text can be put into a bundle.
 */
export function peakKb(): number {
  const { existsSync, readFileSync } = process.getBuiltinModule("node:fs");
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}

/** A statement that prints the peak memory of whatever runs it. */
export const PRINT_PEAK = `console.log("${PEAK_MARK}" + (${peakKb})())`;
