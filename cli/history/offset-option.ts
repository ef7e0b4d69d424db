import { UsageError } from "../command-error";
import { typedText } from "../printout";

/**
 * Minutes east of UTC that `--timezone` names, as `+02:00` or `Z`.
 * @throws UsageError for anything else
 */
export function offsetOption(text: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?([0-5]\d)$/.exec(text) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  if (offset <= 14 * 60) return sign === "-" ? -offset : offset;
  if (text === "Z" || text === "UTC") return 0;
  throw new UsageError(
    `--timezone ${typedText(text)}: expected an offset from UTC, such as +02:00; names such as Europe/Berlin are not read`,
  );
}
