import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { Cloudfunctions2Function } from "@cdktf/provider-google/lib/cloudfunctions2-function";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketObject } from "@cdktf/provider-google/lib/storage-bucket-object";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { NAME_PREFIX } from "../../../functions/core/state-layout";
import { FunctionBundle } from "../../bundle/function-bundle";
import { WatchedConstruct, type WatchedPart } from "../../watched";
import { type Grant, giveAll } from "../access/grants";
import { addAccount, type DeploymentNames, type GcpDeployment, physicalName, pubsubAgent } from "../deployment";
import type { GuardedQueue } from "../queues/guarded-queue";
import type { FunctionBuilder } from "./function-builder";

/** The longest name of a Cloud Run service, which a function is. */
const MAX_NAME_LENGTH = 49;

export interface HandlerFunctionProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  /**
   * The function is named `<namePrefix>-<environment>-<role>`; its source is functions/gcp/deployed/<role>.ts, its entry point
   * `role`.
   */
  readonly role: string;
  readonly description: string;
  /** What the function may do; it writes its log without any. */
  readonly grants: readonly Grant[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSec: number;
  /** @default 256 */
  readonly memoryMb?: number;
  readonly maximumInstances: number;
  /** Requests that an instance handles at once. More than one needs a whole CPU, paid once for all of them. @default 1 */
  readonly requestsPerInstance?: number;
  /** The queue whose messages are pushed to it. */
  readonly source: GuardedQueue;
  /** Whether it sets aside what no retry can cure: it may then publish to the dead letters of its source. @default true */
  readonly setsAside?: boolean;
}

/** The name of a function, and of the Cloud Run service that it is. */
export function functionName(deployment: DeploymentNames, role: string): string {
  return physicalName(deployment, role, MAX_NAME_LENGTH);
}

/** A function with its bundle, an account that holds nothing but its own grants, and a door that opens to its own queue alone. */
export class HandlerFunction extends WatchedConstruct {
  readonly functionName: string;
  /** The name as text, where `functionName` refers to the function. */
  readonly name: string;
  /** The function itself, which takes minutes to be built. */
  readonly ready: ITerraformDependable;
  /** E-mail of the account that the function runs as. */
  readonly account: string;
  readonly watched: WatchedPart;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { deployment, builder, role } = props;
    const { project, region, apis } = deployment;
    this.name = functionName(deployment, role);
    const account = addAccount(this, "account", deployment, role, `runs the ${role}`);
    const deadLetters = (props.setsAside ?? true) ? props.source.deadLetters : undefined;
    const granted = giveAll(this, [...props.grants, ...(deadLetters === undefined ? [] : [deadLetters.publish()])], account.member);
    const requestsPerInstance = props.requestsPerInstance ?? 1;
    const service = new Cloudfunctions2Function(this, "Resource", {
      project,
      location: region,
      name: this.name,
      description: props.description,
      buildConfig: {
        runtime: "nodejs24",
        entryPoint: role,
        serviceAccount: builder.account,
        dockerRepository: builder.repository,
        source: { storageSource: { bucket: builder.bucket, object: this.addArchive(deployment, builder, role) } },
      },
      serviceConfig: {
        availableMemory: `${props.memoryMb ?? 256}Mi`,
        ...(requestsPerInstance > 1 ? { availableCpu: "1" } : {}),
        timeoutSeconds: props.timeoutSec,
        maxInstanceCount: props.maximumInstances,
        maxInstanceRequestConcurrency: requestsPerInstance,
        serviceAccountEmail: account.email,
        // Pushes of Pub/Sub in the same project are internal: https://cloud.google.com/run/docs/securing/ingress
        ingressSettings: "ALLOW_INTERNAL_ONLY",
        allTrafficOnLatestRevision: true,
        environmentVariables: {
          ...(deployment.namePrefix !== undefined &&
            deployment.namePrefix !== NAME_PREFIX && { [ENVIRONMENT.namePrefix]: deployment.namePrefix }),
          ...(deadLetters === undefined ? {} : { [ENVIRONMENT.deadLetters]: deadLetters.topic }),
          ...props.environment,
        },
      },
      dependsOn: [...granted, ...builder.ready, ...apis.enabled("cloudfunctions", "run")],
    });
    this.functionName = service.name;
    this.watched = { kind: "function", role, name: this.name, address: service.name };
    this.ready = service;
    this.account = account.email;
    this.readFrom(props, service);
  }

  /** The zip, under a name that a change of the code changes, so that the function is built anew. */
  private addArchive({ projectDir }: GcpDeployment, builder: FunctionBuilder, role: string): string {
    const bundle = new FunctionBundle(this, "bundle", { projectDir, entry: `functions/gcp/deployed/${role}.ts` });
    const hash = Buffer.from(bundle.sha256, "base64").toString("hex").slice(0, 16);
    return new StorageBucketObject(this, "archive", {
      bucket: builder.bucket,
      name: `${role}-${hash}.zip`,
      source: bundle.path,
      contentType: "application/zip",
    }).name;
  }

  /** Lets the pushes of its queue in, by an account of their own, and nobody else. */
  private readFrom({ deployment, role, source, timeoutSec }: HandlerFunctionProps, service: Cloudfunctions2Function): void {
    const { project, region } = deployment;
    const invoker = addAccount(this, "invoker", deployment, `${role}-push`, `pushes messages to the ${role}`);
    const allowed = new CloudRunV2ServiceIamMember(this, "invoke", {
      project,
      location: region,
      name: service.name,
      role: "roles/run.invoker",
      member: invoker.member,
    });
    // Of itself where Pub/Sub was enabled after 8 April 2021:
    // https://cloud.google.com/pubsub/docs/create-push-subscription#authentication
    const token = new ServiceAccountIamMember(this, "invoke-token", {
      serviceAccountId: invoker.name,
      role: "roles/iam.serviceAccountOpenIdTokenCreator",
      member: pubsubAgent(deployment),
    });
    source.pushTo({ url: service.serviceConfig.uri, timeoutSec, invoker: invoker.email, ready: [allowed, token] });
  }
}
