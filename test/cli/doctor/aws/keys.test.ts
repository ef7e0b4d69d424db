import { type Answer, awsError } from "../../../aws/adapters/loopback-server";
import { encrypting, json } from "./account-server";
import { ACCOUNT, BUCKET_KEY, EVENTS, FOREIGN_KEY, KEY, keyIn, keyPolicy, refused, STATEMENTS } from "./company-server";
import { type Broken, describeCompany, type Provoked, type Refused } from "./describe-company";

const withoutEvents = STATEMENTS.filter((statement) => statement !== EVENTS);
const conditioned = (condition: object) => keyPolicy([...withoutEvents, { ...EVENTS, Condition: condition }]);
const [ROOT_STATEMENT] = STATEMENTS;
const notFound = awsError("NotFoundException", "it does not exist");

const page: Answer = { status: 200, body: "<!DOCTYPE html><html><body>Sign in</body></html>", type: "text/html" };

const PROVOKED: readonly Provoked[] = [
  [
    "a key that is not there",
    { [`DescribeKey:${KEY}`]: notFound },
    "problem",
    `key ${KEY}`,
    /does not exist/,
    /correct aws\.kms\.key/,
  ],
  [
    "a key that will be deleted",
    { [`DescribeKey:${KEY}`]: keyIn("PendingDeletion", { DeletionDate: 1.7e9 }) },
    "problem",
    `key ${KEY}`,
    /is PendingDeletion/,
    /aws kms cancel-key-deletion --region eu-central-1 --key-id arn/,
  ],
  [
    "a key that is disabled",
    { [`DescribeKey:${KEY}`]: keyIn("Disabled") },
    "problem",
    `key ${KEY}`,
    /is Disabled/,
    /aws kms enable-key/,
  ],
  [
    "a key whose material is missing",
    { [`DescribeKey:${KEY}`]: keyIn("PendingImport") },
    "problem",
    `key ${KEY}`,
    /is PendingImport; expected Enabled/,
    /describe-key/,
  ],
  [
    "a key that signs",
    { [`DescribeKey:${BUCKET_KEY}`]: keyIn("Enabled", { KeyUsage: "SIGN_VERIFY", KeySpec: "RSA_2048" }) },
    "problem",
    `key ${BUCKET_KEY}`,
    /is RSA_2048, for SIGN_VERIFY; expected SYMMETRIC_DEFAULT/,
    /symmetric key in aws\.buckets\.acme-flights\.kmsKey/,
  ],
  [
    "the key of everything in another account",
    {},
    "problem",
    `key ${FOREIGN_KEY}`,
    /is of the account 999999999999; expected one of 111122223333/,
    /aws\.kms\.key/,
    { allowedAccountIds: [], kms: { key: FOREIGN_KEY } },
  ],
  [
    "a key of a bucket's owner, whose policy nobody sees",
    { [`DescribeKey:${FOREIGN_KEY}`]: keyIn("Enabled"), GetBucketEncryption: encryptedWith(FOREIGN_KEY) },
    "warning",
    `key ${FOREIGN_KEY}`,
    /^not known: what its policy says/,
    /ask its owner/,
    { buckets: { "acme-flights": { kmsKey: FOREIGN_KEY } } },
  ],
  [
    "a key that does not let EventBridge in",
    { [`GetKeyPolicy:${KEY}`]: keyPolicy(withoutEvents) },
    "problem",
    `key ${KEY}`,
    /does not allow kms:Decrypt, kms:GenerateDataKey to events\.amazonaws\.com/,
    /retrigger key-policy/,
  ],
  [
    "a condition that makes messages vanish",
    { [`GetKeyPolicy:${KEY}`]: conditioned({ StringEquals: { "aws:SourceAccount": ACCOUNT } }) },
    "problem",
    `key ${KEY}`,
    /to events\.amazonaws\.com with a condition on aws:sourceaccount alone.*its messages vanish/,
    /remove the condition/,
  ],
  [
    "another condition than is known",
    { [`GetKeyPolicy:${KEY}`]: conditioned({ StringEquals: { "kms:ViaService": "sqs.eu-central-1.amazonaws.com" } }) },
    "warning",
    `key ${KEY}`,
    /^not known: its policy allows .* with a condition on kms:viaservice/,
    /key-policy/,
  ],
  [
    "a policy that denies",
    { [`GetKeyPolicy:${KEY}`]: keyPolicy([...STATEMENTS, { ...EVENTS, Effect: "Deny", Action: "kms:Decrypt" }]) },
    "problem",
    `key ${KEY}`,
    /denies kms:Decrypt to events\.amazonaws\.com/,
    /take that out/,
  ],
  [
    "a policy that names roles alone",
    {
      [`GetKeyPolicy:${BUCKET_KEY}`]: keyPolicy([
        { ...ROOT_STATEMENT, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/retrigger-dev-batcher-eu-central-1` } },
      ]),
    },
    "warning",
    `key ${BUCKET_KEY}`,
    /^not known: .* to some of the account by name alone/,
    /see that all roles/,
  ],
  [
    "a policy that lets the account in for nothing",
    { [`GetKeyPolicy:${BUCKET_KEY}`]: keyPolicy([{ ...ROOT_STATEMENT, Action: ["kms:Describe*", "kms:PutKeyPolicy"] }]) },
    "problem",
    `key ${BUCKET_KEY}`,
    /does not allow kms:Decrypt.* to arn:aws:iam::111122223333:root/,
    /docs\/enterprise\.md/,
  ],
];

const REFUSED: readonly Refused[] = [
  [`DescribeKey:${KEY}`, refused, `key ${KEY}`, "kms:DescribeKey"],
  [`GetKeyPolicy:${KEY}`, refused, `key ${KEY}`, "kms:GetKeyPolicy"],
];

const BROKEN: readonly Broken[] = [
  [`DescribeKey:${KEY}`, json({})],
  [`DescribeKey:${KEY}`, page],
  [`DescribeKey:${KEY}`, "hang up" as const],
  [`GetKeyPolicy:${KEY}`, json({ Policy: "{" })],
  [`GetKeyPolicy:${KEY}`, json({ Policy: JSON.stringify({ Statement: [{ Effect: "Maybe", Action: "kms:*" }] }) })],
  [`GetKeyPolicy:${KEY}`, json({ Policy: null })],
];

describeCompany("keys", { provoked: PROVOKED, refused: REFUSED, broken: BROKEN });

// Helpers

function encryptedWith(key: string): Answer {
  return encrypting(`<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${key}</KMSMasterKeyID>`);
}
