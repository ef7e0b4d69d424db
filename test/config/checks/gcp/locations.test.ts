import { quotedValue } from "../../../../config/errors";
import { GCP_REGIONS } from "../../../../config/regions";
import { configOf, messageOf } from "../../../stacks/config-messages";

const REGION = "europe-west4";

describe("where keys, connectors and pools of Google Cloud are", () => {
  it("should be the deployment's region", () => {
    const gcp = {
      kms: { key: keyIn(REGION) },
      network: { connector: `projects/acme-net/locations/${REGION}/connectors/ml` },
      build: { workerPool: `projects/acme-ci/locations/${REGION}/workerPools/ml` },
      buckets: { acme: { create: true, kmsKey: keyIn(REGION) } },
    };

    expect(messageOf(onGcp(gcp, { kmsKey: keyIn(REGION) }))).toBe("no mistake");
  });

  it("should be the region of a pipeline's key too", () => {
    expect(messageOf(onGcp({}, { kmsKey: keyIn("us-east1") }))).toContain(
      'models.churn.pipeline.kmsKey: got a key in "us-east1"; expected one in gcp.region, "europe-west4", where the pipeline runs',
    );
  });

  it.each<[string, object, string]>([
    [
      "a key of another region",
      { kms: { key: keyIn("europe-west1") } },
      'gcp.kms.key: got a key in "europe-west1"; expected one in gcp.region, "europe-west4", as functions take no key of another region, of several or of none; name another one',
    ],
    ["a key of several regions", { kms: { key: keyIn("europe") } }, 'gcp.kms.key: got a key in "europe"; expected one in'],
    ["a key of no region", { kms: { key: keyIn("global") } }, 'gcp.kms.key: got a key in "global"; expected one in'],
    [
      "a bucket's key",
      { buckets: { acme: { create: true, kmsKey: keyIn("europe") } } },
      'gcp.buckets.acme.kmsKey: got a key in "europe"; expected one in gcp.region, "europe-west4", where the bucket is created',
    ],
    [
      "a connector",
      { network: { connector: "projects/acme-net/locations/us-east1/connectors/ml" } },
      'gcp.network.connector: got a connector in "us-east1"; expected one in gcp.region, "europe-west4", where the functions are',
    ],
    [
      "a build pool",
      { build: { workerPool: "projects/acme-ci/locations/us-east1/workerPools/ml" } },
      'gcp.build.workerPool: got a pool in "us-east1"; expected one in gcp.region, "europe-west4", where the functions are built',
    ],
    [
      "a database of several regions without a key of its own",
      { kms: { key: keyIn(REGION) }, firestore: { location: "eur3" } },
      'gcp.firestore.kmsKey: missing, and gcp.kms.key is in "europe-west4"; expected a key in "europe", for a database in "eur3"; name one, or none for Google\'s key',
    ],
    [
      "a database's key",
      { firestore: { location: "nam5", kmsKey: keyIn("nam5") } },
      'gcp.firestore.kmsKey: got a key in "nam5"; expected a key in "us", for a database in "nam5"; name another one, or none for Google\'s key',
    ],
  ])("should be told when it is another one: %s", (_case, gcp, expected) => {
    expect(messageOf(onGcp(gcp))).toContain(expected);
  });

  it.each<[string, object]>([
    ["eur3 and a key in europe", { firestore: { location: "eur3", kmsKey: keyIn("europe") } }],
    ["nam5 and a key in us", { firestore: { location: "nam5", kmsKey: keyIn("us") } }],
    ["another region and a key there", { firestore: { location: "europe-west1", kmsKey: keyIn("europe-west1") } }],
    ["Google's key", { firestore: { location: "eur3", kmsKey: "none" } }],
  ])("should be that of the database for its own key: %s", (_case, gcp) => {
    expect(messageOf(onGcp({ kms: { key: keyIn(REGION) }, ...gcp }))).toBe("no mistake");
  });

  it("should say a wrong key of the deployment once, and not of the database too", () => {
    const message = messageOf(onGcp({ kms: { key: keyIn("us-east1") } }));

    expect(message).toContain("gcp.kms.key: got a key in");
    expect(message).not.toContain("firestore");
  });

  it.each([
    `${keyIn(REGION)}/cryptoKeyVersions/1`,
    `projects/acme-keys/locations/${REGION}/keyRings/ml`,
    "arn:aws:kms:eu-central-1:111122223333:key/1",
    `//cloudkms.googleapis.com/${keyIn(REGION)}`,
    "",
  ])("should refuse what names no key: %s", (key) => {
    const message = messageOf(
      onGcp({ kms: { key }, firestore: { kmsKey: key }, buckets: { acme: { create: true, kmsKey: key } } }),
    );

    for (const path of ["kms.key", "firestore.kmsKey", "buckets.acme.kmsKey"]) {
      expect(message).toContain(`gcp.${path}: got ${quotedValue(key)}; expected the name of a key`);
    }
    expect(message).toContain("without a version");
  });

  it.each(GCP_REGIONS.map((region, index) => [region, GCP_REGIONS.at(index - 1) ?? region] as const))(
    "should let a key of %s pass there, and not in %s",
    (own, other) => {
      expect(messageOf(onGcp({ region: own, kms: { key: keyIn(own) } }))).toBe("no mistake");
      expect(messageOf(onGcp({ region: other, kms: { key: keyIn(own) } }))).toContain("gcp.kms.key: got a key in");
    },
  );
});

// Helpers

function keyIn(location: string): string {
  return `projects/acme-keys/locations/${location}/keyRings/ml/cryptoKeys/retrigger`;
}

function onGcp(gcp: object, pipeline: object = {}): object {
  const vertex = { name: undefined, template: "gs://acme-pipelines/a.json", outputDirectory: "gs://acme-out/a", ...pipeline };
  return { ...configOf({ churn: { pipeline: vertex } }), aws: undefined, gcp: { project: "acme-ml", region: REGION, ...gcp } };
}
