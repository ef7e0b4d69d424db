// What a role needs of the keys that are the customer's own, which follows from what else it may do and who takes it.
import { ownValue } from "../../../functions/core/json-path";
import type { PolicyStatement } from "../access/policy";
import { type AwsDeployment, physicalName } from "../deployment";
import { regionOfKey } from "./key-policy";

/** Who takes a role: a Lambda function, by its name in the cloud, or a service. */
export type RoleTaker =
  | { readonly service: "lambda"; readonly functionName: string }
  | { readonly service: "scheduler" | "events" };

const NOTHING: readonly string[] = [];
const READ: readonly string[] = ["kms:Decrypt"];
const WRITE: readonly string[] = ["kms:Decrypt", "kms:GenerateDataKey"];
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html */
const READ_TABLE: readonly string[] = ["kms:Decrypt", "kms:DescribeKey"];
const WRITE_TABLE: readonly string[] = [
  ...READ_TABLE,
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** What an action needs of the key of its resource. */
interface KeyNeeds {
  /** By action; every other action of the service writes. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly otherwise: readonly string[];
}

/** By the services whose resources may be encrypted, as actions begin. Who sends to a queue or topic reads its data key too. */
const NEEDS: Readonly<Record<string, KeyNeeds>> = {
  sqs: {
    actions: {
      "sqs:ReceiveMessage": READ,
      "sqs:DeleteMessage": NOTHING,
      "sqs:GetQueueAttributes": NOTHING,
      "sqs:GetQueueUrl": NOTHING,
    },
    otherwise: WRITE,
  },
  sns: { actions: {}, otherwise: WRITE },
  // https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
  kinesis: { actions: {}, otherwise: ["kms:GenerateDataKey"] },
  dynamodb: {
    actions: { "dynamodb:GetItem": READ_TABLE, "dynamodb:BatchGetItem": READ_TABLE, "dynamodb:Query": READ_TABLE },
    otherwise: WRITE_TABLE,
  },
  s3: { actions: { "s3:GetObject": READ, "s3:GetObjectVersion": READ, "s3:ListBucket": NOTHING }, otherwise: WRITE },
  secretsmanager: { actions: { "secretsmanager:DescribeSecret": NOTHING }, otherwise: READ },
  ssm: { actions: { "ssm:SendCommand": NOTHING }, otherwise: READ },
};

/**
 * The statements of a role, and after them what they need of the customer's keys: few more, however many models there are, as keys
 * that are used alike share one. Without such keys, the statements as they are.
 *
 * A key is used by way of the services alone that the role works with. For the variables of a function and the payload of a
 * schedule no service is named, since AWS's own policies name none there; the context of encryption says whose they are.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function withKeyUse(deployment: AwsDeployment, taker: RoleTaker, statements: readonly PolicyStatement[]): PolicyStatement[] {
  const key = deployment.keys?.all;
  return [
    ...statements,
    ...useStatements(deployment, statements),
    ...(key === undefined
      ? []
      : ownContext(deployment, taker).map((context) => ({ ...DECRYPT, Resource: key, Condition: context }))),
  ];
}

const DECRYPT = { Effect: "Allow", Action: "kms:Decrypt" } as const;

/** What is decrypted for the taker itself: the variables of a function, the payload of a schedule. */
function ownContext(deployment: AwsDeployment, taker: RoleTaker): NonNullable<PolicyStatement["Condition"]>[] {
  const { partition, region, accountId } = deployment;
  switch (taker.service) {
    case "lambda": {
      const arn = `arn:${partition}:lambda:${region}:${accountId}:function:${taker.functionName}`;
      return [{ StringEquals: { "kms:EncryptionContext:aws:lambda:FunctionArn": arn } }];
    }
    case "scheduler": {
      const arn = `arn:${partition}:scheduler:${region}:${accountId}:schedule/default/${physicalName(deployment, "*")}`;
      return [{ ArnLike: { "kms:EncryptionContext:aws:scheduler:schedule:arn": arn } }];
    }
    case "events":
      return [];
  }
}

interface Use {
  readonly services: Set<string>;
  readonly actions: Set<string>;
}

function useStatements(deployment: AwsDeployment, statements: readonly PolicyStatement[]): PolicyStatement[] {
  const uses = new Map<string, Use>();
  for (const { Effect, Action, Resource = [] } of statements) {
    if (Effect !== "Allow") continue;
    const keys = new Set([Resource].flat().flatMap((resource) => keyOf(deployment, resource) ?? []));
    for (const key of keys) for (const action of [Action].flat()) note(uses, key, action);
  }
  // The key of everything is one text, which stays inline however the rest is divided among policies; those of buckets are lists.
  const all = deployment.keys?.all ?? "";
  const ofAll = uses.get(all);
  uses.delete(all);
  return [
    ...(ofAll === undefined ? [] : [useStatement(regionOfKey(all), ofAll, all)]),
    ...[...keysByUse(uses).values()].map(({ region, use, keys }) => useStatement(region, use, keys)),
  ];
}

interface UsedAlike {
  readonly region: string;
  readonly use: Use;
  readonly keys: string[];
}

/** The keys of one region that are used alike. */
function keysByUse(uses: ReadonlyMap<string, Use>): ReadonlyMap<string, UsedAlike> {
  const alike = new Map<string, UsedAlike>();
  for (const [key, use] of uses) {
    const region = regionOfKey(key);
    const kind = JSON.stringify([region, [...use.services].sort(), [...use.actions].sort()]);
    const known = alike.get(kind);
    if (known === undefined) alike.set(kind, { region, use, keys: [key] });
    else known.keys.push(key);
  }
  return alike;
}

/** @param region of the keys, by way of whose services they are used: that of a bucket of another account may be another one */
function useStatement(region: string, { actions, services }: Use, keys: string | readonly string[]): PolicyStatement {
  // The suffix differs between partitions, and only a service of AWS says this.
  const ways = [...services].sort().map((service) => `${service}.${region}.*`);
  return {
    Effect: "Allow",
    Action: [...actions].sort(),
    Resource: keys,
    Condition: { StringLike: { "kms:ViaService": ways } },
  };
}

function note(uses: Map<string, Use>, key: string, action: string): void {
  const needed = neededActions(action);
  if (needed.length === 0) return;
  const use = uses.get(key) ?? { services: new Set(), actions: new Set() };
  use.services.add(serviceOf(action));
  for (const each of needed) use.actions.add(each);
  uses.set(key, use);
}

function neededActions(action: string): readonly string[] {
  const needs = NEEDS[serviceOf(action)];
  return needs?.actions[action] ?? needs?.otherwise ?? NOTHING;
}

function serviceOf(action: string): string {
  return action.split(":")[0] ?? "";
}

/** The key that a resource is encrypted with, if it is one of the customer's. */
function keyOf({ keys }: AwsDeployment, resource: string): string | undefined {
  const [, bucket = ""] = /^arn:[a-z-]+:s3:::([^/]+)/.exec(resource) ?? [];
  return ownValue(keys?.ofBuckets ?? {}, bucket) ?? keys?.all;
}
