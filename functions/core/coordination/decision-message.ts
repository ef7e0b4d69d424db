import { utf8Bytes } from "../batching/landed-object";
import type { TrainingRequest } from "../training-request";
import type { CheckResult, Decision } from "./decision";

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

/**
 * Why a run was started, as JSON of at most `maxLength` characters: the request, with as many of its causes and manifests as fit
 * and the number of each that do not.
 * @throws RangeError when not even the request's name fits
 */
export function auditText(request: TrainingRequest, maxLength: number): string {
  const { id, model, priority, requestedAt } = request;
  for (const shortened of shortenings(request)) {
    const text = JSON.stringify({
      requestId: id,
      model,
      priority,
      requestedAt: new Date(requestedAt).toISOString(),
      ...shortened,
    });
    if (text.length <= maxLength) return text;
  }
  throw new RangeError(`the audit text of ${id} does not fit into ${maxLength} characters`);
}

/** How many causes and manifests are listed, from most to fewest. */
const LISTED = [1000, 100, 30, 10, 3, 1, 0] as const;

/** A request of which not every cause and manifest may be listed; `omitted` says how many of each are not. */
export type ShortenedRequest = Pick<TrainingRequest, "causes" | "manifests"> & {
  readonly omitted?: { readonly causes: number; readonly manifests: number };
};

/** What a request lists, from all of it to nothing, for whoever has little room. */
export function* shortenings({ causes, manifests }: TrainingRequest): Generator<ShortenedRequest> {
  for (const listed of LISTED) {
    const omitted = { causes: Math.max(0, causes.length - listed), manifests: Math.max(0, manifests.length - listed) };
    const isWhole = omitted.causes === 0 && omitted.manifests === 0;
    yield { causes: causes.slice(0, listed), manifests: manifests.slice(0, listed), ...(!isWhole && { omitted }) };
  }
}
