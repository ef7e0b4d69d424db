import { CommandError } from "./find";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^(\d{1,6})([mhd])$/;
const DAY_OR_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * The moment that an option names, epoch milliseconds: so long before `now` (`90m`, `36h`, `7d`), a UTC day, or a time with its offset.
 * @throws CommandError when it names none
 */
export function timeOption(option: string, text: string, now: number): number {
  const [, amount, unit] = AGO.exec(text) ?? [];
  if (amount !== undefined) return Math.max(0, now - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  const at = DAY_OR_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (at >= 0) return at;
  throw new CommandError(
    `--${option} ${text}: expected how long ago, such as 36h or 7d, a day such as 2026-11-01, or a time with its offset`,
  );
}
