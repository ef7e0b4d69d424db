import * as z from "zod/mini";
import { timeSchema } from "../numbers";

/** What people are told about. */
export const NOTICE_KINDS = ["decisions", "drift", "promotions", "alarms"] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What a person is asked for. */
const questionSchema = z.object({
  /** In a sentence: what is asked. */
  what: z.string(),
  /** In a sentence: why it is asked, in words and numbers. */
  why: z.string(),
  /** What a yes costs, in words; absent where that is not known. */
  cost: z.exactOptional(z.string()),
  /** In a sentence: what happens if nobody answers. */
  unanswered: z.string(),
  /** Until when an answer counts, epoch milliseconds. */
  until: timeSchema,
  /** The exact command that approves. */
  approve: z.string(),
  /** The exact command that rejects. */
  reject: z.string(),
});

/**
 * What people are told, apart from how a mail or a chat shows it. Every text is plain (plain-text.ts): texts from outside hold no
 * control characters, but they may hold the markup of a chat, which whoever renders them escapes.
 */
export const messageSchema = z.object({
  /** The same for the same event, however often it is sent: it is told once. At most 200 characters. */
  id: z.string().check(z.minLength(1), z.maxLength(200)),
  kind: z.enum(NOTICE_KINDS),
  /** What happened, in one line. */
  subject: z.string(),
  /** Absent for an alarm of the whole deployment. */
  model: z.exactOptional(z.string()),
  /** What happened and what to do, in sentences, a paragraph each. */
  paragraphs: z.array(z.string()),
  /** What a person may do next: what for, and the exact command. Not the answers to the question, which it has itself. */
  steps: z.exactOptional(z.array(z.object({ what: z.string(), command: z.string() }))),
  /** Details worth a line each, such as the request's id. */
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Present where a person is asked for an approval. */
  question: z.exactOptional(questionSchema),
  /** Runbook and console, as far as they have an address. */
  links: z.array(z.object({ title: z.string(), url: z.string() })),
});

export type Message = z.infer<typeof messageSchema>;
export type Step = NonNullable<Message["steps"]>[number];
export type Question = z.infer<typeof questionSchema>;

/** Where a deployment is and what belongs to it, as far as messages name it. */
export interface MessagePlace {
  readonly environment: string;
  readonly stack: "local" | "aws" | "gcp";
  /** Start of the deployment's physical names, where it is not `retrigger`. */
  readonly namePrefix?: string;
  /** On AWS. */
  readonly region?: string;
  /** On Google Cloud. */
  readonly project?: string;
  /** The state store as `--state` names it, where the environment does not tell it. */
  readonly state?: string;
  /** Folder or address of the runbooks. */
  readonly runbooks: string;
  /** Address of the console. @default - none is configured */
  readonly console?: string;
}
