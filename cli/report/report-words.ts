import type { Outcome } from "../../functions/core/coordination/decision";
import { durationText } from "../printout";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const DATE = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });

/** What stands where nothing is known, or nothing can be. */
export const UNKNOWN = "–";

/** `12,345` */
export function countText(count: number): string {
  return WHOLE.format(count);
}

/** `1 training`, `12,345 trainings` */
export function amountText(count: number, one: string, several = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : several}`;
}

/** `1,240 USD`, `12.50 USD`, `−3 USD` */
export function moneyText(usd: number): string {
  const size = Math.abs(usd);
  const text = size >= 100 || Number.isInteger(size) ? WHOLE.format(size) : size.toFixed(2);
  return `${usd < 0 && /[1-9]/.test(text) ? "−" : ""}${text}\u00a0USD`;
}

/** Three digits, and more of what is 1,000 or larger: `0.0512`, `12.3`, `1,234`. */
export function costText(cost: number): string {
  const size = Math.abs(cost);
  if (size >= 1000) return WHOLE.format(cost);
  return size === 0 ? "0" : cost.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

/** A price as it was given, without digits that it does not need: `0.5`. */
export function priceText(price: number): string {
  return String(Number(price.toPrecision(6)));
}

/** An error from 0 to 1 as people say it: `12.3 %`. */
export function errorText(error: number): string {
  return `${(error * 100).toFixed(error < 0.1 ? 2 : 1)}\u00a0%`;
}

/** A share in whole percent, without its sign: `27 %`. */
export function shareText(share: number): string {
  return `${Math.abs(Math.round(share * 100))}\u00a0%`;
}

/** What an error costs over a step, in words: `error-days` for steps of a day. */
export function costUnit(stepMs: number): string {
  if (stepMs === DAY_MS) return "error-days";
  if (stepMs === HOUR_MS) return "error-hours";
  if (stepMs === 7 * DAY_MS) return "error-weeks";
  return `error-steps of ${spokenDuration(stepMs)}`;
}

/** A duration as people say it, in its largest unit, or the two largest: `2 days 3 hours`, `45 minutes`. */
export function spokenDuration(ms: number): string {
  const units = [
    ["day", DAY_MS],
    ["hour", HOUR_MS],
    ["minute", MINUTE_MS],
    ["second", 1000],
  ] as const;
  const index = units.findIndex(([, size]) => ms >= size);
  const [unit, size] = units[index] ?? ["second", 1000];
  const count = Math.floor(ms / size);
  const next = units[index + 1];
  const rest = next === undefined || count >= 10 ? 0 : Math.floor((ms - count * size) / next[1]);
  return [amountText(count, unit), ...(next === undefined || rest === 0 ? [] : [amountText(rest, next[0])])].join(" ");
}

/** A duration for a cell: `3 d 6 h`, and of ten days or more whole days, as nobody counts their hours. */
export function shortDuration(ms: number): string {
  return durationText(ms >= 10 * DAY_MS ? Math.round(ms / DAY_MS) * DAY_MS : ms);
}

/** `12 Mar 2026`, UTC. */
function dateText(at: number): string {
  return DATE.format(at);
}

/** `12 Mar 2026 14:00`, UTC; without the hour where it is midnight. */
export function momentText(at: number): string {
  return at % DAY_MS === 0 ? dateText(at) : `${dateText(at)} ${new Date(at).toISOString().slice(11, 16)}`;
}

/** How decisions of an outcome are called, one and several. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, readonly [string, string]>> = {
  start: ["start", "starts"],
  defer: ["deferred", "deferred"],
  merge: ["merged", "merged"],
  ask: ["asked a person", "asked a person"],
  reject: ["rejected", "rejected"],
  duplicate: ["duplicate", "duplicates"],
};
