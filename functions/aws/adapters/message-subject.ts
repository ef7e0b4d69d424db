/** Longest subject that SNS takes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT = 99;

/** A text as SNS takes it for a subject: printable ASCII on one line, not too long. */
export function messageSubject(text: string): string {
  const line = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/\s+/g, " ")
    .replace(/[^ -~]/gu, "?")
    .trim();
  if (line.length <= MAX_SUBJECT) return line || "Retrigger";
  return `${line.slice(0, MAX_SUBJECT - 3)}...`;
}
