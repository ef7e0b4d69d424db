/** Half of what a bucket has for one type of event, as others may announce theirs too. https://cloud.google.com/storage/docs/pubsub-notifications */
const MAX_NOTIFICATIONS = 5;

/**
 * The prefixes that a bucket announces objects of, when these are watched: none within another, so that no object is announced twice,
 * and at most `most` of them. The functions look at each object again.
 */
export function announcedPrefixes(watched: readonly string[], most: number = MAX_NOTIFICATIONS): string[] {
  const distinct = [...new Set(watched)].sort();
  const outermost = distinct.filter((prefix) => !distinct.some((other) => other !== prefix && prefix.startsWith(other)));
  return outermost.length <= most ? outermost : [commonStart(outermost)];
}

/** What all of these sorted texts start with: the first and the last differ the most. */
function commonStart(sorted: readonly string[]): string {
  const [first = "", last = ""] = [sorted[0], sorted.at(-1)];
  const length = [...first].findIndex((character, index) => character !== [...last][index]);
  return length < 0 ? first : [...first].slice(0, length).join("");
}
