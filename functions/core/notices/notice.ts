import { utf8Bytes } from "../batching/landed-object";
import type { CheckResult, Decision } from "../coordination/decision";
import { type Omitted, shortenings } from "../coordination/request-size";
import { threeDigits } from "../drift/judgement";
import { rankOf } from "../drift/severity";
import { fnv1a } from "../request-ids";
import { askedBy, type TrainingRequest } from "../training-request";
import type { NoticeKind } from "./message";
import { noticeId } from "./notice-id";

/** Something that a person may do next. */
export interface NextStep {
  /** What for, as the beginning of a line that ends in a colon and the command. */
  readonly what: string;
  /** The command of Retrigger and its arguments. */
  readonly words: readonly string[];
}

/** What is asked about a candidate that waits for an approval; times are epoch milliseconds. */
export interface CandidateQuestion {
  /** Why people are asked, in one sentence. */
  readonly why: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  /** How many people must approve it. */
  readonly approvers: number;
  /** No candidate of the model was accepted before, or none that still stands. */
  readonly isFirst?: true;
}

/** What people are told of a model: a decision that needs them, a drift, or a step of a candidate. */
export interface Notice {
  /** The same for the same event, however often it is told; at most 200 characters. */
  readonly id: string;
  readonly kind: Exclude<NoticeKind, "alarms">;
  /** When it was decided, epoch milliseconds; absent where that is not known. */
  readonly at?: number;
  /** What happened, in one line. */
  readonly subject: string;
  /** What to know of it, and what to do: readable lines, without the subject. */
  readonly text: string;
  readonly model: string;
  /** Of the request that it is about, where that is known. */
  readonly requestId?: string;
  /** For programs that subscribe; absent where it is about a drift. */
  readonly decision?: Decision;
  /** Causes and manifests of the decision's request that it does not list. */
  readonly omitted?: Omitted;
  /** Of a candidate that waits for an approval: what is asked. The first line of the text says the same. */
  readonly asks?: CandidateQuestion;
  /** What a person may do; the text has a line for each, as `nextStepLine` writes it. */
  readonly next?: readonly NextStep[];
  /** Name of the runbook of a notice without a decision. */
  readonly runbook?: string;
}

/** People who could not be told for a day are told by the record; milliseconds. */
export const NOTICE_MAX_AGE_MS = 86_400_000;

/** Port: tells people. May tell twice. */
export interface Notifier {
  /** Rejects when they may not have been told, so that the notice is sent again. */
  notify(notice: Notice): Promise<void>;
}

/** The end of a drift's text where its severity asks for no training. */
export const NO_TRAINING = "By the model's policy, drift of this severity asks for no training.";

/**
 * The notice of a drift.
 * @param requestId of the training that the drift's report asks for, where it is known
 */
export function driftNotice(model: string, subject: string, text: string, requestId?: string): Notice {
  const id = noticeId("drift", requestId ?? model, fnv1a(`${subject}\n${text}`));
  const isAsked = requestId !== undefined && !text.endsWith(NO_TRAINING);
  const next = [
    ...(!isAsked ? [] : [{ what: "What became of the training", words: ["why", requestId] }]),
    { what: "How it was judged", words: ["drift", model] },
    { what: "To ask for a training yourself", words: ["trigger", model, "--why", "your reason"] },
  ];
  return { id, kind: "drift", subject, text, model, ...(requestId !== undefined && { requestId }), next };
}

/** What is told of a candidate, as the state of its promotion holds it until people are. */
export type CandidateNews = Pick<Notice, "subject" | "text" | "asks" | "next" | "runbook"> & {
  readonly candidateId: string;
  /** Epoch milliseconds. */
  readonly at: number;
};

/** The notice of a step of a candidate. */
export function promotionNotice(model: string, { candidateId, at, ...told }: CandidateNews): Notice {
  const id = noticeId("promotion", candidateId, at, fnv1a(told.subject));
  return { id, kind: "promotions", at, model, requestId: candidateId, ...told };
}

/** The line of a notice's text that says what a person may do. */
export function nextStepLine({ what, words }: NextStep): string {
  return `${what}: retrigger ${words.join(" ")}`;
}

/**
 * The notice of a decision: what was decided, what stood in the way, and what it takes.
 * @param omitted causes and manifests that its request does not list
 */
export function decisionNotice(subject: string, decision: Decision, omitted?: Omitted): Notice {
  const { requestId, model, outcome, decidedAt: at } = decision;
  const id = noticeId("decision", requestId, outcome, at);
  const text = decisionLines(decision).join("\n");
  return { id, kind: "decisions", at, subject, text, model, requestId, decision, ...(omitted !== undefined && { omitted }) };
}

function decisionLines({ requestId, model, outcome, reason, decidedAt, dueAt, checks, request }: Decision): string[] {
  return [
    `Model:    ${model}`,
    `Request:  ${requestId}, priority ${request.priority}, because of ${Object.keys(askedBy(request)).join(", ")}`,
    ...driftLines(request),
    `Decision: ${outcome} (${reason}) at ${utc(decidedAt)}`,
    ...(dueAt === undefined ? [] : [`${outcome === "ask" ? "Until:  " : "Due at: "}  ${utc(dueAt)}`]),
    ...checks.filter(({ verdict }) => verdict !== "passed").map(checkLine),
  ];
}

/** The worst drift among the causes, for people who are told of it by this notice alone. */
function driftLines({ causes }: TrainingRequest): string[] {
  const drifts = causes.flatMap((cause) => (cause.type === "drift" ? [cause] : []));
  const [worst, ...others] = drifts.toSorted((a, b) => rankOf(b.severity) - rankOf(a.severity) || b.score - a.score);
  if (worst === undefined) return [];
  const where = worst.feature === undefined ? "" : ` of ${worst.feature}`;
  const more = others.length === 0 ? "" : `; and ${others.length} more`;
  return [`Drift:    ${worst.severity}, a score of ${threeDigits(worst.score)}${where}${more}`];
}

function checkLine({ check, verdict, numbers, cure }: CheckResult): string {
  const compared = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  const details = compared.length === 0 ? "" : ` (${compared.join(", ")})`;
  return `- ${check} ${verdict}${details}${cure === undefined ? "" : `; it takes ${cure.change}`}`;
}

function utc(at: number): string {
  return new Date(at).toISOString();
}

/** A notice for people alone: its subject, an empty line, and its text. */
function readableText({ subject, text }: Notice): string {
  return `${subject}\n\n${text}`;
}

/**
 * A notice for people and programs: what people read and, of a decision, an empty line and the decision as JSON. Of its request,
 * causes and manifests are left out (and counted) as far as `maxBytes` need it.
 * @param bytesOf how many bytes a text takes where it is sent. @default - as UTF-8
 * @throws RangeError when a decision does not fit even so
 */
export function messageText(notice: Notice, maxBytes: number, bytesOf: (text: string) => number = utf8Bytes): string {
  const { decision, omitted } = notice;
  const readable = readableText(notice);
  if (decision === undefined) return readable;
  const { causes: _causes, manifests: _manifests, ...request } = decision.request;
  for (const listed of shortenings(decision.request, omitted)) {
    const text = `${readable}\n\n${JSON.stringify({ ...decision, request: { ...request, ...listed } })}`;
    if (bytesOf(text) <= maxBytes) return text;
  }
  throw new RangeError(`the message on ${decision.requestId} does not fit into ${maxBytes} bytes`);
}
