import { utf8Bytes } from "../batching/landed-object";
import type { CheckResult, Decision } from "./decision";
import { shortenings } from "./shortened-request";

/**
 * A decision for people, and below that for programs: readable lines, an empty line, and the decision as JSON, of which causes and
 * manifests are left out (and counted) as far as `maxBytes` of UTF-8 need it.
 * @throws RangeError when not even that fits
 */
export function messageText(subject: string, decision: Decision, maxBytes: number): string {
  const head = readableLines(subject, decision).join("\n");
  const { causes: _causes, manifests: _manifests, ...request } = decision.request;
  for (const shortened of shortenings(decision.request)) {
    const text = `${head}\n\n${JSON.stringify({ ...decision, request: { ...request, ...shortened } })}`;
    if (utf8Bytes(text) <= maxBytes) return text;
  }
  throw new RangeError(`the message on ${decision.requestId} does not fit into ${maxBytes} bytes`);
}

function readableLines(
  subject: string,
  { requestId, model, outcome, reason, decidedAt, dueAt, checks, request }: Decision,
): string[] {
  return [
    subject,
    "",
    `Model:    ${model}`,
    `Request:  ${requestId}, priority ${request.priority}, because of ${[...new Set(request.causes.map(({ type }) => type))].join(", ")}`,
    `Decision: ${outcome} (${reason}) at ${utc(decidedAt)}`,
    ...(dueAt === undefined ? [] : [`${outcome === "ask" ? "Until:  " : "Due at: "}  ${utc(dueAt)}`]),
    ...checks.filter(({ verdict }) => verdict !== "passed").map(checkLine),
  ];
}

function checkLine({ check, verdict, numbers, cure }: CheckResult): string {
  const compared = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  const details = compared.length === 0 ? "" : ` (${compared.join(", ")})`;
  return `- ${check} ${verdict}${details}${cure === undefined ? "" : `; it takes ${cure.change}`}`;
}

function utc(at: number): string {
  return new Date(at).toISOString();
}
