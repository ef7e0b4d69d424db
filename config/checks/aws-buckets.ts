// Under `aws.buckets`: what only the owner of a bucket can do, and where access logs may be written.
import { type Problem, quotedValue } from "../errors";
import { type BucketConfig, bucketSchema } from "../sections/aws/buckets";
import { readBuckets } from "./bucket-layout";
import { placeProblems } from "./place";
import { mapping, mayLiveOn, type ValidModel, validAccounts } from "./unchecked-config";

/** What an access log's name ends with: a time and an id, in capitals. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html */
const END_OF_LOG = /^[-\dA-F]*$/;

/** The problems of the valid entries of `aws.buckets` in an unchecked configuration. */
export function awsBucketProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const { buckets, allowedAccountIds } = mapping(mapping(config).aws);
  const valid = new Map(
    Object.entries(mapping(buckets)).flatMap(([name, entry]): [string, BucketConfig][] => {
      const { data } = bucketSchema.safeParse(entry);
      return data === undefined ? [] : [[name, data]];
    }),
  );
  const onAws = models.filter((model) => mayLiveOn("aws", model));
  return [...valid].flatMap(([name, entry]) => [
    ...ownerProblems(name, entry, allowedAccountIds),
    ...notWatchedProblems(name, entry, onAws),
    ...accessLogProblems(name, entry, valid, onAws),
  ]);
}

function ownerProblems(
  name: string,
  { account, create, manageNotifications }: BucketConfig,
  allowedAccountIds: unknown,
): Problem[] {
  if (account === undefined) return [];
  const path = ["aws", "buckets", name];
  const owned = { create, manageNotifications };
  const changed = Object.entries(owned).filter(([, isSet]) => isSet);
  const [only, ...others] = validAccounts(allowedAccountIds);
  return [
    ...changed.map(([key]) => ({
      path: [...path, key],
      message: `got true for a bucket of account ${quotedValue(account)}, which its owner alone can do; expected ${key} for a bucket of this account alone; remove ${key}, or account`,
    })),
    ...(only !== account || others.length > 0
      ? []
      : [
          {
            path: [...path, "account"],
            message: `got ${quotedValue(account)}, the only account in aws.allowedAccountIds, which this deployment is in itself; expected the number of another account; remove account, or correct one of them`,
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
