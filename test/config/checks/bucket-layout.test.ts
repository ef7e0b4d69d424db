import { S3Client } from "@aws-sdk/client-s3";
import { s3ManifestStore } from "../../../functions/aws/adapters/s3/manifest-store";
import { gcsManifestStore } from "../../../functions/gcp/adapters/storage/manifest-store";
import { CLIENT, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { settingsOf } from "../../modules/aws/synthesize";
import { settingsOf as gcpSettingsOf } from "../../modules/gcp/synthesize";
import { configOf, messageOf } from "../../stacks/config-messages";

describe("the check against loops", () => {
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

describe("the check against loops on Google Cloud", () => {
  it("should know every kind of key that the functions write, and no other", async () => {
    const urls: string[] = [];
    const store = gcsManifestStore(async ({ url }) => {
      urls.push(url);
      return { status: 200, body: Buffer.from("") };
    });
    const at = { model: "one", generation: 1, data: gcpSettingsOf("one").data };
    await store.writeManifest(at, []);
    await store.writeLedger(at, { entries: [{ generation: 1, sealedAt: 0, objects: [] }], older: [] });

    const names = urls.map((url) => new URL(url).searchParams.get("name") ?? "");
    const suffixes = names.map((name) => name.slice(name.lastIndexOf("/")).replace(/^\/\d+/, ""));
    expect(suffixes).toHaveLength(2);
    for (const suffix of suffixes) expect(messageOf(watchingAll(suffix))).toContain("a loop");
    expect(messageOf(watchingAll(".manifest"))).toBe("no mistake");
  });
});

describe("the checks of buckets", () => {
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

  it("should refuse a prefix and a suffix that no event pattern holds, and take however many", () => {
    const tooLong = { prefixes: [`${"x".repeat(1000)}/`], suffixes: [`.${"y".repeat(1000)}`] };
    const many = { prefixes: Array.from({ length: 400 }, (_, index) => `${index}-${"x".repeat(50)}/`) };

    expect(messageOf(configOf({ one: { data: tooLong }, two: { data: many } }))).toMatch(
      /models\.one\.data: a prefix and a suffix on acme make an event pattern of 2\d+ characters; expected at most 2048; use shorter ones$/,
    );
  });
});

// Helpers

function watchingAll(suffix: string): object {
  const model = {
    data: { prefixes: [""], suffixes: [suffix] },
    pipeline: { name: undefined, template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-training/runs" },
  };
  return configOf({ one: model }, { aws: undefined, gcp: { project: "acme-ml", region: "europe-west4" } });
}
