import type { Log, LogEvent } from "../../core/log/log";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const SEVERITIES: Readonly<Record<LogEvent["level"], string>> = { info: "INFO", warn: "WARNING", error: "ERROR" };

/**
 * `Reporter` of a deployed function: one JSON line per entry on standard output, which Cloud Logging takes for a structured entry.
 * Log-based metrics are taken from the fields, which stand at the root of `jsonPayload`.
 */
export const consoleLog: Log = (entry) => {
  process.stdout.write(`${JSON.stringify(structuredLine(entry))}\n`);
};

/**
 * An entry with the severity that Cloud Logging knows. That of a drift is `driftSeverity`: a field `severity` is taken for the entry's
 * own, and removed. https://cloud.google.com/logging/docs/structured-logging
 */
export function structuredLine({ level, severity: driftSeverity, ...entry }: LogEvent): object {
  return { severity: SEVERITIES[level], message: entry.event, ...entry, driftSeverity };
}
