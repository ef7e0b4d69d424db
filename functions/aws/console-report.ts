import type { Reporter } from "../core/report";

/** `Reporter` of a deployed function: one JSON line per entry on standard output, which Lambda sends to CloudWatch Logs. */
export const consoleReport: Reporter = (entry) => {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
};
