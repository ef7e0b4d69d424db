import { configOf, messageOf } from "../../../stacks/config-messages";

const OWNER = "444455556666";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("buckets of other accounts", () => {
  it("should be data, or what functions read beside it", () => {
    const capture = { location: "s3://captures/one/AllTraffic/" };
    const one = { monitoring: { capture } };
    const buckets = { acme: { account: OWNER }, captures: { account: OWNER } };

    expect(messageOf(configOf({ one }, aws({ buckets })))).toBe("no mistake");
    expect(messageOf(configOf({ one: {} }, aws({ buckets })))).toContain("aws.buckets.captures: no model uses this bucket");
    expect(messageOf(configOf({ one }, aws({ buckets: { captures: { create: true } } })))).toContain(
      "aws.buckets.captures.create: got true for a bucket that no model watches for data; expected create for a bucket that is a model's data.bucket alone; remove create",
    );
  });

  it.each(["create", "manageNotifications"])("should not have %s, which their owners alone can do", (key) => {
    const buckets = { acme: { account: OWNER, [key]: true } };

    expect(messageOf(configOf({ one: {} }, aws({ buckets })))).toContain(
      `aws.buckets.acme.${key}: got true for a bucket of account "${OWNER}", which its owner alone can do; expected ${key} for a bucket of this account alone; remove ${key}, or account`,
    );
  });

  it("should not be of the one account that is deployed to", () => {
    const buckets = { acme: { account: OWNER } };

    expect(messageOf(configOf({ one: {} }, aws({ buckets, allowedAccountIds: [OWNER] })))).toContain(
      `aws.buckets.acme.account: got "${OWNER}", the only account in aws.allowedAccountIds`,
    );
    const kms = { key: `arn:aws:kms:eu-central-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab` };
    for (const allowedAccountIds of [[], [OWNER, "111122223333"]]) {
      expect(messageOf(configOf({ one: {} }, aws({ buckets, kms, allowedAccountIds })))).toContain(
        `aws.buckets.acme.account: got "${OWNER}", the account of aws.kms.key, which this deployment is in itself`,
      );
    }
    // One of several may be deployed to while another one owns the bucket; Terraform sees which.
    expect(messageOf(configOf({ one: {} }, aws({ buckets, allowedAccountIds: [OWNER, "111122223333"] })))).toBe("no mistake");
  });
});

describe("access logs", () => {
  const CREATED = { create: true, accessLogs: { bucket: "acme-logs", prefix: "s3/" } };

  it("should be those of a created bucket, in another one", () => {
    expect(messageOf(configOf({ one: {} }, aws({ buckets: { acme: CREATED } })))).toBe("no mistake");
  });

  it.each([
    [
      "of an existing bucket",
      { acme: { ...CREATED, create: false } },
      "accessLogs: got access logs of a bucket that Retrigger does not create",
    ],
    [
      "in the bucket itself",
      { acme: { create: true, accessLogs: { bucket: "acme" } } },
      'accessLogs.bucket: got "acme", the bucket itself',
    ],
    [
      "in a bucket that Retrigger creates",
      { acme: { create: true, accessLogs: { bucket: "other" } }, other: { create: true } },
      'accessLogs.bucket: got "other", which Retrigger creates, and S3 may write no logs to',
    ],
    [
      "in a bucket of another account",
      { acme: { create: true, accessLogs: { bucket: "other" } }, other: { account: OWNER } },
      `accessLogs.bucket: got "other", a bucket of account "${OWNER}"`,
    ],
    [
      "in a bucket with a key of KMS",
      { acme: { create: true, accessLogs: { bucket: "other" } }, other: { kmsKey: KEY } },
      'accessLogs.bucket: got "other", whose objects have a key of KMS (aws.buckets.other.kmsKey); expected a bucket with SSE-S3, as S3 writes logs to no other; name another',
    ],
    [
      "where data is watched",
      { acme: { create: true, accessLogs: { bucket: "other", prefix: "in/logs/" } } },
      'accessLogs.prefix: got "in/logs/", where model two watches "in/" for data, so that the access logs would be trained on',
    ],
    [
      "above where data is watched",
      { acme: { create: true, accessLogs: { bucket: "other" } } },
      'accessLogs.prefix: got "", where model two watches "in/" for data',
    ],
    [
      "among drift reports",
      { acme: { create: true, accessLogs: { bucket: "other", prefix: "drift/" } } },
      'accessLogs.prefix: got "drift/", where the drift reports of model one are read from drift/',
    ],
  ])("should not be %s", (_case, buckets, expected) => {
    const models = { one: { data: { bucket: "acme" } }, two: { data: { bucket: "other" } } };

    expect(messageOf(configOf(models, aws({ buckets })))).toContain(expected.replace("model one are", "model two are"));
  });

  it("should be allowed where the watched suffixes select no log", () => {
    const buckets = { acme: { create: true, accessLogs: { bucket: "other", prefix: "in/logs/" } } };
    const models = { one: { data: { bucket: "acme" } }, two: { data: { bucket: "other", suffixes: [".csv"] } } };

    expect(messageOf(configOf(models, aws({ buckets })))).toBe("no mistake");
  });
});

describe("a network", () => {
  const NETWORK = { subnets: ["subnet-0123456789abcdef0"], securityGroups: ["sg-0123456789abcdef0"] };

  it.each([
    ["subnets", [], "network.subnets: got []; expected at least one subnet"],
    ["subnets", ["subnet-0123456789abcdef0", "subnet-0123456789abcdef0"], "expected each subnet once"],
    ["securityGroups", [], "expected at least one security group"],
    ["securityGroups", ["sg-0123456789abcdef0", "sg-0123456789abcdef0"], "expected each security group once"],
  ])("should not have the %s %j", (key, ids, expected) => {
    expect(messageOf(configOf({ one: {} }, aws({ network: { ...NETWORK, [key]: ids } })))).toContain(expected);
  });
});

// Helpers

function aws(section: object): object {
  return { aws: { region: "eu-central-1", ...section } };
}
