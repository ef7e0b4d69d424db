import { Construct } from "constructs";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { CONDITION_SPACES } from "../../../operations/condition-slots";
import { holdOutManifests } from "../../promoted-models";
import type { GcpDeployment } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import { equalRoles, type Grant, objectGrants } from "./grants";

/** Without the list, Cloud Storage answers 403 for a manifest that is not there, as for ledgers. */
const PERMISSIONS = ["storage.objects.get", "storage.objects.list"];

export interface HoldOutAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  readonly models: readonly ModelSettings[];
}

/** Lets functions read the manifests of hold-outs, which go into the list of each run, and no other object; nothing without any. */
export class HoldOutAccess extends Construct {
  private readonly props: HoldOutAccessProps;
  private readonly roles: readonly string[];

  constructor(scope: Construct, id: string, props: HoldOutAccessProps) {
    super(scope, id);
    const { deployment, models } = props;
    this.props = props;
    const role = { deployment, role: "hold-outs", title: "manifests of hold-outs", permissions: PERMISSIONS };
    this.roles = holdOutManifests(models).length === 0 ? [] : equalRoles(this, CONDITION_SPACES.holdOuts, role);
  }

  grants(): Grant[] {
    const { buckets, models } = this.props;
    const access = { id: "hold-outs", roles: this.roles, space: CONDITION_SPACES.holdOuts, title: "Manifests of hold-outs" };
    return objectGrants(
      buckets,
      access,
      holdOutManifests(models).map(({ bucket, key }) => ({ bucket, object: key })),
    );
  }
}
