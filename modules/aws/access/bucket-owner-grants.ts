// What the owner of a bucket of another account must set up, as documents to hand over: a role of ours reaches such a bucket only
// if its owner lets it, and its events only arrive here if its owner sends them.
import { type BucketKeys, MAX_PATTERN_CHARACTERS, objectPattern } from "../../../eventbridge/object-pattern";
import { literalText } from "../../terraform-text";
import type { AwsDeployment } from "../deployment";
import { regionOfKey } from "../keys/key-policy";
import { lengthInAws, type PolicyStatement, policyDocument, trustPolicy } from "./policy";

/** A role of this deployment, and all that it may do. */
export interface RoleAccess {
  readonly roleArn: string;
  readonly statements: readonly PolicyStatement[];
}

/** What the trainings of a model read of a bucket. */
export interface TrainingReads {
  readonly model: string;
  /** ARN of the role that they run with; undefined where Retrigger does not know it. */
  readonly roleArn: string | undefined;
  /** Starts of keys. */
  readonly prefixes: readonly string[];
}

/** A bucket of another account. */
export interface OwnedBucket {
  readonly bucket: string;
  /** Number of the account. */
  readonly account: string;
  /** ARN of the key that its objects are encrypted with. @default - none that needs a policy */
  readonly kmsKey?: string | undefined;
  /** Keys whose objects are to be told of, and to which bus; undefined where none is. */
  readonly events: { readonly keys: readonly BucketKeys[]; readonly busArn: string } | undefined;
  /** One for each model that watches the bucket; those of one role share their statements. */
  readonly trainings: readonly TrainingReads[];
}

/**
 * The documents for the owner of a bucket, as JSON: statements for the bucket's policy and its key's, by what the roles are really
 * allowed; the rule that sends the bucket's events, with its role; and what the roles of the trainings need.
 */
export function bucketOwnerGrants(deployment: AwsDeployment, owned: OwnedBucket, roles: readonly RoleAccess[]): string {
  const bucketArn = `arn:${deployment.partition}:s3:::${owned.bucket}`;
  const bucketPolicy = bucketStatements(deployment, bucketArn, roles);
  const trainings = grouped(owned.trainings, ({ model, roleArn }) => roleArn ?? `of ${model}`).map((group) =>
    trainingReads(bucketArn, owned, group),
  );
  const bytes = sizeOf(deployment, [...bucketPolicy, ...trainings.flatMap((training) => training.bucketPolicy)]);
  return JSON.stringify({
    ...(bytes <= MAX_BUCKET_POLICY_BYTES ? {} : { tooLong: tooLong(bytes) }),
    owner: owned.account,
    bucketPolicy,
    ...(owned.kmsKey === undefined ? {} : { keyPolicy: keyStatements(deployment, owned.kmsKey, bucketPolicy) }),
    ...(owned.events === undefined ? {} : { events: eventRule(owned, owned.events) }),
    ...(trainings.length === 0 ? {} : { trainings }),
  });
}

/** One statement for what several roles may do alike, with all that they may do it to. */
function bucketStatements(deployment: AwsDeployment, bucketArn: string, roles: readonly RoleAccess[]): PolicyStatement[] {
  const isOwn = (arn: string) => arn === bucketArn || arn.startsWith(`${bucketArn}/`);
  const access = roles.flatMap(({ roleArn, statements }) =>
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, Resource = [], Condition }) =>
        [Resource]
          .flat()
          .filter(isOwn)
          .map((arn) => ({ roleArn, Action, Condition, arn })),
      ),
  );
  const byResource = grouped(access, ({ Action, Condition, arn }) => JSON.stringify([Action, Condition, arn]));
  const alike = byResource.map((group) => ({ ...group[0], roleArns: [...new Set(group.map(({ roleArn }) => roleArn))] }));
  return grouped(alike, ({ Action, Condition, roleArns }) => JSON.stringify([Action, Condition, roleArns])).map((group) => {
    const [{ Action, Condition, roleArns }] = group;
    return toRoles(deployment, { Action, Resource: group.map(({ arn }) => arn) }, roleArns, Condition);
  });
}

type Group<T> = [T, ...T[]];

/** In the order of their first members. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/**
 * The account as principal, and its roles by a condition: S3 refuses a policy that names a role which is not there yet, and forgets
 * one that is made anew. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function toRoles(
  { partition, accountId }: AwsDeployment,
  access: Pick<PolicyStatement, "Action" | "Resource">,
  roleArns: readonly string[],
  condition: PolicyStatement["Condition"] = {},
): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    ...access,
    Condition: { ...condition, ArnEquals: { "aws:PrincipalArn": roleArns } },
  };
}

/** A role that reads objects decrypts with the key, one that writes them makes data keys too. */
function keyStatements(deployment: AwsDeployment, kmsKey: string, bucketPolicy: readonly PolicyStatement[]): PolicyStatement[] {
  const rolesThat = (action: string) => [
    ...new Set(
      bucketPolicy
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Condition }) => Condition?.ArnEquals?.["aws:PrincipalArn"] ?? []),
    ),
  ];
  const [reading, writing] = [rolesThat("s3:GetObject"), rolesThat("s3:PutObject")];
  const use = (Action: string | string[], roleArns: readonly string[]) =>
    roleArns.length === 0 ? [] : [toRoles(deployment, { Action, Resource: "*" }, roleArns, viaS3(kmsKey))];
  return [...use("kms:Decrypt", reading), ...use(["kms:GenerateDataKey", "kms:Decrypt"], writing)];
}

/** Of the key's own region, whatever the suffix of the partition. */
function viaS3(kmsKey: string): NonNullable<PolicyStatement["Condition"]> {
  return { StringLike: { "kms:ViaService": `s3.${regionOfKey(kmsKey)}.*` } };
}

/**
 * The rule on the owner's default bus in the bucket's region, with the role that EventBridge takes to put the events on our bus; a
 * target that is a bus of another account needs one. Where the keys exceed a pattern, it tells of all objects of the bucket.
 */
function eventRule({ bucket, account }: OwnedBucket, { keys, busArn }: NonNullable<OwnedBucket["events"]>) {
  const exact = objectPattern(keys);
  const pattern = exact.length <= MAX_PATTERN_CHARACTERS ? exact : objectPattern([{ bucket, keys: undefined }]);
  return {
    eventPattern: JSON.parse(literalText(pattern)),
    targetArn: busArn,
    roleTrustPolicy: JSON.parse(trustPolicy("events.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } })),
    rolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "events:PutEvents", Resource: busArn }],
    },
  };
}

/**
 * What the trainings of models that share a role read. The roles are not Retrigger's, so that the owner may have to fill one
 * in, for each model of its own.
 */
function trainingReads(bucketArn: string, { kmsKey }: OwnedBucket, group: Group<TrainingReads>) {
  const [{ model, roleArn }] = group;
  const Principal = { AWS: roleArn ?? `<ARN of the role that the trainings of ${model} run with>` };
  const bucketPolicy: PolicyStatement[] = [
    {
      Effect: "Allow",
      Principal,
      Action: "s3:GetObject",
      Resource: outermost(group.flatMap(({ prefixes }) => prefixes)).map((prefix) => `${bucketArn}/${literalText(prefix)}*`),
    },
    { Effect: "Allow", Principal, Action: "s3:ListBucket", Resource: bucketArn },
  ];
  return {
    models: group.map((reads) => reads.model),
    bucketPolicy,
    ...(kmsKey === undefined
      ? {}
      : { keyPolicy: [{ Effect: "Allow", Principal, Action: "kms:Decrypt", Resource: "*", Condition: viaS3(kmsKey) }] }),
  };
}

/** Each once, without those within another one. */
function outermost(prefixes: readonly string[]): string[] {
  const distinct = [...new Set(prefixes)];
  return distinct.filter((prefix) => !distinct.some((other) => other !== prefix && prefix.startsWith(other)));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
const MAX_BUCKET_POLICY_BYTES = 20 * 1024;

/** Bytes of a policy of these statements alone, about, as what other roles and ARNs become is known to AWS alone. */
function sizeOf({ accountId }: AwsDeployment, statements: readonly PolicyStatement[]): number {
  return lengthInAws(policyDocument(statements), accountId);
}

function tooLong(bytes: number): string {
  return `the statements for the bucket's policy take about ${bytes} bytes, and S3 takes at most ${MAX_BUCKET_POLICY_BYTES}; let the trainings run with one role (pipeline.roleArn), let models share prefixes, or divide the models among several buckets; the owner may also write fewer statements that allow more, such as the whole bucket`;
}
