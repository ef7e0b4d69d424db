import type { Log, LogRecord } from "../../core/log/log";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const SEVERITIES: Readonly<Record<LogRecord["level"], string>> = { info: "INFO", warn: "WARNING", error: "ERROR" };

/**
 * `Log` of a deployed function: one JSON line per event on standard output, which Cloud Logging takes for a structured entry.
 * Log-based metrics are taken from the fields, which stand at the root of `jsonPayload`.
 */
export const consoleLog: Log = (event) => {
  process.stdout.write(`${JSON.stringify(structuredLine(event))}\n`);
};

/**
 * A line with the severity that Cloud Logging knows. That of a drift is `driftSeverity`: a field `severity` is taken for the
 * entry's own, and removed. https://cloud.google.com/logging/docs/structured-logging
 */
export function structuredLine({ level, severity: driftSeverity, ...fields }: LogRecord): object {
  return { severity: SEVERITIES[level], message: fields.event, ...fields, driftSeverity };
}
