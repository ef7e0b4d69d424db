import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addAccount, bucketName, type GcpDeployment, physicalName } from "../deployment";

/** Versions of a function's image that are kept, to go back to. */
const KEPT_IMAGES = 3;

export interface FunctionBuilderProps {
  readonly deployment: GcpDeployment;
}

/**
 * What makes images of the functions' zips: a bucket, a repository, and an account that may do nothing else. Without it, builds run
 * as the default account of Compute Engine, which new organisations give no role.
 * https://cloud.google.com/functions/docs/securing/build-custom-sa
 */
export class FunctionBuilder extends Construct {
  /** Bucket of the zips. */
  readonly bucket: string;
  /** `projects/<project>/locations/<region>/repositories/<repository>`. */
  readonly repository: string;
  /** `projects/<project>/serviceAccounts/<email>`. */
  readonly account: string;
  /** What must exist before a function is built. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { deployment }: FunctionBuilderProps) {
    super(scope, id);
    const { project, projectNumber, region, apis } = deployment;
    const sources = bucketName(deployment, "functions");
    const bucket = new StorageBucket(this, "sources", {
      project,
      name: sources,
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      dependsOn: apis.enabled("storage"),
    });
    const repository = new ArtifactRegistryRepository(this, "images", {
      project,
      location: region,
      repositoryId: physicalName(deployment, "functions"),
      description: "Images of Retrigger's functions",
      format: "DOCKER",
      cleanupPolicies: [
        { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: KEPT_IMAGES } },
        { id: "delete-older", action: "DELETE", condition: { olderThan: "2592000s" } },
      ],
      dependsOn: apis.enabled("artifactregistry"),
    });
    const account = addAccount(this, "account", deployment, "builder", "builds the functions");
    const { member } = account;
    // Cloud Functions copies the zip to a bucket of its own, and the build reads it there.
    const copies = `gcf-v2-sources-${projectNumber}-${region}`;
    const startsWith = (name: string) => `resource.name.startsWith("projects/_/buckets/${name}")`;
    this.bucket = bucket.name;
    this.repository = repository.id;
    this.account = account.id;
    this.ready = [
      new ProjectIamMember(this, "log", { project, role: "roles/logging.logWriter", member }),
      new ProjectIamMember(this, "read", {
        project,
        role: "roles/storage.objectViewer",
        member,
        condition: { title: "Sources of functions", expression: `${startsWith(sources)} || ${startsWith(copies)}` },
      }),
      new ArtifactRegistryRepositoryIamMember(this, "write", {
        project,
        location: region,
        repository: repository.name,
        role: "roles/artifactregistry.writer",
        member,
      }),
      ...apis.enabled("cloudbuild", "logging"),
    ];
  }
}
