import type { ReportEntry, Reporter } from "../core/report";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const SEVERITIES: Readonly<Record<ReportEntry["level"], string>> = { info: "INFO", warn: "WARNING", error: "ERROR" };

/** `Reporter` of a deployed function: one JSON line per entry on standard output, which Cloud Logging takes for a structured entry. */
export const consoleReport: Reporter = ({ level, severity: driftSeverity, ...entry }) => {
  // A field `severity` is taken for the entry's own, and removed: https://cloud.google.com/logging/docs/structured-logging
  const line = { severity: SEVERITIES[level], message: entry.event, ...entry, driftSeverity };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
