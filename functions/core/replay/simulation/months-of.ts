import { utcMonth } from "../../coordination/utc-calendar";

/** UTC months that a span of time touches. */
export function monthsOf(from: number, to: number): number {
  const [first = 0, firstMonth = 0] = utcMonth(from).split("-").map(Number);
  const [last = 0, lastMonth = 0] = utcMonth(to).split("-").map(Number);
  return (last - first) * 12 + lastMonth - firstMonth + 1;
}
