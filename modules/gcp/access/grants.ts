import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type ConditionSpace, conditionSlots, roleOfSlot } from "../../../operations/condition-slots";
import { customRoleId, type GcpDeployment, shortHash } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";

/** One role on one resource, which an account may be given. */
export interface Grant {
  /** Unique among the grants of an account. */
  readonly id: string;
  /** Gives it to `member`, such as `serviceAccount:…`. */
  readonly give: (scope: Construct, id: string, member: string) => ITerraformDependable;
}

/** Gives an account all of these, each once, and returns what exists when it has them. */
export function giveAll(scope: Construct, grants: readonly Grant[], member: string): ITerraformDependable[] {
  const distinct = new Map(grants.map((grant) => [grant.id, grant]));
  return [...distinct.values()].map(({ id, give }) => give(scope, id, member));
}

/** A role on all objects of a bucket, which has uniform access. https://cloud.google.com/storage/docs/uniform-bucket-level-access */
export function bucketGrant(buckets: WatchedBuckets, bucket: string, role: string): Grant {
  return {
    id: `bucket-${shortHash(JSON.stringify([bucket, role]))}`,
    give: (scope, id, member) => new StorageBucketIamMember(scope, id, { bucket: buckets.nameOf(bucket), role, member }),
  };
}

/** One object of a bucket, or all whose names start alike. */
export interface ObjectSelection {
  readonly bucket: string;
  readonly object: string | { readonly prefix: string };
}

/** A kind of access to objects: equal roles, and what the conditions of each are called. */
export interface ObjectAccess {
  /** Unique among the kinds of access of an account. */
  readonly id: string;
  /** Names of roles of the same permissions. */
  readonly roles: readonly string[];
  readonly space: ConditionSpace;
  readonly title: string;
}

/** Access to these objects and no others, in conditions of several objects each, as IAM allows few conditions of a role. */
export function objectGrants(
  buckets: WatchedBuckets,
  { id: kind, roles, space, title }: ObjectAccess,
  selections: readonly ObjectSelection[],
): Grant[] {
  const names = [...new Set(selections.map(({ bucket }) => bucket))].sort();
  return names.flatMap((bucket) => {
    const terms = selections.filter((selection) => selection.bucket === bucket).map(objectTerm);
    // To list is asked for on the bucket itself; it reveals names, no content.
    const first = space.hasBucketTerm ? [`resource.name == "${bucketResource(bucket)}"`] : [];
    return [...conditionSlots(terms, space)].map(([place, own]): Grant => {
      const expression = [...first, ...own].join(" || ");
      const role = roles[roleOfSlot(place)] ?? "";
      return {
        // By its place, not by its content, so that it is changed where it stands.
        id: `${kind}-${shortHash(bucket)}-${place}`,
        give: (scope, id, member) =>
          new StorageBucketIamMember(scope, id, {
            bucket: buckets.nameOf(bucket),
            role,
            member,
            condition: { title, expression },
            // The old condition holds until the new one does.
            lifecycle: { createBeforeDestroy: true },
          }),
      };
    });
  });
}

function objectTerm({ bucket, object }: ObjectSelection): string {
  const name = (key: string) => JSON.stringify(`${bucketResource(bucket)}/objects/${key}`);
  return typeof object === "string" ? `resource.name == ${name(object)}` : `resource.name.startsWith(${name(object.prefix)})`;
}

/** The name of a bucket as IAM knows it. https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-name */
function bucketResource(bucket: string): string {
  return `projects/_/buckets/${bucket}`;
}

export interface CustomRoleProps {
  readonly deployment: GcpDeployment;
  /** The role is `<namePrefix>_<environment>_<role>`. */
  readonly role: string;
  readonly title: string;
  readonly permissions: readonly string[];
}

/** A role of exactly the permissions that a function uses, where every predefined one holds more. */
export class CustomRole extends Construct {
  /** `projects/<project>/roles/<role>`. */
  readonly name: string;

  constructor(scope: Construct, id: string, { deployment, role, title, permissions }: CustomRoleProps) {
    super(scope, id);
    const { name } = new ProjectIamCustomRole(this, "Resource", {
      project: deployment.project,
      roleId: customRoleId(deployment, role),
      title: `Retrigger ${deployment.environment}: ${title}`,
      permissions: [...permissions],
      dependsOn: deployment.apis.enabled("iam"),
    });
    this.name = name;
  }
}

/** The names of as many roles as a kind of access needs, with the same permissions; the first is named like the role alone. */
export function equalRoles(scope: Construct, { roles }: ConditionSpace, props: CustomRoleProps): string[] {
  return Array.from({ length: roles }, (_, index) => {
    const suffix = index === 0 ? "" : `-${index + 1}`;
    const title = index === 0 ? props.title : `${props.title}, ${index + 1} of ${roles}`;
    return new CustomRole(scope, `role${suffix}`, { ...props, role: `${props.role}${suffix}`, title }).name;
  });
}
