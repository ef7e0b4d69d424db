import { configOf, messageOf } from "../../stacks/config-messages";

const ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
const KEY = `arn:aws:kms:eu-central-1:111122223333:key/${ID}`;
const REPLICA = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";

describe("keys of KMS", () => {
  it.each([
    [111122223333, ""],
    [11122223333, "; without quotes its leading 0 was lost; write it in quotes, with the 0"],
  ])("should not be judged by an account without quotes, which alone is told: %p", (account, hint) => {
    const slack = { secret: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf", kmsKey: KEY };
    const message = messageOf(onAws({ kms: { key: KEY }, allowedAccountIds: [account], notifications: { slack } }));

    expect(message.split("\n  ")[0]).toBe("retrigger.yaml: 1 mistake");
    expect(message).toContain(`12 digits in quotes, such as "111122223333"${hint}`);
  });

  it.each([
    ["a key of the region", { kms: { key: KEY } }],
    ["a replica of a multi-Region key", { kms: { key: REPLICA } }],
    ["a key of an allowed account", { kms: { key: KEY }, allowedAccountIds: ["444455556666", "111122223333"] }],
    ["a bucket's own key", { buckets: { acme: { create: true, kmsKey: REPLICA } } }],
    [
      "the key of a bucket's owner",
      { buckets: { acme: { kmsKey: KEY, account: "111122223333" } }, allowedAccountIds: ["444455556666"] },
    ],
    [
      "the key of a bucket of another account, whose region may be another one",
      { buckets: { acme: { kmsKey: KEY.replace("eu-central-1", "eu-west-1"), account: "111122223333" } } },
    ],
    ["a bucket's key of a central account", { buckets: { acme: { kmsKey: KEY } }, allowedAccountIds: ["444455556666"] }],
    [
      "a key of a third account for a bucket of another one",
      { buckets: { acme: { kmsKey: KEY, account: "777788889999" } }, allowedAccountIds: ["444455556666"] },
    ],
    ["a key of GovCloud", { region: "us-gov-west-1", kms: { key: `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${ID}` } }],
  ])("should accept %s", (_case, aws) => {
    expect(messageOf(onAws(aws))).toBe("no mistake");
  });

  it.each([
    [
      "a key of another region",
      { kms: { key: KEY.replace("eu-central-1", "eu-west-1") } },
      'aws.kms.key: got a key of "eu-west-1"; expected one of aws.region, "eu-central-1"; name a key of eu-central-1, or a replica there of a multi-Region key',
    ],
    [
      "a multi-Region key that has no replica here",
      { kms: { key: REPLICA.replace("eu-central-1", "us-east-1") } },
      'aws.kms.key: got a key of "us-east-1"; expected one of aws.region, "eu-central-1"; replicate it to eu-central-1, and name the replica',
    ],
    [
      "a key of another partition",
      { kms: { key: `arn:aws-cn:kms:cn-north-1:111122223333:key/${ID}` } },
      'aws.kms.key: got a key of the partition aws-cn; expected one of aws, as aws.region is "eu-central-1"',
    ],
    [
      "a key of an account that is not deployed to",
      { kms: { key: KEY }, allowedAccountIds: ["444455556666", "777788889999"] },
      "aws.kms.key: got a key of the account 111122223333; expected one of aws.allowedAccountIds, 444455556666, 777788889999, as it encrypts what is deployed there; name a key there",
    ],
    [
      "an alias",
      { kms: { key: "arn:aws:kms:eu-central-1:111122223333:alias/ml" } },
      "an alias may be pointed at another key later; aws kms describe-key --key-id <alias> prints the ARN of its key",
    ],
    ["the id of a key alone", { kms: { key: ID } }, "aws.kms.key: got"],
    [
      "a bucket's key of another region",
      { buckets: { acme: { kmsKey: KEY.replace("eu-central-1", "eu-west-1") } } },
      'aws.buckets.acme.kmsKey: got a key of "eu-west-1"; expected one of aws.region, "eu-central-1"',
    ],
    [
      "a key of another partition for a bucket of another account",
      { buckets: { acme: { kmsKey: `arn:aws-cn:kms:cn-north-1:111122223333:key/${ID}`, account: "111122223333" } } },
      'aws.buckets.acme.kmsKey: got a key of the partition aws-cn; expected one of aws, as aws.region is "eu-central-1"',
    ],
    [
      "the key of a bucket that no model uses",
      { buckets: { lake: { kmsKey: KEY } } },
      "aws.buckets.lake: no model uses this bucket",
    ],
  ])("should refuse %s", (_case, aws, expected) => {
    expect(messageOf(onAws(aws))).toContain(expected);
  });

  it("should accept the key of a bucket that a model only reads, and refuse to create that", () => {
    const monitoring = { capture: { location: "s3://acme-captures/flights/AllTraffic/" } };
    const withBucket = (bucket: object) =>
      messageOf(configOf({ one: { monitoring } }, { aws: { region: "eu-central-1", buckets: { "acme-captures": bucket } } }));

    expect(withBucket({ kmsKey: KEY })).toBe("no mistake");
    expect(withBucket({ kmsKey: KEY, create: true })).toContain("aws.buckets.acme-captures.create: got true");
    expect(withBucket({})).toBe("no mistake");
  });
});

// Helpers

function onAws(aws: object) {
  return configOf({ one: {} }, { aws: { region: "eu-central-1", ...aws } });
}
