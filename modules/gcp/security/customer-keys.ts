// Customer-managed encryption keys (CMEK): which resources take one, and who uses it on their behalf.
import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { Cloudfunctions2Function } from "@cdktf/provider-google/lib/cloudfunctions2-function";
import { FirestoreDatabase } from "@cdktf/provider-google/lib/firestore-database";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import type { IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** Names of keys: `projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>`. */
export interface CustomerKeysProps {
  /** Of everything that names no key of its own. @default - Google's keys */
  readonly key?: string;
  /** Of the database, in its location. @default - Google's keys */
  readonly databaseKey?: string;
}

/** A type of resource that takes a key. */
interface KeyedType {
  /** Service agents of the project, by the first part of their domain, that encrypt and decrypt on behalf of such a resource. */
  readonly agents: readonly string[];
  readonly isOf: (construct: IConstruct) => boolean;
  /** Gives a resource the key that it is to have, unless it names one already. */
  readonly encrypt: (construct: IConstruct, keys: CustomerKeysProps) => void;
  /** The key that a resource names. */
  readonly keyOf: (construct: IConstruct) => string | undefined;
}

/** Every type of resource that takes a key. A test holds the list of those that take none. */
const KEYED_TYPES: readonly KeyedType[] = [
  keyedType(PubsubTopic, {
    agents: ["gcp-sa-pubsub"],
    keyOf: (topic) => topic.kmsKeyNameInput,
    encrypt: (topic, { key }) => {
      if (key !== undefined) topic.kmsKeyName = key;
    },
  }),
  keyedType(FirestoreDatabase, {
    agents: ["gcp-sa-firestore"],
    keyOf: (database) => database.cmekConfigInput?.kmsKeyName,
    encrypt: (database, { databaseKey }) => {
      if (databaseKey === undefined) return;
      database.putCmekConfig({ kmsKeyName: databaseKey });
      keepFromReplacement(database);
    },
  }),
  // https://cloud.google.com/functions/docs/securing/cmek; no function has a trigger of Eventarc, whose agent stands there too.
  keyedType(Cloudfunctions2Function, {
    agents: ["gcf-admin-robot", "serverless-robot-prod", "gs-project-accounts", "gcp-sa-artifactregistry"],
    keyOf: (service) => service.kmsKeyNameInput,
    encrypt: (service, { key }) => {
      if (key !== undefined) service.kmsKeyName = key;
    },
  }),
  // With a key, a function takes only images of a repository that has the same.
  keyedType(ArtifactRegistryRepository, {
    agents: ["gcp-sa-artifactregistry"],
    keyOf: (repository) => repository.kmsKeyNameInput,
    encrypt: (repository, { key }) => {
      if (key !== undefined) repository.kmsKeyName = key;
    },
  }),
  keyedType(StorageBucket, {
    agents: ["gs-project-accounts"],
    keyOf: (bucket) => bucket.encryptionInput?.defaultKmsKeyName,
    encrypt: (bucket, { key }) => {
      if (key !== undefined) bucket.putEncryption({ defaultKmsKeyName: key });
    },
  }),
];

/** Gives every resource that takes a key the customer's. */
export class CustomerKeys implements IAspect {
  constructor(private readonly props: CustomerKeysProps) {}

  visit(construct: IConstruct): void {
    for (const type of KEYED_TYPES) {
      if (type.isOf(construct) && type.keyOf(construct) === undefined) type.encrypt(construct, this.props);
    }
  }
}

/** Vertex AI itself, which encrypts what a run makes. https://cloud.google.com/vertex-ai/docs/general/cmek */
const VERTEX_AGENT = "gcp-sa-aiplatform";

/**
 * Who must be allowed to encrypt and decrypt with which key, as members of IAM: with every key that a scope's resources name, and
 * those of pipelines' runs.
 */
export function keyUsers(
  scope: IConstruct,
  { projectNumber }: { readonly projectNumber: string },
  runKeys: readonly string[] = [],
): Record<string, string[]> {
  const agentsOf = new Map(runKeys.map((key) => [key, new Set([VERTEX_AGENT])]));
  for (const construct of scope.node.findAll()) {
    for (const { isOf, keyOf, agents } of KEYED_TYPES) {
      const key = isOf(construct) ? keyOf(construct) : undefined;
      if (key !== undefined) agentsOf.set(key, new Set([...(agentsOf.get(key) ?? []), ...agents]));
    }
  }
  const memberOf = (agent: string) => `serviceAccount:service-${projectNumber}@${agent}.iam.gserviceaccount.com`;
  const byKey = [...agentsOf].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return Object.fromEntries(byKey.map(([key, agents]) => [key, [...agents].sort().map(memberOf)]));
}

/**
 * Firestore takes a key at a database's creation alone: for another one, Terraform would replace the database. Where its deletion
 * is refused, the plan of that already fails, and not an apply half-way.
 * https://cloud.google.com/firestore/docs/cmek
 */
function keepFromReplacement(database: FirestoreDatabase): void {
  const isProtected = database.deleteProtectionStateInput === "DELETE_PROTECTION_ENABLED";
  if (isProtected && database.deletionPolicyInput === "DELETE") database.lifecycle = { preventDestroy: true };
}

/** A class of the provider. */
type ResourceClass<R extends TerraformResource> = new (...parameters: never[]) => R;

interface KeyUse<R> {
  readonly agents: readonly string[];
  readonly keyOf: (resource: R) => string | undefined;
  readonly encrypt: (resource: R, keys: CustomerKeysProps) => void;
}

function keyedType<R extends TerraformResource>(type: ResourceClass<R>, { agents, keyOf, encrypt }: KeyUse<R>): KeyedType {
  return {
    agents,
    isOf: (construct) => construct instanceof type,
    keyOf: (construct) => (construct instanceof type ? keyOf(construct) : undefined),
    encrypt: (construct, keys) => {
      if (construct instanceof type) encrypt(construct, keys);
    },
  };
}
