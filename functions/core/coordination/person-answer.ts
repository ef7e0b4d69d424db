import * as z from "zod/mini";
import { PoisonMessageError } from "../errors";
import { modelNameSchema } from "../model-settings";
import { requestIdSchema, type TrainingRequest } from "../training-request";
import { CATCH_UPS } from "./coordinator-state";

/**
 * How it is known who somebody is: `aws-sqs` where SQS attests who sent the message; `declared` where only the person says so, as
 * on Google Cloud, whose Pub/Sub names no publisher.
 */
export type Verification = "aws-sqs" | "declared";

const VERIFIED = / \((aws-sqs|declared)\)$/;

/** Of a name in an identity, so that it fits into a cause; in characters. */
export const MAX_NAME = 200;

/** Of a person's reason, in characters. */
export const MAX_WHY = 256;

/** Who somebody is, as every record has it: `ada (declared)`, `AROAEXAMPLE:ada@example.com (aws-sqs)`. */
export function identityOf(name: string, verifiedBy: Verification): string {
  return `${name.slice(0, MAX_NAME)} (${verifiedBy})`;
}

/**
 * True where two identities are, or may be, those of one person. People differ by more than case, width, spaces and characters that
 * nobody sees, and by more than the role that they assume: SQS tells a role's session as `<id of the role>:<session>`, of which
 * the session counts. Older records hold names alone, which were declared.
 */
export function isSamePerson(one: string, other: string): boolean {
  return personOf(one) === personOf(other);
}

function personOf(identity: string): string {
  const name = identity.replace(VERIFIED, "");
  const isSent = VERIFIED.exec(identity)?.[1] === "aws-sqs";
  return folded(isSent ? name.slice(name.indexOf(":") + 1) : name);
}

/** The names that a list of people may hold for somebody: all of the identity, and of a role its id, or its session. */
export function identityNames(identity: string): string[] {
  const name = identity.replace(VERIFIED, "");
  if (VERIFIED.exec(identity)?.[1] !== "aws-sqs") return [name];
  const [role = name, ...session] = name.split(":");
  return [name, role, ...(session.length > 0 ? [session.join(":")] : [])];
}

/**
 * What is wrong with the name or the reason that a person gives, such as `got a blank text; expected 1 to 256 characters`;
 * undefined when nothing is.
 * @param most longest text that is allowed, in characters
 */
export function mistakeOfText(text: string, most: number): string | undefined {
  if (folded(text) === "") return `got a blank text; expected 1 to ${most} characters`;
  return text.length > most ? `got ${text.length} characters; expected 1 to ${most} characters` : undefined;
}

/** Empty for a text of which nothing can be seen. */
function folded(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .toLowerCase();
}

/** The people who asked for a training by hand, as far as its causes are listed. */
export function requestersOf({ causes }: TrainingRequest): string[] {
  return causes.flatMap((cause) => (cause.type === "manual" ? [cause.by] : []));
}

/**
 * A request with the identity of the person who asks for it.
 * @param sender whom the queue attests; undefined where it attests nobody, and what the request says is declared
 * @throws PoisonMessageError when that is blank, or the reason is
 */
export function withRequester(request: TrainingRequest, sender: string | undefined): TrainingRequest {
  const causes = request.causes.map((cause) => {
    if (cause.type !== "manual") return cause;
    const { by, why } = cause;
    for (const [name, text] of Object.entries({ by, why })) {
      // A cause holds longer names than an identity, which cuts them.
      const mistake = mistakeOfText(text, MAX_WHY);
      if (mistake !== undefined) throw new PoisonMessageError(`not a training request: ${name}: ${mistake}`);
    }
    return { ...cause, by: signedBy(by, sender) };
  });
  return { ...request, causes };
}

function signedBy(declared: string, sender: string | undefined): string {
  return sender === undefined ? identityOf(declared, "declared") : identityOf(sender, "aws-sqs");
}

/** The source that the message of a person names. */
export const PERSON_SOURCE = "retrigger.person";

/** More than any training costs, USD. */
const MAX_COST = 1e7;

function writtenText(most: number) {
  return z.string().check(
    z.refine((text) => mistakeOfText(text, most) === undefined, {
      error: ({ input }) => (typeof input === "string" ? mistakeOfText(input, most) : undefined),
    }),
  );
}

/** A person's answer as a message of the request queue; `id` tells its delivery from another answer. */
const common = {
  source: z.literal(PERSON_SOURCE),
  id: z.string().check(z.regex(/^[A-Za-z0-9-]{8,64}$/, { error: "expected 8 to 64 of A-Z, a-z, 0-9 and -" })),
  model: modelNameSchema,
  /** As the person says; what the queue attests goes before it. */
  by: writtenText(MAX_NAME),
};

const personAnswerSchema = z.discriminatedUnion("do", [
  z.strictObject({ ...common, do: z.literal("approve"), requestId: requestIdSchema }),
  z.strictObject({ ...common, do: z.literal("reject"), requestId: requestIdSchema }),
  z.strictObject({
    ...common,
    do: z.literal("pause"),
    why: writtenText(MAX_WHY),
    /** What a person asks for still starts. */
    isFreeze: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({ ...common, do: z.literal("resume"), catchUp: z.enum(CATCH_UPS) }),
  z.strictObject({
    ...common,
    do: z.literal("settle"),
    requestId: requestIdSchema,
    status: z.enum(["succeeded", "failed", "stopped"]),
    /** USD; absent where the reservation is taken for the cost. */
    cost: z.exactOptional(z.number().check(z.nonnegative(), z.maximum(MAX_COST))),
  }),
  z.strictObject({ ...common, do: z.literal("clear") }),
  /** Of a rollout: all of the traffic at once, the champion again, as it is, or on. `requestId` is its candidate's. */
  z.strictObject({ ...common, do: z.literal("promote"), requestId: requestIdSchema, why: writtenText(MAX_WHY) }),
  z.strictObject({ ...common, do: z.literal("rollback"), requestId: requestIdSchema, why: writtenText(MAX_WHY) }),
  z.strictObject({ ...common, do: z.literal("hold"), requestId: requestIdSchema, why: writtenText(MAX_WHY) }),
  z.strictObject({ ...common, do: z.literal("continue"), requestId: requestIdSchema }),
]);

export type PersonAnswer = Readonly<z.infer<typeof personAnswerSchema>>;

/** An order to the rollout of a candidate; the other answers are about requests, or models, or candidates that wait. */
export type RolloutOrder = Extract<PersonAnswer, { readonly do: "promote" | "rollback" | "hold" | "continue" }>;

/** An answer that the coordinator takes, unless it is about a candidate. */
export type CoordinatorAnswer = Exclude<PersonAnswer, RolloutOrder>;

export function isRolloutOrder(answer: PersonAnswer): answer is RolloutOrder {
  return answer.do === "promote" || answer.do === "rollback" || answer.do === "hold" || answer.do === "continue";
}

/** What a person does, without who and where. */
export type Deed = PersonAnswer extends infer A ? (A extends PersonAnswer ? Omit<A, keyof typeof common> : never) : never;

const fromPersonSchema = z.object({ source: z.literal(PERSON_SOURCE) });

/**
 * The answer that a message is, with the identity of who gives it; undefined for any other message.
 * @param sender whom the queue attests; undefined where it attests nobody, and what the message says is declared
 * @throws PoisonMessageError when the message of a person is broken
 */
export function parsePersonAnswer(message: unknown, sender: string | undefined): PersonAnswer | undefined {
  if (!fromPersonSchema.safeParse(message).success) return undefined;
  const parsed = personAnswerSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not a person's answer: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, by: signedBy(parsed.data.by, sender) };
}
