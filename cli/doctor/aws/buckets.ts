import { ListRulesCommand, type Rule } from "@aws-sdk/client-eventbridge";
import { GetBucketNotificationConfigurationCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { ownValue } from "../../../functions/core/json-path";
import type { DataSettings } from "../../../functions/core/model-settings";
import { objectUri } from "../../../functions/core/object-uri";
import { NAME_PREFIX } from "../../../functions/core/state-layout";
import { byThing, type Check, type Report } from "../finding";
import { otherEnvironment } from "../other-environment";
import { overlapOf, watchedByPattern } from "../watched-keys";
import { type AwsAccount, statusOf } from "./account";

/** The buckets of data, which must announce their objects, and those of captures, which are read. */
export const buckets: Check<AwsAccount> = {
  asks: "Does each bucket exist in the region, and does each data bucket announce its new objects to EventBridge?",
  permissions: ["s3:ListBucket", "s3:GetBucketNotification"],
  async look(account, report) {
    const ofData = byThing(account.coordinated, ([, { data }]) => data.bucket);
    const ofCaptures = byThing(
      account.models,
      ([
        ,
        {
          monitoring: { capture },
        },
      ]) => (capture === undefined ? undefined : objectUri(capture.location).bucket),
    );
    const all = [...new Set([...ofData.keys(), ...ofCaptures.keys()])];
    await Promise.all(
      all.map(async (bucket) => {
        const about = `bucket ${bucket}`;
        let isThere = false;
        await report.look(about, "s3:ListBucket", async () => {
          isThere = await isBucketThere(account, report, bucket);
        });
        if (isThere && ofData.has(bucket))
          await report.look(about, "s3:GetBucketNotification", () => lookAtAnnouncements(account, report, bucket));
        else if (isThere) report.inOrder(about, "exists");
      }),
    );
  },
};

/** Resolves to whether there is more to look at. */
async function isBucketThere(account: AwsAccount, report: Report, bucket: string): Promise<boolean> {
  const { clients, region, aws, isDeployed } = account;
  const about = `bucket ${bucket}`;
  const isOurs = ownValue(aws.buckets, bucket)?.create === true;
  try {
    const owner = aws.buckets[bucket]?.account;
    const command = new HeadBucketCommand({ Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) });
    const { BucketRegion } = await clients.s3.send(command);
    if (BucketRegion === undefined) throw new Error("S3 did not say in which region it is");
    if (BucketRegion !== region) {
      report.problem(
        about,
        `is in ${BucketRegion}; expected ${region}, as aws.region says: no event leaves its region`,
        "correct aws.region, or name a bucket of the region",
      );
      return false;
    }
    if (isOurs && isDeployed === false) {
      const cure = `remove create: true of aws.buckets.${bucket}, or import it into the state of Terraform`;
      report.problem(about, "exists already, but aws.buckets asks to create it, so the deployment would fail", cure);
      return false;
    }
    return true;
  } catch (error) {
    if (statusOf(error) === 301) {
      report.problem(
        about,
        `is in another region; expected ${region}, as aws.region says: no event leaves its region`,
        "correct aws.region, or name a bucket of the region",
      );
      return false;
    }
    const { account: owner } = aws.buckets[bucket] ?? {};
    if (statusOf(error) === 403 && owner !== undefined) {
      const why = `it is not of the account ${owner}, as aws.buckets.${bucket}.account says, or you are not allowed to look at it`;
      report.notLookedAt(about, why, `correct the account, or have its owner allow s3:ListBucket to your identity`);
      return false;
    }
    if (statusOf(error) !== 404) throw error;
    if (!isOurs) report.problem(about, "does not exist", createCommand(bucket, region));
    else if (isDeployed === false) report.notDeployed(about, "will be created");
    else report.problem(about, "does not exist, and aws.buckets asks to create it", account.deployCommand);
    return false;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: us-east-1 takes no constraint. */
function createCommand(bucket: string, region: string): string {
  const constraint = region === "us-east-1" ? "" : ` --create-bucket-configuration LocationConstraint=${region}`;
  return `aws s3api create-bucket --bucket ${bucket} --region ${region}${constraint}`;
}

async function lookAtAnnouncements(account: AwsAccount, report: Report, bucket: string): Promise<void> {
  const about = `bucket ${bucket}`;
  const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket });
  const { EventBridgeConfiguration, $metadata: _, ...others } = await account.clients.s3.send(command);
  if (EventBridgeConfiguration !== undefined) {
    report.inOrder(about, `in ${account.region}, announces its new objects`);
    return;
  }
  const { create = false, manageNotifications = false } = ownValue(account.aws.buckets, bucket) ?? {};
  const isTurnedOnByUs = create || manageNotifications;
  const hasOthers = Object.values(others).some((some) => Array.isArray(some) && some.length > 0);
  const message = "does not announce its new objects to EventBridge, so Retrigger sees none of them";
  if (isTurnedOnByUs && account.isDeployed === false) report.notDeployed(about, "its announcements will be turned on");
  else if (isTurnedOnByUs) report.problem(about, message, account.deployCommand);
  else report.problem(about, message, announceCommand(bucket, hasOthers));
}

/** The whole configuration is replaced by what is put, so what else is in it must be put again. */
function announceCommand(bucket: string, hasOthers: boolean): string {
  const name = `--bucket ${bucket} --notification-configuration`;
  if (!hasOthers) return `aws s3api put-bucket-notification-configuration ${name} '{"EventBridgeConfiguration":{}}'`;
  const read = `aws s3api get-bucket-notification-configuration --bucket ${bucket} | jq '. + {EventBridgeConfiguration: {}}'`;
  return `aws s3api put-bucket-notification-configuration ${name} "$(${read})"`;
}

/** Rules of the data trigger of any environment: modules/aws/rules/shared-rules.ts names them. */
const DATA_RULE = /^([a-z][a-z0-9-]{0,36})-data-\d+(?:_\d+)?$/;

/** A bound, so that a bus with very many rules ends. */
const MAX_PAGES = 50;

/** Whether another environment of the account trains on the same objects. */
export const sharedPrefixes: Check<AwsAccount> = {
  asks: "Does another environment watch the same objects?",
  permissions: ["events:ListRules"],
  async look(account, report) {
    if (account.coordinated.length === 0) return;
    await report.look("other environments", "events:ListRules", async () => {
      const rules = await dataRules(account);
      const shared = account.coordinated.flatMap(([model, { data }]) => sharedWith(rules, model, data));
      for (const { environment, model, bucket, key } of shared) {
        const message = `the environment ${environment} watches the same objects, such as s3://${bucket}/${key}: both train on them`;
        report.warning(
          `model ${model}`,
          message,
          "give each environment prefixes of its own under data.prefixes, if that is not intended",
        );
      }
      if (shared.length === 0) report.inOrder("other environments", "none watches the same objects");
    });
  },
};

interface ForeignRule {
  readonly environment: string;
  readonly pattern: string;
}

/** Beside a prefix of one's own, the usual one counts too, and EventBridge lists the rules of one alone. */
function startsOf({ namePrefix }: AwsAccount): { readonly NamePrefix?: string } {
  return namePrefix === NAME_PREFIX ? { NamePrefix: `${NAME_PREFIX}-` } : {};
}

async function dataRules(account: AwsAccount): Promise<ForeignRule[]> {
  const found: Rule[] = [];
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { Rules, NextToken } = await account.clients.events.send(
      new ListRulesCommand({ ...startsOf(account), ...(next !== undefined && { NextToken: next }) }),
    );
    if (!Array.isArray(Rules)) throw new Error("EventBridge gave no list of rules");
    found.push(...Rules);
    next = NextToken;
    if (next === undefined) break;
  }
  if (next !== undefined) throw new Error(`the bus has more than ${MAX_PAGES} pages of rules, which were not all read`);
  return found.flatMap(({ Name = "", EventPattern, State }) => {
    const owner = otherEnvironment(account, DATA_RULE.exec(Name)?.[1]);
    if (owner === undefined || EventPattern === undefined || State === "DISABLED") return [];
    return [{ environment: owner, pattern: EventPattern }];
  });
}

function sharedWith(rules: readonly ForeignRule[], model: string, data: DataSettings) {
  const byEnvironment = new Map<string, string>();
  for (const { environment, pattern } of rules) {
    const key = overlapOf(data, watchedByPattern(pattern, data.bucket));
    if (key !== undefined && !byEnvironment.has(environment)) byEnvironment.set(environment, key);
  }
  return [...byEnvironment].map(([environment, key]) => ({ environment, model, bucket: data.bucket, key }));
}
