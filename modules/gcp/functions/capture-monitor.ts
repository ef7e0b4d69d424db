import { Construct } from "constructs";
import { driftFolder } from "../../../functions/core/drift/report-identity";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { capturePrefix, objectUri } from "../../../functions/core/object-uri";
import { type CapturedModel, hourlyMinute } from "../../captured-models";
import { bucketGrant, bucketResource, CustomRole, type Grant } from "../access/grants";
import type { GcpDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import type { FunctionBuilder } from "./function-builder";
import { type FunctionSchedule, ScheduledFunction } from "./scheduled-function";

/** The longest that Pub/Sub waits for an answer, ten minutes, less the start of an instance. */
const TIMEOUT_SEC = 540;
const MEMORY_MB = 1024;
const MAXIMUM_INSTANCES = 10;
/** A turn that is older is made up for by the next one. */
const RETENTION_SEC = 3600;

export interface CaptureMonitorProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly buckets: WatchedBuckets;
  /** One at least. */
  readonly models: readonly CapturedModel[];
}

/**
 * Looks for drift in captured requests: one function, and a job for every model, each hour, as soon as a window may be due. A
 * window that is not due, or has its report, costs a look; one that was missed is made up for.
 */
export class CaptureMonitor extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, builder, state, buckets, models }: CaptureMonitorProps) {
    super(scope, id, {
      deployment,
      builder,
      role: "drift-monitor",
      description: "Compares captured requests with their baseline, and writes the drift reports of windows that are due",
      grants: (own) => [state.read(), ...new CaptureAccess(own, "access", { deployment, buckets, models }).grants()],
      environment: { [ENVIRONMENT.state]: state.database },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      maximumInstances: MAXIMUM_INSTANCES,
      queue: { id: "queue", role: "drift-monitor", retentionSec: RETENTION_SEC },
      schedules: models.map(scheduleOf),
    });
  }
}

function scheduleOf({ settings: { model }, capture }: CapturedModel): FunctionSchedule {
  return {
    id: `drift-monitor-${model}`,
    name: `drift-monitor-${model}`,
    description: `Looks for drift in the captured requests of ${model}`,
    expression: `${hourlyMinute(capture.delayMs)} * * * *`,
    message: JSON.stringify({ model }),
  };
}

/**
 * A file is created or read, never replaced. Without the list, Cloud Storage answers 403 for one that is not there, which looks
 * like a fault.
 */
const FILE_PERMISSIONS = ["storage.objects.create", "storage.objects.get", "storage.objects.list"];
/**
 * A condition has at most 12 logical operators, one between each two of its terms; the first is the bucket.
 * https://cloud.google.com/iam/quotas#limits
 */
const MAX_OBJECT_TERMS = 12;

interface CaptureAccessProps {
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
class CaptureAccess extends Construct {
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

/**
 * As few grants as hold all terms: of one role to one account a bucket has at most 20 with conditions.
 * https://cloud.google.com/iam/quotas#limits
 */
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
