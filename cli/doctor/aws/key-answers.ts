import * as z from "zod/mini";
import type { AwsAccount } from "./account";
import { AwsApiError } from "./signed-calls";

const keySchema = z.object({
  KeyMetadata: z.object({
    Arn: z.string(),
    KeyState: z.string(),
    KeyUsage: z.optional(z.string()),
    KeySpec: z.optional(z.string()),
    KeyManager: z.optional(z.string()),
  }),
});

/** What KMS says of a key. https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
type KeyMetadata = z.output<typeof keySchema>["KeyMetadata"];

/** A key by its id, its ARN or an alias; undefined for one that does not exist. */
export async function describedKey({ calls }: AwsAccount, KeyId: string): Promise<KeyMetadata | undefined> {
  try {
    return (await calls.json("kms", "DescribeKey", { KeyId }, keySchema)).KeyMetadata;
  } catch (error) {
    if (error instanceof AwsApiError && error.name === "NotFoundException") return undefined;
    throw error;
  }
}

const policySchema = z.object({ Policy: z.string() });

/** The policy of a key of the account. */
export async function policyOfKey({ calls }: AwsAccount, KeyId: string): Promise<string> {
  return (await calls.json("kms", "GetKeyPolicy", { KeyId, PolicyName: "default" }, policySchema)).Policy;
}
