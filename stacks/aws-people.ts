import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { SagemakerDataQualityJobDefinition } from "@cdktf/provider-aws/lib/sagemaker-data-quality-job-definition";
import { SagemakerPipeline } from "@cdktf/provider-aws/lib/sagemaker-pipeline";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformResource, Token } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { type DeployerPoliciesProps, deployerPolicies } from "../modules/aws/access/deployer-policy";
import { approverPolicy, operatorPolicy, type PeoplePoliciesProps } from "../modules/aws/access/people-policies";
import { type WatchedPart, watchedParts } from "../modules/watched";
import type { StackOutputs } from "./stack-outputs";

export interface AwsPeopleProps {
  readonly deployment: PeoplePoliciesProps["deployment"];
  readonly aws: NonNullable<DeploymentConfig["aws"]>;
  /** Whether there is a coordinator that people answer. */
  readonly isCoordinated: boolean;
}

/** The policies of people, as outputs: what they need for all that the scope holds so far. */
export function awsPeopleOutputs(scope: Construct, { deployment, aws, isCoordinated }: AwsPeopleProps): StackOutputs {
  const { approver, operator, deployer } = awsPeoplePolicies(scope, { deployment, aws });
  return {
    ...(isCoordinated && {
      approver_policy: {
        description: "IAM policy of a person who answers: it sends answers, and allows nothing else",
        value: approver,
      },
      operator_policy: {
        description: "IAM policy of a person who operates the deployment by npx retrigger",
        value: operator,
      },
    }),
    deployer_policy: {
      description: "IAM policies of whoever runs terraform apply and destroy: all of them are needed",
      value: deployer,
    },
  };
}

/** The policies of people for all that the scope holds so far. */
export function awsPeoplePolicies(scope: Construct, { deployment, aws }: Omit<AwsPeopleProps, "isCoordinated">) {
  const people = { deployment, kmsKey: aws.kms?.key };
  const namesOf = (kind: WatchedPart["kind"]) => watchedParts(scope).flatMap((part) => (part.kind === kind ? [part.name] : []));
  return {
    approver: approverPolicy(people),
    operator: operatorPolicy({ ...people, queues: namesOf("queue"), deadLetterQueues: namesOf("dead-letter-queue") }),
    deployer: deployerPolicies({
      ...people,
      ...resourcesOfOthers(scope),
      types: resourceTypes(scope),
      path: aws.roles.path,
      permissionsBoundary: aws.roles.permissionsBoundary,
      hasNetwork: aws.network !== undefined,
    }),
  };
}

/** The types of all resources below a construct. */
function resourceTypes(scope: IConstruct): ReadonlySet<string> {
  const resources = scope.node.findAll().filter(TerraformResource.isTerraformResource);
  return new Set(resources.map(({ terraformResourceType }) => terraformResourceType));
}

/** What the resources name that is not called as the deployment's own things are. */
function resourcesOfOthers(
  scope: IConstruct,
): Pick<DeployerPoliciesProps, "buckets" | "pipelines" | "pipelineRoles" | "topics" | "functions"> {
  const all = scope.node.findAll();
  const named = <R extends IConstruct>(type: abstract new (...args: never[]) => R, nameOf: (resource: R) => string | undefined) => {
    const names = all.flatMap((construct) => (construct instanceof type ? [nameOf(construct)] : []));
    return names.flatMap((name) => (name === undefined || Token.isUnresolved(name) ? [] : [name]));
  };
  return {
    buckets: distinct([
      ...named(S3Bucket, ({ bucketInput }) => bucketInput),
      ...named(S3BucketNotification, ({ bucketInput }) => bucketInput),
    ]),
    pipelines: distinct(named(SagemakerPipeline, ({ pipelineNameInput }) => pipelineNameInput)),
    pipelineRoles: distinct([
      ...named(SagemakerPipeline, ({ roleArnInput }) => roleArnInput),
      ...named(SagemakerDataQualityJobDefinition, ({ roleArnInput }) => roleArnInput),
    ]),
    topics: distinct(named(SnsTopicSubscription, ({ topicArnInput }) => topicArnInput)),
    // Of a function, and of one of its versions or aliases.
    functions: distinct(named(LambdaPermission, ({ functionNameInput }) => functionNameInput)).flatMap((arn) => [arn, `${arn}:*`]),
  };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
