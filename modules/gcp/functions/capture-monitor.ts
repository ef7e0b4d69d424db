import { Construct } from "constructs";
import { driftFolder } from "../../../functions/core/drift/report-identity";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { BASELINE_FOLDER, capturePrefix, objectUri } from "../../../functions/core/object-uri";
import { CONDITION_SPACES } from "../../../operations/condition-slots";
import { baselineUris, type CapturedModel, hourlyMinute } from "../../captured-models";
import { equalRoles, type Grant, objectGrants } from "../access/grants";
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
/** What is read of captures: their content, and which there are. */
const CAPTURE_PERMISSIONS = ["storage.objects.get", "storage.objects.list"];

interface CaptureAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  readonly models: readonly CapturedModel[];
}

/** Lets a function read the models' captures, and keep their reports and baselines, and no other object of these buckets. */
class CaptureAccess extends Construct {
  private readonly props: CaptureAccessProps;
  private readonly files: readonly string[];
  private readonly captures: readonly string[];

  constructor(scope: Construct, id: string, props: CaptureAccessProps) {
    super(scope, id);
    const { deployment } = props;
    this.props = props;
    const title = "reports and baselines of captured requests";
    const files = { deployment, role: "capture-files", title, permissions: FILE_PERMISSIONS };
    this.files = equalRoles(this, CONDITION_SPACES.captureFiles, files);
    const captures = { deployment, role: "captures", title: "captured requests", permissions: CAPTURE_PERMISSIONS };
    this.captures = equalRoles(new Construct(this, "captures"), CONDITION_SPACES.captures, captures);
  }

  grants(): Grant[] {
    const { buckets, models } = this.props;
    const { captures, captureFiles } = CONDITION_SPACES;
    const locations = models.map(({ capture: { location } }) => {
      const { bucket, key } = capturePrefix(location);
      return { bucket, object: { prefix: key } };
    });
    const files = models.flatMap(({ settings, capture }) => {
      const { bucket, key } = objectUri(capture.baseline);
      // The folder holds nothing but baselines, of which each model would need a term of its own.
      const isDefault = key === `${BASELINE_FOLDER}${settings.model}.json`;
      const following = baselineUris(capture)
        .slice(1)
        .map((uri) => ({ bucket, object: { prefix: objectUri(uri).key.replace(/\*.*$/, "") } }));
      return [
        { bucket: settings.data.bucket, object: { prefix: driftFolder(settings) } },
        ...(isDefault ? [{ bucket, object: { prefix: BASELINE_FOLDER } }] : [{ bucket, object: key }, ...following]),
      ];
    });
    const readable = { id: "captures", roles: this.captures, space: captures, title: "Captured requests" };
    const kept = { id: "capture-files", roles: this.files, space: captureFiles, title: "Reports and baselines of captures" };
    return [...objectGrants(buckets, readable, locations), ...objectGrants(buckets, kept, files)];
  }
}
