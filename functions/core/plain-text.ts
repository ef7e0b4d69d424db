// Texts from outside (errors, names, keys, reasons) as a log and a terminal may show them.

/**
 * Controls (C0 and C1, with which a terminal's escape sequences begin), ends of lines, what turns the direction of writing, and
 * what is no character, which SQS refuses in an attribute.
 * https://www.unicode.org/reports/tr9/#Explicit_Directional_Formatting_Characters
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]/g;

/**
 * A text in one line that no terminal obeys: ends of lines and tabs become spaces, other controls are escaped, such as `\u001b`.
 * @param most longest result in characters; what is longer ends in `…`. @default - as long as the text
 */
export function plainLine(text: string, most = Number.POSITIVE_INFINITY): string {
  // What is cut off need not be looked at: a hostile text may have megabytes.
  const line = text
    .slice(0, Math.min(4 * most, text.length))
    .replace(/\s+/g, " ")
    .replace(UNPRINTABLE, escaped)
    .trim()
    .toWellFormed();
  return line.length <= most && text.length <= 4 * most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}

/** A text of several lines that no terminal obeys: ends of lines and tabs stay, other controls are escaped. */
export function plainLines(text: string): string {
  return text.replace(UNPRINTABLE, (control) => (control === "\n" || control === "\t" ? control : escaped(control))).toWellFormed();
}

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The most of a payload that an error quotes, in characters: enough to recognise it, and no more of what may be personal. */
const MAX_QUOTE_CHARS = 80;

/** The beginning of a payload, as an error quotes it. */
export function quoted(payload: string): string {
  return payload.slice(0, MAX_QUOTE_CHARS);
}

/** A text as JSON, for a message; of a long one, its beginning. */
export function quotedText(text: string): string {
  return JSON.stringify(text.length <= MAX_QUOTE_CHARS ? text : `${quoted(text)}…`);
}

const HIDDEN = "<hidden>";

/** Addresses of webhooks of Slack and Teams, whose paths are secrets, and what is shown in their place. */
const WEBHOOKS: readonly (readonly [RegExp, string])[] = [
  [/(\bhttps?:\/\/hooks\.slack(?:-gov)?\.com\/)[^\s"'<>]+/gi, `$1${HIDDEN}`],
  [
    /(\bhttps?:\/\/[^\s/?#"'<>]*\.(?:logic\.azure\.(?:com|us|cn)|environment\.api\.[\w.-]+|webhook\.office(?:365)?\.com)(?::\d+)?\/)[^\s"'<>]+/gi,
    `$1${HIDDEN}`,
  ],
];

/**
 * Forms of secrets, as errors of clients quote them, and what is shown in their place: the query of an address, which may be its
 * signature, and who it is for; the path of a webhook of Slack or Teams; headers; values with a telling name; keys and tokens that
 * begin as those of AWS, Google, Slack and JSON Web Tokens do.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(\bhttps?:\/\/)[^\s/?#@"']*@/gi, `$1${HIDDEN}@`],
  ...WEBHOOKS,
  [/(\bhttps?:\/\/[^\s"'<>?]+\?)[^\s"'<>]+/gi, `$1${HIDDEN}`],
  [
    /\b((?:proxy-)?authorization|x-amz-security-token|x-goog-iam-authorization-token|(?:set-)?cookie)(["']?\s*[:=]\s*)[^\r\n]+/gi,
    `$1$2${HIDDEN}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, `$1 ${HIDDEN}`],
  [
    /([\w-]{0,40}(?:token|secret|password|passwd|signature|credential|api[-_]?key)[\w-]{0,40}["']?\s*=\s*["']?)[^\s"'&,;)]+/gi,
    `$1${HIDDEN}`,
  ],
  [
    /("[\w-]{0,40}(?:token|secret|password|passwd|signature|credential|private_?key|api[-_]?key)[\w-]{0,40}"\s*:\s*")(?:[^"\\]|\\.)*/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(?:ya29\.|eyJ[\w-]{8,}\.|IQoJ|FwoG|FQoG|xox[a-z]-|AIza|(?:AKIA|ASIA)(?=[A-Z0-9]{12}))[\w.+/=-]{8,}/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/** A text without the secrets that it quotes, as far as their form gives them away. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, [form, shown]) => clean.replace(form, shown), text);
}

/** Whether a text holds the address of a webhook, or the beginning of one. */
export function holdsWebhook(text: string): boolean {
  return WEBHOOKS.some(([form, shown]) => text.replace(form, shown) !== text);
}

/**
 * A text as `plainLine`, without the secrets that it quotes. Cut first: a hostile text may have megabytes, and of a secret that is
 * cut the beginning gives it away.
 */
export function harmlessLine(text: string, most: number): string {
  return plainLine(withoutSecrets(text.slice(0, 4 * most)), most);
}
