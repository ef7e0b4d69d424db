import { type Answer, awsError, jsonOf, type LoopbackServer, type Received, startLoopbackServer } from "./loopback-server";

const ACCOUNT = "arn:aws:sagemaker:eu-central-1:123456789012";
/** The address of a run of a pipeline, as SageMaker names it. */
export const executionArn = (run: string) => `${ACCOUNT}:pipeline/training/execution/${run}`;
export const packageArn = (group: string, number: number) => `${ACCOUNT}:model-package/${group}/${number}`;

/** A model package as DescribeModelPackage tells it; times are epoch seconds. */
interface ModelPackage {
  readonly ModelPackageGroupName: string;
  readonly ModelPackageVersion: number;
  readonly CreationTime: number;
  readonly ModelPackageStatus: string;
  readonly ModelApprovalStatus: string;
  readonly [field: string]: unknown;
}

/** SageMaker's registry on this machine: groups of model packages, with the limits of its operations and its refusals. */
export interface ModelPackagesServer extends LoopbackServer {
  /** Operations that were called, such as `ListModelPackages`. */
  readonly operations: () => readonly string[];
  readonly inputs: (operation: string) => readonly Record<string, unknown>[];
  readonly groups: Set<string>;
  /** By their ARN, in the order of their registration. */
  readonly packages: Map<string, ModelPackage>;
  /** Registers the next version of a group. */
  readonly register: (group: string, registeredAt: number, fields?: object) => string;
  /** Somebody changes a package. */
  readonly change: (arn: string, fields: object) => void;
}

export interface ModelPackagesOptions {
  /** Answers instead of the registry, where it is not undefined; `before` counts the calls of this operation. */
  readonly refuse?: (operation: string, before: number) => Answer | undefined;
  /** Packages on a page, whatever is asked for. @default as many as are asked for */
  readonly pageSize?: number;
}

export async function startModelPackagesServer({
  refuse,
  pageSize = 100,
}: ModelPackagesOptions = {}): Promise<ModelPackagesServer> {
  const groups = new Set<string>();
  const packages = new Map<string, ModelPackage>();
  const calls: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
  const server = await startLoopbackServer((request) => {
    const operation = String(request.headers["x-amz-target"]).replace("SageMaker.", "");
    const before = calls.filter((call) => call.operation === operation).length;
    const input = inputOf(request);
    calls.push({ operation, input });
    return refuse?.(operation, before) ?? answerOf(groups, packages, operation, input, pageSize);
  });
  const change = (arn: string, fields: object) => {
    const found = packages.get(arn);
    if (found === undefined) throw new Error(`there is no package ${arn}`);
    packages.set(arn, { ...found, ...fields });
  };
  return {
    ...server,
    operations: () => calls.map(({ operation }) => operation),
    inputs: (operation) => calls.filter((call) => call.operation === operation).map(({ input }) => input),
    groups,
    packages,
    change,
    register(group, registeredAt, fields = {}) {
      groups.add(group);
      const number = 1 + [...packages.values()].filter(({ ModelPackageGroupName }) => ModelPackageGroupName === group).length;
      const states = { ModelPackageStatus: "Completed", ModelApprovalStatus: "PendingManualApproval" };
      const name = { ModelPackageGroupName: group, ModelPackageVersion: number, ModelPackageArn: packageArn(group, number) };
      packages.set(name.ModelPackageArn, { ...name, ...states, CreationTime: registeredAt / 1000, ...fields });
      return name.ModelPackageArn;
    },
  };
}

function inputOf(request: Received): Record<string, unknown> {
  return Object.fromEntries(Object.entries(Object(jsonOf(request))));
}

function answerOf(
  groups: ReadonlySet<string>,
  packages: Map<string, ModelPackage>,
  operation: string,
  input: Record<string, unknown>,
  pageSize: number,
): Answer {
  const group = String(input.ModelPackageGroupName);
  const noGroup = awsError("ValidationException", `ModelPackageGroup ${ACCOUNT}:model-package-group/${group} does not exist.`);
  const arn = String(input.ModelPackageName ?? input.ModelPackageArn);
  const found = packages.get(arn);
  const noPackage = awsError("ValidationException", `ModelPackage ${arn} does not exist.`);
  switch (operation) {
    case "DescribeModelPackageGroup":
      return groups.has(group) ? json({ ModelPackageGroupName: group, ModelPackageGroupStatus: "Completed" }) : noGroup;
    // What it says of a group that does not exist is not documented: this server says nothing, which is the harder case.
    case "ListModelPackages":
      return listed([...packages.values()], input, pageSize);
    case "DescribeModelPackage":
      return found === undefined ? noPackage : json(found);
    case "UpdateModelPackage": {
      if (found === undefined) return noPackage;
      const broken = brokenLimit(input);
      if (broken !== undefined) return awsError("ValidationException", `1 validation error detected: ${broken}`);
      const { ModelPackageArn: _arn, ClientToken: _token, CustomerMetadataProperties, ...changes } = input;
      const metadata = { ...Object(found.CustomerMetadataProperties), ...Object(CustomerMetadataProperties) };
      packages.set(arn, { ...found, ...changes, CustomerMetadataProperties: metadata });
      return json({ ModelPackageArn: arn });
    }
    default:
      return awsError("UnknownOperationException", operation);
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModelPackages.html */
function listed(packages: readonly ModelPackage[], input: Record<string, unknown>, pageSize: number): Answer {
  const { ModelPackageGroupName, ModelApprovalStatus, SortOrder = "Ascending" } = input;
  const found = packages
    .filter((one) => one.ModelPackageGroupName === ModelPackageGroupName)
    .filter((one) => ModelApprovalStatus === undefined || one.ModelApprovalStatus === ModelApprovalStatus)
    .filter((one) => one.CreationTime > Number(input.CreationTimeAfter ?? -1))
    .sort((a, b) => (SortOrder === "Ascending" ? 1 : -1) * (a.CreationTime - b.CreationTime));
  const start = Number(input.NextToken ?? 0);
  const end = start + Math.min(pageSize, Number(input.MaxResults ?? 10));
  const summaries = found.slice(start, end).map((one) => {
    const { MetadataProperties: _made, ModelMetrics: _metrics, CustomerMetadataProperties: _ours, ...summary } = one;
    return summary;
  });
  return json({ ModelPackageSummaryList: summaries, ...(end < found.length && { NextToken: String(end) }) });
}

const DESCRIPTION = /^[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]{0,1024}$/u;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
function brokenLimit(input: Record<string, unknown>): string | undefined {
  const { ApprovalDescription = "", ClientToken = "a", CustomerMetadataProperties = {}, ModelLifeCycle } = input;
  const { Stage = "a", StageStatus = "a", StageDescription = "" } = Object(ModelLifeCycle);
  if (!DESCRIPTION.test(String(ApprovalDescription))) return "approvalDescription";
  if (!DESCRIPTION.test(String(StageDescription))) return "stageDescription";
  if (!/^[a-zA-Z0-9-]{1,36}$/.test(String(ClientToken))) return "clientToken";
  if (![Stage, StageStatus].every((one) => /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(one))) return "modelLifeCycle";
  const metadata = Object.entries(Object(CustomerMetadataProperties));
  const isWithin = ([key, value]: [string, unknown]) => key.length <= 128 && String(value).length <= 256;
  return metadata.every(isWithin) ? undefined : "customerMetadataProperties";
}

function json(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}
