// Times, durations, money and amounts as a person reads them in a message.

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = [
  ...(["January", "February", "March", "April", "May", "June"] as const),
  ...(["July", "August", "September", "October", "November", "December"] as const),
] as const;

/** `Wed 2 December 2026, 12:00 UTC`. @param at epoch milliseconds */
export function momentText(at: number): string {
  const date = new Date(at);
  const clock = date.toISOString().slice(-13, -8);
  return `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** `24 hours`, `3 days`, `1 hour 30 minutes`: the two largest units, and a single day as hours. @param ms milliseconds */
export function lengthText(ms: number): string {
  const units = ms < 2 * 86_400_000 ? UNITS.slice(1) : UNITS;
  let rest = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(amountText(count, unit));
  }
  return parts.slice(0, 2).join(" ") || "0 seconds";
}

/** `1,250.00 USD`. */
export function moneyText(usd: number): string {
  return `${grouped(usd.toFixed(2))} USD`;
}

/** `1 object`, `1,000 objects`. @param singular of what is counted; its plural takes an s */
export function amountText(count: number, singular: string): string {
  return `${grouped(String(count))} ${singular}${count === 1 ? "" : "s"}`;
}

/** `250 MB`: in units of 1000, with three digits. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1_000 ** power).toPrecision(3))} ${units[power]}`;
}

/** The text with its first letter in upper case, and a full stop where it ends without a mark. */
export function sentence(text: string): string {
  const [first = "", ...rest] = text;
  return `${first.toUpperCase()}${rest.join("")}${/[.?!…]$/.test(text) ? "" : "."}`;
}

/** `a`, `a and b`, `a, b and c`; of more than `most`, the others are counted. */
export function listText(items: readonly string[], most = 3): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}
