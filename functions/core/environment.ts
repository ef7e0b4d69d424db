import { z } from "zod";

/** What every deployed function is told by its environment; addresses only, never a secret or a policy. */
export const environmentSchema = z.object({
  /** Name of the state store: a DynamoDB table, a Firestore database. */
  RETRIGGER_STATE: z.string().min(1),
  /** Address of the request queue: an SQS URL, a Pub/Sub topic. */
  RETRIGGER_REQUESTS: z.string().min(1).optional(),
});

export type FunctionEnvironment = z.infer<typeof environmentSchema>;

/**
 * The environment of a deployed function.
 * @throws Error that names every variable that is missing
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): FunctionEnvironment {
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) {
    throw new Error(`the function's environment is not what its Terraform module sets: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
