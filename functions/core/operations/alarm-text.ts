import type { ConfiguredAlarm } from "./configured-alarms";

/** Where a runbook is, from `base`, the address of the folder of runbooks, with or without a slash at its end. */
export function runbookAddress(base: string, alarm: string): string {
  return `${base.replace(/\/+$/, "")}/${alarm}.md`;
}

/** What a person is told with an alarm: whom it is about, what happened, and where to read on. */
export function alarmText({ alarm, subject }: Pick<ConfiguredAlarm, "alarm" | "subject">, runbooks: string): string {
  const about = subject === undefined ? "" : `${subject}: `;
  return `${alarm.severity}: ${about}${alarm.summary}. Runbook: ${runbookAddress(runbooks, alarm.name)}`;
}
