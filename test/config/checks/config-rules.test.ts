import { S3Client } from "@aws-sdk/client-s3";
import { s3ManifestStore } from "../../../functions/aws/adapters/s3/manifest-store";
import { CLIENT, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { settingsOf } from "../../modules/aws/synthesize";
import { configOf, messageOf } from "../../stacks/config-messages";

const ROLE = "arn:aws:iam::111122223333:role/training";

describe("the rule against loops", () => {
  it.each([
    ["the whole bucket", { prefixes: [""] }],
    ["a folder above the manifests", { prefixes: ["in/", "retrigger/"] }],
    ["the manifests' own folder", { prefixes: ["retrigger/manifests/"] }],
    ["a model's manifests", { prefixes: ["retrigger/manifests/one/"] }],
    ["some of a model's manifests", { prefixes: ["retrigger/manifests/one/0000"] }],
    ["the start of a folder's name", { prefixes: ["ret"] }],
    ["a suffix that manifests have", { prefixes: [""], suffixes: [".csv", ".manifest"] }],
    ["a suffix that ledgers have", { prefixes: [""], suffixes: [".gz"] }],
    ["a suffix of one manifest", { prefixes: [""], suffixes: ["7.manifest"] }],
  ])("should forbid to watch %s", (_case, data) => {
    expect(messageOf(configOf({ one: { data } }))).toContain(
      "which contains the manifests that Retrigger writes to retrigger/manifests/one/, a loop",
    );
  });

  it.each([
    ["a folder beside the manifests", { prefixes: ["retrigger/data/"] }],
    ["the whole bucket, for a suffix that Retrigger does not write", { prefixes: [""], suffixes: [".csv"] }],
    ["a folder with the manifests elsewhere", { prefixes: ["retrigger/"], manifestPrefix: "lists/" }],
  ])("should allow to watch %s", (_case, data) => {
    expect(messageOf(configOf({ one: { data } }))).toBe("no mistake");
  });

  it("should forbid to watch another model's manifests on the same bucket", () => {
    const config = configOf({ one: {}, two: { data: { prefixes: ["retrigger/"], manifestPrefix: "lists/" } } });

    expect(messageOf(config)).toContain(
      'models.two.data.prefixes[0]: got "retrigger/", which contains the manifests that Retrigger writes to retrigger/manifests/one/',
    );
  });

  it("should allow it on another bucket", () => {
    const config = configOf({ one: {}, two: { data: { bucket: "other", prefixes: ["retrigger/"], manifestPrefix: "lists/" } } });

    expect(messageOf(config)).toBe("no mistake");
  });

  it("should know every kind of key that the functions write", async () => {
    const server = await startLoopbackServer(() => ({ status: 200, body: "" }));
    const client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true });
    const store = s3ManifestStore(client);
    const at = { model: "one", generation: 1, data: settingsOf("one").data };
    await store.writeManifest(at, []);
    await store.writeLedger(at, { entries: [{ generation: 1, sealedAt: 0, objects: [] }], older: [] });
    client.destroy();
    await server.stop();

    const names = server.received.map(({ path }) => new URL(path, server.endpoint).pathname);
    const suffixes = names.map((name) => name.slice(name.lastIndexOf("/")).replace(/^\/\d+/, ""));
    expect(suffixes).toHaveLength(2);
    for (const suffix of suffixes) {
      expect(messageOf(configOf({ one: { data: { prefixes: [""], suffixes: [suffix] } } }))).toContain("a loop");
    }
  });

  it("should be told even when other fields are wrong", () => {
    const config = configOf({ one: { data: { prefixes: [""], sufixes: [] }, batch: { size: -1 } } }, { environment: 5 });

    expect(messageOf(config)).toContain("a loop");
  });
});

describe("the rules of time", () => {
  it("should forbid to remember objects for longer than their records are kept", () => {
    const config = configOf({ one: { batch: { dedupeHorizon: "31d" } } });

    expect(messageOf(config)).toContain('batch.dedupeHorizon: got "31d"; expected at most the retention, 30d');
  });

  it("should forbid a window longer than a quarter of the retention", () => {
    const config = configOf({ one: { batch: { window: "8d" } } });

    expect(messageOf(config)).toContain('batch.window: got "8d"; expected at most a quarter of the retention, 30d');
  });

  it("should allow both at their limits, and a window of never", () => {
    const config = configOf({
      one: { batch: { dedupeHorizon: "4d", window: "1d", retention: "4d" }, policy: { deferralExpires: "4d" } },
      two: { batch: { dedupeHorizon: "1d", window: "never", retention: "1d" }, policy: { deferralExpires: "1d" } },
    });

    expect(messageOf(config)).toBe("no mistake");
  });

  it("should mind the default window when the retention is short", () => {
    const config = configOf({ one: { batch: { retention: "2d" } } });

    expect(messageOf(config)).toContain('batch.window: got "24h"; expected at most a quarter of the retention, 2d');
  });
});

describe("the rules of a created pipeline", () => {
  const definition = JSON.stringify({ Parameters: [{ Name: "ManifestUri" }, { Name: "Epochs" }] });
  const pipeline = { definitionFile: "./pipeline.json", roleArn: ROLE };

  it("should accept a definition that declares every parameter", () => {
    expect(messageOf(configOf({ one: { pipeline } }), { "pipeline.json": definition })).toBe("no mistake");
  });

  it.each([
    ["a role without definition", { roleArn: ROLE }, "pipeline.roleArn: got a role without definitionFile; expected both"],
    [
      "a definition without role",
      { definitionFile: "./pipeline.json" },
      'definitionFile: got "./pipeline.json" without roleArn; expected both',
    ],
    ["a role that is none", { ...pipeline, roleArn: "training" }, 'roleArn: got "training"; expected the ARN of an IAM role'],
    [
      "a missing file",
      { ...pipeline, definitionFile: "no.json" },
      '"no.json" cannot be read (ENOENT); expected a readable file at this path, relative to the configuration',
    ],
    ["a folder", { ...pipeline, definitionFile: "." }, '"." cannot be read (EISDIR)'],
    [
      "a file of another kind",
      { ...pipeline, definitionFile: "retrigger.yaml" },
      '"retrigger.yaml" is not JSON; expected a pipeline definition',
    ],
    ["JSON of another kind", { ...pipeline, definitionFile: "list.json" }, '"list.json" is not a pipeline definition'],
    [
      "a parameter that is not declared",
      { ...pipeline, parameters: { Epoch: "5" } },
      'does not declare the parameter "Epoch"; declare it, or start the pipeline with: ManifestUri, Epochs',
    ],
  ])("should explain %s", (_case, section, expected) => {
    const files = { "pipeline.json": definition, "list.json": "[]" };

    expect(messageOf(configOf({ one: { pipeline: section } }), files)).toContain(expected);
  });

  it("should forbid two models to create the same pipeline", () => {
    const same = { ...pipeline, name: "training" };

    const message = messageOf(configOf({ one: { pipeline: same }, two: { pipeline: same } }), { "pipeline.json": definition });

    expect(message).toContain(
      "models.two.pipeline.definitionFile: creates pipeline training, as model one does; expected one definitionFile for it",
    );
  });

  it("should allow a second model to start the pipeline that the first creates", () => {
    const config = configOf({ one: { pipeline: { ...pipeline, name: "training" } }, two: { pipeline: { name: "training" } } });

    expect(messageOf(config, { "pipeline.json": definition })).toBe("no mistake");
  });
});

describe("the rules of buckets", () => {
  it("should ask about a bucket that no model uses", () => {
    const config = configOf({ one: {} }, { aws: { region: "eu-central-1", buckets: { acne: { create: true } } } });

    expect(messageOf(config)).toContain(
      "aws.buckets.acne: no model uses this bucket; expected one of acme; correct the name, or remove the entry",
    );
  });

  it("should not ask while a model's bucket is not known", () => {
    const buckets = { acme: { create: true } };
    const config = configOf({ one: { data: { bucket: "ACME" } } }, { aws: { region: "eu-central-1", buckets } });

    expect(messageOf(config)).not.toContain("no model uses this bucket");
  });

  it("should refuse more prefixes on a bucket than an event pattern holds", () => {
    const prefixes = Array.from({ length: 40 }, (_, index) => `${index}-${"x".repeat(50)}/`);

    expect(messageOf(configOf({ one: { data: { prefixes } } }))).toMatch(
      /models\.one\.data: the prefixes and suffixes of all models on acme make an event pattern of \d+ characters; expected at most 2048; use fewer or shorter ones, or another bucket/,
    );
  });
});
