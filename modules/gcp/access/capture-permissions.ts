import { Construct } from "constructs";
import { driftFolder } from "../../../functions/core/drift/report-identity";
import { capturePrefix, objectUri } from "../../../functions/core/object-uri";
import type { CapturedModel } from "../../captured-models";
import type { GcpDeployment } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import type { Grant } from "./grants";
import { bucketGrant, bucketResource, CustomRole } from "./grants";

/** A file is created or read, never replaced. Without the list, Cloud Storage answers 403 for one that is not there, which looks like a fault. */
const FILE_PERMISSIONS = ["storage.objects.create", "storage.objects.get", "storage.objects.list"];
/** A condition has at most 12 logical operators, one between each two of its terms; the first is the bucket. https://cloud.google.com/iam/quotas#limits */
const MAX_OBJECT_TERMS = 12;

export interface CaptureAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  readonly models: readonly CapturedModel[];
}

/** Some objects of a bucket, as a term of a condition. */
interface Selection {
  readonly bucket: string;
  readonly term: string;
}

/** Lets a function read the models' captures, and keep their reports and baselines, and no other object of these buckets. */
export class CaptureAccess extends Construct {
  private readonly props: CaptureAccessProps;
  private readonly files: CustomRole;

  constructor(scope: Construct, id: string, props: CaptureAccessProps) {
    super(scope, id);
    const { deployment } = props;
    this.props = props;
    const title = "reports and baselines of captured requests";
    this.files = new CustomRole(this, "role", { deployment, role: "capture-files", title, permissions: FILE_PERMISSIONS });
  }

  grants(): Grant[] {
    const { buckets, models } = this.props;
    const captures = models.map(({ capture: { location } }) => {
      const { bucket, key } = capturePrefix(location);
      return { bucket, term: startsWith(bucket, key) };
    });
    const files = models.flatMap(({ settings, capture }) => {
      const { bucket, key } = objectUri(capture.baseline);
      return [
        { bucket: settings.data.bucket, term: startsWith(settings.data.bucket, driftFolder(settings)) },
        { bucket, term: `resource.name == "${bucketResource(bucket)}/objects/${key}"` },
      ];
    });
    return [
      ...grantsOn(buckets, "roles/storage.objectViewer", "Captured requests", captures),
      ...grantsOn(buckets, this.files.name, "Reports and baselines of captures", files),
    ];
  }
}

function startsWith(bucket: string, prefix: string): string {
  return `resource.name.startsWith("${bucketResource(bucket)}/objects/${prefix}")`;
}

/** As few grants as hold all terms: of one role to one account a bucket has at most 20 with conditions. https://cloud.google.com/iam/quotas#limits */
function grantsOn(buckets: WatchedBuckets, role: string, title: string, selections: readonly Selection[]): Grant[] {
  const names = new Set(selections.map(({ bucket }) => bucket));
  return [...names].flatMap((bucket) => {
    const terms = [...new Set(selections.filter((selection) => selection.bucket === bucket).map(({ term }) => term))];
    const groups = Array.from({ length: Math.ceil(terms.length / MAX_OBJECT_TERMS) }, (_, index) =>
      terms.slice(index * MAX_OBJECT_TERMS, (index + 1) * MAX_OBJECT_TERMS),
    );
    // To list is asked for on the bucket itself; it reveals names, no content.
    return groups.map((group) => {
      const expression = [`resource.name == "${bucketResource(bucket)}"`, ...group].join(" || ");
      return bucketGrant(buckets, bucket, role, { title, expression });
    });
  });
}
