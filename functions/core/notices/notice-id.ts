import { fnv1a } from "../request-ids";

/** Longest id of a message, characters. */
const MAX_ID = 200;

/** The id of what people are told: equal for the same parts, and no longer than an id may be. */
export function noticeId(...parts: readonly (string | number)[]): string {
  const id = parts.join(" ");
  return id.length <= MAX_ID ? id : `${id.slice(0, MAX_ID - 17).toWellFormed()} ${fnv1a(id)}`;
}
