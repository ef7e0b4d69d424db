import { Construct } from "constructs";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { GcpDeployment } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import type { Grant } from "./grants";
import { bucketGrant, bucketResource, CustomRole } from "./grants";

/** Without the list, Cloud Storage answers 403 for a ledger that is not there, which looks like a fault; it reveals names, no content. */
const LIST = "storage.objects.list";
/** Deleting is part of replacing: a manifest that is written again must be answered that it exists, whatever is checked first. */
const PERMISSIONS = ["storage.objects.create", "storage.objects.delete", "storage.objects.get", LIST];

export interface ManifestAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  readonly models: readonly ModelSettings[];
}

/** Lets functions read and write manifests and ledgers, and no other object. */
export class ManifestAccess extends Construct {
  private readonly props: ManifestAccessProps;
  private readonly role: CustomRole;

  constructor(scope: Construct, id: string, props: ManifestAccessProps) {
    super(scope, id);
    const { deployment } = props;
    this.props = props;
    this.role = new CustomRole(this, "role", { deployment, role: "manifests", title: "manifests", permissions: PERMISSIONS });
  }

  grants(): Grant[] {
    const { buckets, models } = this.props;
    return models.map(({ data: { bucket, manifestPrefix } }) => {
      const resource = bucketResource(bucket);
      // Of the permissions, only that to list is asked for on the bucket itself.
      const expression = `resource.name == "${resource}" || resource.name.startsWith("${resource}/objects/${manifestPrefix}")`;
      return bucketGrant(buckets, bucket, this.role.name, { title: "Manifests of Retrigger", expression });
    });
  }
}
