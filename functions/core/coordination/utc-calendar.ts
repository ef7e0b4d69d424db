const DAY_MS = 86_400_000;

/**
 * The newest day that was asked for: nearly every decision asks for the same again, and writing one takes a tenth of its time.
 */
let written = { day: Number.NaN, text: "" };

/** `2026-11-21`. */
export function utcDay(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (written.day !== day) written = { day, text: new Date(at).toISOString().slice(0, 10) };
  return written.text;
}

/** `2026-11`. */
export function utcMonth(at: number): string {
  return utcDay(at).slice(0, 7);
}

/** The first moment of the next UTC day. */
export function nextDay(at: number): number {
  return (Math.floor(at / DAY_MS) + 1) * DAY_MS;
}

/** The first moment of the next UTC month. */
export function nextMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** The first moment of the UTC month. */
export function startOfMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
