import {
  DescribeModelPackageGroupCommand,
  ListModelPackagesCommand,
  type ListModelPackagesCommandInput,
  type ModelPackageSummary,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { type ModelRegistry, type RegisteredVersion, RegistryMissingError } from "../../../core/promotion/ports";
import { markPackage } from "./mark-package";
import { describePackage, versionOf } from "./model-package";
import { isMissing, refusedToTell } from "./sagemaker-refusal";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModelPackages.html */
const PAGE_SIZE = 100;
/** What `ModelRegistry.list` promises. */
const MAX_LISTED = 100;

/**
 * `ModelRegistry` of the model package groups of SageMaker: a version is a model package, and its approval the package's
 * ModelApprovalStatus. Packages that are only logged are left out. What made a package, and where its evaluation is, a list does
 * not tell, so each of its packages is described, one after the other. Whether SageMaker refuses to list a group that does not
 * exist is not documented: one without packages is asked for itself, once. What `mark` does and does not guarantee says
 * `markPackage`.
 */
export function sageMakerModelRegistry(client: SageMakerClient): ModelRegistry {
  const existing = new Set<string>();

  async function checkExists(registry: string): Promise<void> {
    if (existing.has(registry)) return;
    const group = new DescribeModelPackageGroupCommand({ ModelPackageGroupName: registry });
    await client.send(group).catch(refusedToList(registry));
    existing.add(registry);
  }

  /** Those that are still there, at most so many. */
  async function described(summaries: AsyncIterable<ModelPackageSummary>, most: number): Promise<RegisteredVersion[]> {
    const found: RegisteredVersion[] = [];
    for await (const { ModelPackageArn: arn } of summaries) {
      const one = arn === undefined ? undefined : await describePackage(client, arn);
      if (arn !== undefined && one !== undefined) found.push(versionOf(arn, one));
      if (found.length >= most) break;
    }
    return found;
  }

  return {
    async list(registry, since) {
      // Behind the time, not at it; SageMaker keeps milliseconds.
      const after = since > 0 ? { CreationTimeAfter: new Date(since - 1) } : {};
      const found = await described(listed(client, registry, { ...after, SortOrder: "Ascending" }), MAX_LISTED);
      if (found.length === 0) await checkExists(registry);
      return found.filter(({ registeredAt }) => registeredAt >= since).sort(byAge);
    },

    async newestApproved(registry) {
      const approved = listed(client, registry, { ModelApprovalStatus: "Approved", SortOrder: "Descending" });
      const [newest] = await described(usable(approved), 1);
      if (newest === undefined) await checkExists(registry);
      return newest;
    },

    async describe(version) {
      const found = await describePackage(client, version);
      return found && versionOf(version, found);
    },

    mark: (mark) => markPackage(client, mark),
  };
}

/** The packages of a group, page by page, but for those that are only logged. */
async function* listed(
  client: SageMakerClient,
  registry: string,
  input: Pick<ListModelPackagesCommandInput, "CreationTimeAfter" | "ModelApprovalStatus" | "SortOrder">,
): AsyncGenerator<ModelPackageSummary> {
  const query = { ...input, ModelPackageGroupName: registry, SortBy: "CreationTime", MaxResults: PAGE_SIZE } as const;
  let token: string | undefined;
  do {
    const command = new ListModelPackagesCommand({ ...query, ...(token !== undefined && { NextToken: token }) });
    const { ModelPackageSummaryList = [], NextToken } = await client.send(command).catch(refusedToList(registry));
    yield* ModelPackageSummaryList.filter(({ ModelPackageRegistrationType }) => ModelPackageRegistrationType !== "Logged");
    token = NextToken;
  } while (token !== undefined);
}

async function* usable(summaries: AsyncIterable<ModelPackageSummary>): AsyncGenerator<ModelPackageSummary> {
  for await (const summary of summaries) if (summary.ModelPackageStatus === "Completed") yield summary;
}

function refusedToList(registry: string): (error: unknown) => never {
  return (error) => {
    if (!isMissing(error)) return refusedToTell(`the model package group ${registry}`)(error);
    const remedy = "create it in the functions' account and region, or correct promotion.registry in retrigger.yaml";
    throw new RegistryMissingError(`there is no model package group ${registry}; ${remedy}`, { cause: error });
  };
}

function byAge(a: RegisteredVersion, b: RegisteredVersion): number {
  return a.registeredAt - b.registeredAt || Number(a.number) - Number(b.number);
}
