import { awsError } from "../../../aws/adapters/loopback-server";
import { encrypting } from "./account-server";
import { BUCKET_KEY, companyWith, KEY, keyIn } from "./company-server";
import { COMPANY_CHECKS, CompanyAccount } from "./describe-company";

describe("examineAws, of what a company asks for", () => {
  const company = new CompanyAccount();

  it("should find nothing wrong with an account in order, and have looked at everything", async () => {
    const findings = await company.found({});

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(COMPANY_CHECKS));
  });

  it("should sign what it asks for, for the service that it asks, and read no secret", async () => {
    await company.found({});

    const asked = company.received.map(({ headers }) => ({
      target: String(headers["x-amz-target"] ?? ""),
      scope: /Credential=test\/\d{8}\/([^,]+)/.exec(String(headers.authorization))?.[1],
    }));
    expect(asked).toContainEqual({ target: "TrentService.DescribeKey", scope: "eu-central-1/kms/aws4_request" });
    expect(asked).toContainEqual({ target: "secretsmanager.DescribeSecret", scope: "eu-central-1/secretsmanager/aws4_request" });
    expect(asked).toContainEqual({ target: "AmazonSSM.DescribeParameters", scope: "eu-central-1/ssm/aws4_request" });
    expect(asked).toContainEqual({ target: "", scope: "eu-central-1/ec2/aws4_request" });
    expect(asked.filter(({ target }) => /GetSecretValue|GetParameter\b/.test(target))).toEqual([]);
  });

  it("should ask for none of it where none is configured", async () => {
    const none = { allowedAccountIds: [], roles: {}, kms: undefined, network: undefined, buckets: {}, notifications: {} };
    const arranged = { GetBucketEncryption: encrypting("<SSEAlgorithm>AES256</SSEAlgorithm>") };

    const findings = await company.found(arranged, companyWith(none));

    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual(["in-order credentials", "in-order bucket-keys"]);
  });

  it("should wait for a service that is busy", async () => {
    let calls = 0;
    const busy = () => (++calls < 3 ? awsError("ThrottlingException", "Rate exceeded") : keyIn("Enabled"));

    const findings = await company.found({ [`DescribeKey:${KEY}`]: busy });

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual([]);
    expect(calls).toBe(3);
  });

  it("should not take a bucket that is not of the account for one that it may look at", async () => {
    const foreign = companyWith({ buckets: { "acme-flights": { account: "999999999999", kmsKey: BUCKET_KEY } } });

    const findings = await company.findings({ "HeadBucket:acme-flights": { status: 403, body: "" } }, foreign);

    const heads = company.received.filter(({ method }) => method === "HEAD");
    expect(heads.map(({ headers }) => headers["x-amz-expected-bucket-owner"])).toEqual(["999999999999"]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: "not-looked-at",
        about: "bucket acme-flights",
        message: expect.stringContaining("not of the account 999999999999"),
      }),
    );
  });
});
