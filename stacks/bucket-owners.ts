// Buckets of other accounts: the bus that their events arrive on, and what their owners are told to set up.
import type { Construct } from "constructs";
import type { DeploymentConfig, ModelConfig } from "../config/config";
import { ConfigError } from "../config/errors";
import { ownValue } from "../functions/core/json-path";
import type { ModelSettings } from "../functions/core/model-settings";
import { bucketOwnerGrants, type TrainingReads } from "../modules/aws/access/bucket-owner-grants";
import type { AwsDeployment } from "../modules/aws/deployment";
import { HandlerFunction } from "../modules/aws/functions/handler-function";
import { BucketOwnersBus } from "../modules/aws/rules/bucket-owners-bus";
import { dataKeys } from "../modules/aws/triggers/data-trigger";
import { driftKeys } from "../modules/aws/triggers/drift-rules";
import type { StackOutputs } from "./stack-outputs";

type AwsConfig = NonNullable<DeploymentConfig["aws"]>;

/**
 * Adds the bus for the events of other accounts' buckets; undefined where no model watches one.
 * @throws ConfigError when they are of more accounts than the policy of a bus holds
 */
export function addOwnersBus(
  scope: Construct,
  deployment: AwsDeployment,
  buckets: AwsConfig["buckets"],
  models: readonly ModelSettings[],
): BucketOwnersBus | undefined {
  const watched = new Set(models.map(({ data }) => data.bucket));
  const owners = ownedBuckets(buckets).filter(([bucket]) => watched.has(bucket));
  if (owners.length === 0) return undefined;
  const props = { deployment, owners: Object.fromEntries(owners) };
  const problems = BucketOwnersBus.problems(props);
  if (problems.length > 0) throw ConfigError.ofStack(scope.node.id, problems);
  return new BucketOwnersBus(scope, "bucket-owners", props);
}

interface OwnedParts {
  readonly deployment: AwsDeployment;
  readonly aws: AwsConfig;
  readonly configured: readonly (readonly [string, ModelConfig])[];
  readonly models: readonly ModelSettings[];
  readonly owners: BucketOwnersBus | undefined;
}

/** What the owners of other accounts' buckets set up, once all functions of the stack are there; nothing without such buckets. */
export function ownerOutputs(scope: Construct, { deployment, aws, configured, models, owners }: OwnedParts): StackOutputs {
  const owned = ownedBuckets(aws.buckets);
  if (owned.length === 0) return {};
  const functions = scope.node.findAll().flatMap((construct) => (construct instanceof HandlerFunction ? [construct] : []));
  const value = Object.fromEntries(
    owned.map(([bucket, account]) => {
      const watching = models.filter(({ data }) => data.bucket === bucket);
      const events =
        owners === undefined || watching.length === 0
          ? undefined
          : { keys: [dataKeys(bucket, watching), driftKeys(bucket, watching)], busArn: owners.arn };
      const trainings = watching.map((settings) => trainingReads(settings, configured));
      const kmsKey = ownValue(aws.buckets, bucket)?.kmsKey;
      return [bucket, bucketOwnerGrants(deployment, { bucket, account, kmsKey, events, trainings }, functions)];
    }),
  );
  return {
    bucket_owner_grants: {
      description: "What the owner of each bucket of another account must set up, as JSON, or nothing of it is seen or read",
      value,
    },
  };
}

/** Numbers of the other accounts that own buckets, each once. */
export function bucketOwners(buckets: AwsConfig["buckets"]): string[] {
  return [...new Set(ownedBuckets(buckets).map(([, account]) => account))];
}

/** Name and account of each bucket of another account. */
function ownedBuckets(buckets: AwsConfig["buckets"]): [string, string][] {
  return Object.entries(buckets).flatMap(([bucket, { account }]): [string, string][] =>
    account === undefined ? [] : [[bucket, account]],
  );
}

/** A training reads its manifest, and the objects that it names. */
function trainingReads({ model, data }: ModelSettings, configured: OwnedParts["configured"]): TrainingReads {
  const [, config] = configured.find(([name]) => name === model) ?? [];
  return { model, roleArn: config?.pipeline.roleArn, prefixes: [`${data.manifestPrefix}${model}/`, ...data.prefixes] };
}
