// Under `aws.buckets`: what only the owner of a bucket can do, and where access logs may be written.

import { type Problem, quotedValue } from "../../errors";
import { type BucketConfig, bucketSchema } from "../../sections/aws/buckets";
import { kmsKeyArnSchema } from "../../sections/aws/security";
import { readBuckets } from "../bucket-layout";
import { placeProblems } from "../place";
import { mapping, mayLiveOn, type ValidModel, validAccounts } from "../unchecked-config";

/** What an access log's name ends with: a time and an id, in capitals. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html */
const END_OF_LOG = /^[-\dA-F]*$/;

/** The problems of the valid entries of `aws.buckets` in an unchecked configuration. */
export function awsBucketProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const { buckets, allowedAccountIds, kms } = mapping(mapping(config).aws);
  const own = ownAccount(allowedAccountIds, mapping(kms).key);
  const valid = new Map(
    Object.entries(mapping(buckets)).flatMap(([name, entry]): [string, BucketConfig][] => {
      const { data } = bucketSchema.safeParse(entry);
      return data === undefined ? [] : [[name, data]];
    }),
  );
  const onAws = models.filter((model) => mayLiveOn("aws", model));
  return [...valid].flatMap(([name, entry]) => [
    ...ownerProblems(name, entry, own),
    ...notWatchedProblems(name, entry, onAws),
    ...accessLogProblems(name, entry, valid, onAws),
  ]);
}

/** The account that is deployed to, where the configuration alone says which. */
interface OwnAccount {
  readonly id: string;
  /** How it is known, to people. */
  readonly as: string;
}

function ownAccount(allowed: unknown, key: unknown): OwnAccount | undefined {
  const { data } = kmsKeyArnSchema.safeParse(key);
  if (data !== undefined) return { id: data.split(":")[4] ?? "", as: "the account of aws.kms.key" };
  const [only, ...others] = validAccounts(allowed);
  return only === undefined || others.length > 0 ? undefined : { id: only, as: "the only account in aws.allowedAccountIds" };
}

function ownerProblems(
  name: string,
  { account, create, manageNotifications }: BucketConfig,
  own: OwnAccount | undefined,
): Problem[] {
  if (account === undefined) return [];
  const path = ["aws", "buckets", name];
  const owned = { create, manageNotifications };
  const changed = Object.entries(owned).filter(([, isSet]) => isSet);
  return [
    ...changed.map(([key]) => ({
      path: [...path, key],
      message: `got true for a bucket of account ${quotedValue(account)}, which its owner alone can do; expected ${key} for a bucket of this account alone; remove ${key}, or account`,
    })),
    ...(own?.id !== account
      ? []
      : [
          {
            path: [...path, "account"],
            message: `got ${quotedValue(account)}, ${own.as}, which this deployment is in itself, so that its rules would wait on a bus where no event of the bucket arrives; expected the number of another account; remove account, or correct one of them`,
          },
        ]),
  ];
}

/** A bucket that is only read is neither created nor changed. */
function notWatchedProblems(name: string, { create, manageNotifications }: BucketConfig, models: readonly ValidModel[]): Problem[] {
  const isWatched = models.some(({ data }) => data.bucket === name || data.bucket === undefined);
  if (isWatched || !models.some((model) => readBuckets(model).includes(name))) return [];
  return Object.entries({ create, manageNotifications })
    .filter(([, isSet]) => isSet)
    .map(([key]) => ({
      path: ["aws", "buckets", name, key],
      message: `got true for a bucket that no model watches for data; expected ${key} for a bucket that is a model's data.bucket alone; remove ${key}`,
    }));
}

function accessLogProblems(
  name: string,
  { create, accessLogs }: BucketConfig,
  buckets: ReadonlyMap<string, BucketConfig>,
  models: readonly ValidModel[],
): Problem[] {
  if (accessLogs === undefined) return [];
  const path = ["aws", "buckets", name, "accessLogs"];
  const { bucket, prefix } = accessLogs;
  const problem = (message: string): Problem => ({ path: [...path, "bucket"], message: `got ${quotedValue(bucket)}, ${message}` });
  if (!create) {
    const message =
      "got access logs of a bucket that Retrigger does not create; expected them with create: true alone; remove accessLogs, and have the bucket's owner turn them on";
    return [{ path, message }];
  }
  if (bucket === name)
    return [problem("the bucket itself, where each log is logged in turn, a loop; expected another bucket; name one")];
  const target = buckets.get(bucket);
  if (target?.create === true) {
    return [
      problem(
        "which Retrigger creates, and S3 may write no logs to; expected an existing bucket whose policy lets logging.s3.amazonaws.com write; name another",
      ),
    ];
  }
  if (target?.account !== undefined) {
    return [
      problem(
        `a bucket of account ${quotedValue(target.account)}; expected one of the account of the logged bucket, as S3 writes to no other; name another`,
      ),
    ];
  }
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
  if (target?.kmsKey !== undefined) {
    return [
      problem(
        `whose objects have a key of KMS (aws.buckets.${bucket}.kmsKey); expected a bucket with SSE-S3, as S3 writes logs to no other; name another`,
      ),
    ];
  }
  const place = {
    path: [...path, "prefix"],
    bucket,
    text: prefix,
    what: "the access logs",
    isIn: (other: string) => other.startsWith(prefix) || prefix.startsWith(other),
    isSelectedBy: (suffix: string) => END_OF_LOG.test(suffix),
  };
  return placeProblems(place, models);
}
