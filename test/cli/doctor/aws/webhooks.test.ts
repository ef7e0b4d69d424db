import { awsError } from "../../../aws/adapters/loopback-server";
import { json } from "./account-server";
import { ACCOUNT, BUCKET_KEY, keyIn, PARAMETER, parameterIn, refused, SECRET, secretIn } from "./company-server";
import { type Broken, describeCompany, type Provoked, type Refused } from "./describe-company";

const PROVOKED: readonly Provoked[] = [
  [
    "a secret that is not there",
    { DescribeSecret: awsError("ResourceNotFoundException", "Secrets Manager can't find it.") },
    "problem",
    "webhook of slack",
    /its secret does not exist/,
    /aws\.notifications\.slack\.secret/,
  ],
  [
    "a secret that will be deleted",
    { DescribeSecret: secretIn({ DeletedDate: 1.7e9 }) },
    "problem",
    "webhook of slack",
    /is scheduled for deletion/,
    /restore-secret/,
  ],
  [
    "a secret without a value",
    { DescribeSecret: secretIn({ VersionIdsToStages: {} }) },
    "problem",
    "webhook of slack",
    /has no value/,
    /put-secret-value/,
  ],
  [
    "a secret with a key that the function may not use",
    { DescribeSecret: secretIn({ KmsKeyId: BUCKET_KEY }) },
    "problem",
    "webhook of slack",
    /which the function may not use/,
    /^set aws\.notifications\.slack\.kmsKey: arn/,
  ],
  [
    "a secret of another region",
    {},
    "problem",
    "webhook of slack",
    /is in us-east-1; expected eu-central-1/,
    /slack\.secret/,
    { notifications: { slack: { secret: SECRET.replace("eu-central-1", "us-east-1") } } },
  ],
  [
    "a secret of another account without a key",
    {},
    "problem",
    "webhook of slack",
    /AWS's own key does not let another account in/,
    /slack\.kmsKey/,
    { notifications: { slack: { secret: SECRET.replace(ACCOUNT, "999999999999") } } },
  ],
  [
    "a parameter of another account",
    {},
    "problem",
    "webhook of teams",
    /is a parameter of the account 999999999999/,
    /teams\.secret/,
    { notifications: { teams: { secret: PARAMETER.replace(ACCOUNT, "999999999999") } } },
  ],
  [
    "a parameter that is not there",
    { DescribeParameters: json({ Parameters: [] }) },
    "problem",
    "webhook of teams",
    /does not exist/,
    /put-parameter/,
  ],
  [
    "a parameter that is not encrypted",
    { DescribeParameters: parameterIn({ Type: "String" }) },
    "warning",
    "webhook of teams",
    /is a String/,
    /SecureString/,
  ],
  [
    "a parameter with a key that is an alias of another",
    { DescribeParameters: parameterIn({ KeyId: "alias/own" }), "DescribeKey:alias/own": keyIn("Enabled", { Arn: BUCKET_KEY }) },
    "problem",
    "webhook of teams",
    /is encrypted with arn.*0987dcba/,
    /teams\.kmsKey/,
  ],
];

const REFUSED: readonly Refused[] = [
  ["DescribeSecret", refused, "webhook of slack", "secretsmanager:DescribeSecret"],
  ["DescribeParameters", refused, "webhook of teams", "ssm:DescribeParameters"],
];

const BROKEN: readonly Broken[] = [
  ["DescribeSecret", json([])],
  ["DescribeParameters", json({ Parameters: "none" })],
];

describeCompany("webhooks of chats", { provoked: PROVOKED, refused: REFUSED, broken: BROKEN });
