import { FirestoreDatabase } from "@cdktf/provider-google/lib/firestore-database";
import { FirestoreDocument } from "@cdktf/provider-google/lib/firestore-document";
import { FirestoreField } from "@cdktf/provider-google/lib/firestore-field";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { Construct } from "constructs";
import type { ModelSettings } from "../../functions/core/model-settings";
import {
  COLLECTIONS,
  EXPIRING_COLLECTIONS,
  EXPIRY_FIELD,
  SETTINGS_FIELD,
  SHAPE,
  SHAPE_FIELD,
} from "../../functions/core/state-layout";
import { promotedModels } from "../promoted-models";
import { literalText } from "../terraform-text";
import type { Grant } from "./access/grants";
import type { GcpDeployment } from "./deployment";

export interface StateStoreProps {
  readonly deployment: GcpDeployment;
  /** Name of the database. */
  readonly database: string;
  /** Region or multi-region of the database. */
  readonly location: string;
  /** What happens to it when it is to be destroyed. @default "refuse" */
  readonly onDestroy?: OnDestroy;
  readonly models: readonly ModelSettings[];
  /** Whether chats are told of anything. @default false */
  readonly hasChats?: boolean;
}

/** Fail and keep the database, delete it with all state, or leave it where it is and forget it. */
type OnDestroy = "refuse" | "delete" | "keep";

/** Without a policy, the provider leaves the database, which is then in the way of the next one of its name. */
const DELETIONS = {
  refuse: { deletionPolicy: "DELETE", deleteProtectionState: "DELETE_PROTECTION_ENABLED" },
  delete: { deletionPolicy: "DELETE", deleteProtectionState: "DELETE_PROTECTION_DISABLED" },
  keep: { deletionPolicy: "ABANDON", deleteProtectionState: "DELETE_PROTECTION_ENABLED" },
} as const satisfies Readonly<Record<OnDestroy, object>>;

/** The database of all state, with a document per model that holds its settings: a change of them reads well in a plan. */
export class StateStore extends Construct {
  /** `projects/<project>/databases/<database>`. */
  readonly database: string;
  private readonly deployment: GcpDeployment;
  private readonly condition: string;

  constructor(scope: Construct, id: string, props: StateStoreProps) {
    super(scope, id);
    const { deployment, database: name, location, onDestroy = "refuse", models, hasChats = false } = props;
    const { project, apis } = deployment;
    const database = new FirestoreDatabase(this, "Resource", {
      project,
      name,
      locationId: location,
      type: "FIRESTORE_NATIVE",
      pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
      ...DELETIONS[onDestroy],
      dependsOn: apis.enabled("firestore"),
    });
    for (const collection of expiringCollections(models, hasChats)) {
      new FirestoreField(this, `expiry-${collection}`, {
        project,
        database: database.name,
        collection,
        field: EXPIRY_FIELD,
        ttlConfig: {},
        // No query asks for it, and an index of times that only grow bounds the writes of a collection:
        // https://cloud.google.com/firestore/docs/best-practices#high_read_write_and_delete_rates_to_a_narrow_document_range
        indexConfig: {},
      });
    }
    for (const settings of models) {
      new FirestoreDocument(this, `settings-${settings.model}`, {
        project,
        database: database.name,
        collection: COLLECTIONS.settings,
        documentId: settings.model,
        fields: literalText(JSON.stringify(toFields({ [SHAPE_FIELD]: SHAPE, [SETTINGS_FIELD]: settings }))),
      });
    }
    this.database = database.id;
    this.deployment = deployment;
    // Only resources of Firestore have such a name:
    // https://cloud.google.com/firestore/docs/manage-databases#configure_per-database_access_permissions
    this.condition = `resource.name == "projects/${project}/databases/${name}"`;
  }

  /** Lets an account read the documents of this database; IAM knows no collections. */
  read(): Grant {
    return this.grant("state-read", "roles/datastore.viewer");
  }

  /** Lets an account read and write the documents of this database. */
  readWrite(): Grant {
    return this.grant("state", "roles/datastore.user");
  }

  private grant(id: string, role: string): Grant {
    const { project } = this.deployment;
    const condition = { title: "State of Retrigger alone", expression: this.condition };
    return { id, give: (scope, id, member) => new ProjectIamMember(scope, id, { project, role, member, condition }) };
  }
}

/** Without a model whose candidates are judged, nothing of candidates is written, and without a chat nothing of tellings. */
function expiringCollections(models: readonly ModelSettings[], hasChats: boolean): string[] {
  const unwritten = new Set<string>([
    ...(promotedModels(models).length > 0 ? [] : [COLLECTIONS.candidates]),
    ...(hasChats ? [] : [COLLECTIONS.tellings]),
  ]);
  return EXPIRING_COLLECTIONS.filter((collection) => !unwritten.has(collection));
}

/** What a settings document holds: JSON without null. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

/** https://cloud.google.com/firestore/docs/reference/rest/v1/Value */
export type FirestoreValue =
  | { readonly stringValue: string }
  | { readonly integerValue: string }
  | { readonly doubleValue: number }
  | { readonly booleanValue: boolean }
  | { readonly arrayValue: { readonly values?: readonly FirestoreValue[] } }
  | { readonly mapValue: { readonly fields?: Readonly<Record<string, FirestoreValue>> } };

/** A value as Firestore writes it, which leaves out empty members: Terraform compares the two texts. */
export function toValue(value: Plain): FirestoreValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return Number.isSafeInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (typeof value === "boolean") return { booleanValue: value };
  if (isList(value)) return { arrayValue: value.length === 0 ? {} : { values: value.map(toValue) } };
  const fields = toFields(value);
  return { mapValue: Object.keys(fields).length === 0 ? {} : { fields } };
}

/** The members of a document or map; those that are undefined are left out. */
function toFields(members: Readonly<Record<string, Plain | undefined>>): Record<string, FirestoreValue> {
  const present = Object.entries(members).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, toValue(member)] as const],
  );
  return Object.fromEntries(present);
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
