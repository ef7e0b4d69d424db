import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { everywhere } from "../../../../modules/everywhere";
import { FunctionBuilder } from "../../../../modules/gcp/functions/function-builder";
import { CustomerKeys, keyUsers } from "../../../../modules/gcp/security/customer-keys";
import { StateStore } from "../../../../modules/gcp/state-store";
import { Template } from "../../../stacks/template";
import { synthesize } from "../synthesize";

const KEY = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/retrigger";
const OTHER = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/other";

describe("CustomerKeys", () => {
  it("should encrypt what is there, and what is added later", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    const part = new Construct(stack, "part");
    new PubsubTopic(part, "before", { name: "before" });

    everywhere(part, new CustomerKeys({ key: KEY }));
    new PubsubTopic(part, "after", { name: "after" });
    const synthesised: { resource: { google_pubsub_topic: Record<string, object> } } = JSON.parse(Testing.synth(stack));

    const topics = Object.values(synthesised.resource.google_pubsub_topic);
    expect(topics).toHaveLength(2);
    for (const topic of topics) expect(topic).toMatchObject({ kms_key_name: KEY });
  });

  it("should leave what others have in the same stack alone", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    const part = new Construct(stack, "part");
    new PubsubTopic(part, "ours", { name: "ours" });
    new PubsubTopic(stack, "theirs", { name: "theirs" });

    everywhere(part, new CustomerKeys({ key: KEY }));

    const template = new Template(stack);
    expect(template.one("google_pubsub_topic", { name: "ours" }).kms_key_name).toBe(KEY);
    expect(template.one("google_pubsub_topic", { name: "theirs" })).not.toHaveProperty("kms_key_name");
  });

  it("should leave a resource the key that it names itself", () => {
    const template = synthesize((stack) => {
      new StorageBucket(stack, "own", { name: "own", location: "europe-west4", encryption: { defaultKmsKeyName: OTHER } });
      everywhere(stack, new CustomerKeys({ key: KEY }));
    });

    expect(template.one("google_storage_bucket").encryption).toEqual({ default_kms_key_name: OTHER });
  });

  it("should give the images of functions the key that the functions have", () => {
    const template = synthesize((stack, deployment) => {
      new FunctionBuilder(stack, "builder", { deployment });
      everywhere(stack, new CustomerKeys({ key: KEY }));
    });

    expect(template.one("google_artifact_registry_repository").kms_key_name).toBe(KEY);
    expect(template.one("google_storage_bucket").encryption).toEqual({ default_kms_key_name: KEY });
  });

  it.each([
    ["refuse", { prevent_destroy: true }],
    ["delete", undefined],
    ["keep", undefined],
  ] as const)("should let no plan replace a database whose deletion is refused: %s", (onDestroy, lifecycle) => {
    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, database: "retrigger-dev", location: "eur3", onDestroy, models: [] });
      everywhere(stack, new CustomerKeys({ key: KEY, databaseKey: OTHER }));
    });

    const database = template.one("google_firestore_database");
    expect(database.cmek_config).toEqual({ kms_key_name: OTHER });
    expect(database.lifecycle).toEqual(lifecycle);
  });

  it("should leave the database Google's key where it is to have that", () => {
    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, database: "retrigger-dev", location: "eur3", models: [] });
      everywhere(stack, new CustomerKeys({ key: KEY }));
    });

    expect(template.one("google_firestore_database")).not.toHaveProperty("cmek_config");
    expect(template.one("google_firestore_database")).not.toHaveProperty("lifecycle");
  });
});

describe("keyUsers", () => {
  it("should name who uses which key, each once and in order", () => {
    let users: Record<string, string[]> = {};
    synthesize((stack, deployment) => {
      new PubsubTopic(stack, "one", { name: "one" });
      new PubsubTopic(stack, "two", { name: "two" });
      new FunctionBuilder(stack, "builder", { deployment });
      new StorageBucket(stack, "own", { name: "own", location: "europe-west4", encryption: { defaultKmsKeyName: OTHER } });
      everywhere(stack, new CustomerKeys({ key: KEY }));
      users = keyUsers(stack, deployment, [OTHER]);
    });

    expect(users).toEqual({
      [OTHER]: [agent("gcp-sa-aiplatform"), agent("gs-project-accounts")],
      [KEY]: [agent("gcp-sa-artifactregistry"), agent("gcp-sa-pubsub"), agent("gs-project-accounts")],
    });
    expect(Object.keys(users)).toEqual([OTHER, KEY]);
  });

  it("should name nobody where there is no key", () => {
    synthesize((stack, deployment) => {
      new FunctionBuilder(stack, "builder", { deployment });

      expect(keyUsers(stack, deployment)).toEqual({});
    });
  });
});

// Helpers

function agent(service: string): string {
  return `serviceAccount:service-4711@${service}.iam.gserviceaccount.com`;
}
