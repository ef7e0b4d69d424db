import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { bucketGrant, bucketResource } from "./bucket-grant";
import { shortHash } from "./deployment";
import type { Grant } from "./grant";
import { pipelineTemplate } from "./pipeline-template";
import type { WatchedBuckets } from "./watched-buckets";

/** Lets an account read the template of a pipeline: one object, or the packages of one repository. */
export function templateGrant(buckets: WatchedBuckets, uri: string): Grant {
  const template = pipelineTemplate(uri);
  if (template.kind === "object") {
    const { bucket, object } = template;
    const expression = `resource.name == "${bucketResource(bucket)}/objects/${object}"`;
    return bucketGrant(buckets, bucket, "roles/storage.objectViewer", { title: "Template of a pipeline", expression });
  }
  const { kind: _kind, ...repository } = template;
  return {
    id: `repository-${shortHash(JSON.stringify(repository))}`,
    give: (scope, id, member) =>
      new ArtifactRegistryRepositoryIamMember(scope, id, { ...repository, role: "roles/artifactregistry.reader", member }),
  };
}
