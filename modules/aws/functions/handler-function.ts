import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { NAME_PREFIX } from "../../../functions/core/state-layout";
import { FunctionBundle } from "../../bundle/function-bundle";
import { WatchedConstruct, type WatchedPart } from "../../watched";
import { networkPermissions } from "../access/network-permissions";
import { type PolicyStatement, trustPolicy } from "../access/policy";
import { addRolePolicies } from "../access/role-policies";
import { type AwsDeployment, physicalName, roleName } from "../deployment";
import { type DeadLetterQueue, type GuardedQueue, receiveFrom, sendTo } from "../queues/guarded-queue";

export interface QueueSource {
  readonly queue: GuardedQueue;
  /** Messages of one invocation: at most 10 of a FIFO queue, 10,000 of another. */
  readonly batchSize: number;
  /** How long messages are gathered; not for a FIFO queue. @default 0 */
  readonly batchingWindowSec?: number;
  /** Invocations at once, 2 to 1000. @default - as many as the account allows */
  readonly maximumConcurrency?: number;
}

export interface HandlerFunctionProps {
  readonly deployment: AwsDeployment;
  /** The function is named `<namePrefix>-<environment>-<role>`; its source is functions/aws/deployed/<role>.ts. */
  readonly role: string;
  readonly description: string;
  /** Whom it works for, by name. */
  readonly models: readonly ModelSettings[];
  /**
   * What the function may do for some of its models, beside writing its log, reading its source and setting aside what no retry
   * can cure.
   */
  readonly statementsOf: (some: readonly ModelSettings[]) => readonly PolicyStatement[];
  /** Variables beside the name of the deployment's environment and the dead letters of its source. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSec: number;
  /** @default 256 */
  readonly memoryMb?: number;
  /** The queue whose messages it handles. @default - none */
  readonly source?: QueueSource;
  /** Where failed asynchronous invocations go; they are not repeated. @default - the function is not invoked asynchronously */
  readonly asyncFailures?: DeadLetterQueue;
  /** How long an asynchronous invocation may wait for its turn, seconds, 60 to 21,600; then it has failed. @default 60 */
  readonly asyncMaximumAgeSec?: number;
}

/**
 * Lets a function send its traces to X-Ray, which knows no resources there.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const SEND_TRACES: PolicyStatement = {
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};

/** A Lambda function with its bundle, its log and a role that holds nothing but its own statements. */
export class HandlerFunction extends WatchedConstruct {
  readonly arn: string;
  readonly functionName: string;
  /** The name as text, where `functionName` refers to the function. */
  readonly name: string;
  readonly watched: WatchedPart;
  readonly roleArn: string;
  /** All that the role may do. */
  readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { deployment, role, models, source, asyncFailures, asyncMaximumAgeSec = 60 } = props;
    const name = physicalName(deployment, role);
    this.name = name;
    const bundle = new FunctionBundle(this, "bundle", {
      projectDir: deployment.projectDir,
      entry: `functions/aws/deployed/${role}.ts`,
    });
    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: `/aws/lambda/${name}`,
      retentionInDays: deployment.logRetentionDays ?? 90,
    });
    const iamRole = new IamRole(this, "role", {
      name: roleName(deployment, role),
      assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
    });
    const statementsOf = (some: readonly ModelSettings[]): PolicyStatement[] => [
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroup.arn}:*` },
      ...(source === undefined ? [] : [receiveFrom(source.queue), sendTo(source.queue.deadLetters)]),
      ...(asyncFailures === undefined ? [] : [sendTo(asyncFailures)]),
      ...(deployment.isTraced === true ? [SEND_TRACES] : []),
      ...networkPermissions(deployment, name),
      ...props.statementsOf(some),
    ];
    this.roleArn = iamRole.arn;
    this.statements = statementsOf(models);
    const policies = addRolePolicies(this, { deployment, roleName: iamRole.name, of: role, models, statementsOf });
    const lambda = new LambdaFunction(this, "Resource", {
      functionName: name,
      description: props.description,
      role: iamRole.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: bundle.handler,
      filename: bundle.path,
      sourceCodeHash: bundle.sha256,
      memorySize: props.memoryMb ?? 256,
      timeout: props.timeoutSec,
      environment: {
        variables: {
          [ENVIRONMENT.environment]: deployment.environment,
          ...(deployment.namePrefix !== undefined &&
            deployment.namePrefix !== NAME_PREFIX && { [ENVIRONMENT.namePrefix]: deployment.namePrefix }),
          ...(deployment.watch === "essential" && { [ENVIRONMENT.watch]: deployment.watch }),
          ...(source === undefined ? {} : { [ENVIRONMENT.deadLetters]: source.queue.deadLetters.url }),
          ...props.environment,
        },
      },
      // By reference, so that the group exists, with its retention, before Lambda would create one without.
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      ...(deployment.isTraced === true ? { tracingConfig: { mode: "Active" } } : {}),
      ...vpcConfig(deployment),
      // In a VPC, Lambda makes the function's interfaces by them, and removes those of a function that is gone.
      dependsOn: policies,
    });
    this.arn = lambda.arn;
    this.functionName = lambda.functionName;
    this.watched = { kind: "function", role, name, address: lambda.functionName };
    if (source !== undefined) this.readFrom(source, policies);
    if (asyncFailures !== undefined) {
      new LambdaFunctionEventInvokeConfig(this, "async-failures", {
        functionName: this.functionName,
        maximumRetryAttempts: 0,
        maximumEventAgeInSeconds: asyncMaximumAgeSec,
        destinationConfig: { onFailure: { destination: asyncFailures.arn } },
        dependsOn: policies,
      });
    }
  }

  private readFrom(
    { queue, batchSize, batchingWindowSec, maximumConcurrency }: QueueSource,
    policies: ITerraformDependable[],
  ): void {
    new LambdaEventSourceMapping(this, "source", {
      eventSourceArn: queue.arn,
      functionName: this.arn,
      batchSize,
      ...(batchingWindowSec === undefined ? {} : { maximumBatchingWindowInSeconds: batchingWindowSec }),
      ...(maximumConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency } }),
      functionResponseTypes: ["ReportBatchItemFailures"],
      dependsOn: policies,
    });
  }
}

/** Security groups are not replaced before a function is destroyed: they are the network's own, and stay. */
function vpcConfig({ network }: AwsDeployment) {
  if (network === undefined) return {};
  return { vpcConfig: { subnetIds: [...network.subnets], securityGroupIds: [...network.securityGroups] } };
}
