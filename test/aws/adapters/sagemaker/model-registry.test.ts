import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { sageMakerModelRegistry } from "../../../../functions/aws/adapters/sagemaker/model-registry";
import { RetryableError } from "../../../../functions/core/errors";
import type { ModelRegistry } from "../../../../functions/core/promotion/ports";
import { type Answer, awsError, CLIENT } from "../loopback-server";
import {
  type ModelPackagesOptions,
  type ModelPackagesServer,
  packageArn,
  startModelPackagesServer,
} from "../model-packages-server";

const NOON = Date.parse("2026-11-21T12:00:00.250Z");
const DENIED = awsError("AccessDeniedException", "User: role/promoter is not authorized to perform: sagemaker:X");

/** Of which time cures all. */
const PASSING: readonly Answer[] = [
  awsError("ThrottlingException", "Rate exceeded"),
  awsError("InternalFailure", "a fault", 500),
  "hang up",
];

describe("sageMakerModelRegistry", () => {
  let packages: ModelPackagesServer | undefined;
  let client: SageMakerClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await packages?.stop();
  });

  async function openRegistry(options: ModelPackagesOptions = {}, maxAttempts = 1) {
    packages = await startModelPackagesServer(options);
    client = new SageMakerClient({ ...CLIENT, endpoint: packages.endpoint, maxAttempts });
    packages.groups.add("flights");
    return { registry: sageMakerModelRegistry(client), packages };
  }

  it("should ask for what is behind a time, oldest first, page by page, and describe each", async () => {
    const { registry, packages } = await openRegistry({ pageSize: 2 });
    for (const index of [0, 1, 2, 3]) packages.register("flights", NOON + index);

    const listed = await registry.list("flights", NOON + 1);

    expect(listed.map(({ number }) => number)).toEqual(["2", "3", "4"]);
    const first = {
      ModelPackageGroupName: "flights",
      CreationTimeAfter: NOON / 1000,
      SortBy: "CreationTime",
      SortOrder: "Ascending",
      MaxResults: 100,
    };
    expect(packages.inputs("ListModelPackages")).toEqual([first, { ...first, NextToken: "2" }]);
    expect(packages.inputs("DescribeModelPackage")).toEqual(
      [2, 3, 4].map((number) => ({ ModelPackageName: packageArn("flights", number) })),
    );
  });

  it("should ask for the newest approved package alone", async () => {
    const { registry, packages } = await openRegistry();
    packages.register("flights", NOON, { ModelApprovalStatus: "Approved" });
    packages.register("flights", NOON + 1, { ModelApprovalStatus: "Approved" });

    expect(await registry.newestApproved("flights")).toMatchObject({ number: "2", approval: "approved" });

    expect(packages.inputs("ListModelPackages")).toMatchObject([{ ModelApprovalStatus: "Approved", SortOrder: "Descending" }]);
    expect(packages.inputs("DescribeModelPackage")).toHaveLength(1);
  });

  it("should pass over what was approved and cannot serve, and over pages without a package", async () => {
    const empty: Answer = { status: 200, body: JSON.stringify({ ModelPackageSummaryList: [], NextToken: "0" }) };
    const { registry, packages } = await openRegistry({
      refuse: (operation, before) => (operation === "ListModelPackages" && before === 0 ? empty : undefined),
    });
    packages.register("flights", NOON, { ModelApprovalStatus: "Approved" });
    packages.register("flights", NOON + 1, { ModelApprovalStatus: "Approved", ModelPackageStatus: "Failed" });

    expect(await registry.newestApproved("flights")).toMatchObject({ number: "1" });
  });

  it("should see a package that is listed late at the next look, and none that is gone before it is described", async () => {
    const { registry, packages } = await openRegistry({
      refuse: (operation, before) => {
        if (operation === "ListModelPackages" && before === 0) return { status: 200, body: "{}" };
        if (operation !== "DescribeModelPackage" || before > 0) return undefined;
        return awsError("ValidationException", `ModelPackage ${packageArn("flights", 1)} does not exist.`);
      },
    });
    packages.register("flights", NOON);
    packages.register("flights", NOON + 1);

    const looks = [await registry.list("flights", NOON), await registry.list("flights", NOON)];

    expect(looks.map((versions) => versions.map(({ number }) => number))).toEqual([[], ["2"]]);
  });

  it("should ask once whether a group without packages exists", async () => {
    const { registry, packages } = await openRegistry();

    await registry.newestApproved("flights");
    await registry.list("flights", 0);

    expect(packages.operations().filter((operation) => operation === "DescribeModelPackageGroup")).toHaveLength(1);
  });

  it.each([
    ["Pending", "registering"],
    ["InProgress", "registering"],
    ["Completed", "ready"],
    ["Failed", "unusable"],
    ["Deleting", "unusable"],
  ])("should call a package that is %s %s", async (ModelPackageStatus, readiness) => {
    const { registry, packages } = await openRegistry();
    const arn = packages.register("flights", NOON, { ModelPackageStatus });

    expect(await registry.describe(arn)).toMatchObject({ readiness });
  });

  it.each([
    ["nothing", {}],
    ["a run that is none of a pipeline", { MetadataProperties: { GeneratedBy: "arn:aws:sagemaker:eu:1:training-job/x" } }],
    ["metrics without a model's quality", { ModelMetrics: { Bias: { Report: { S3Uri: "s3://b/x", ContentType: "x" } } } }],
  ])("should know neither run nor evaluation of a package that tells %s", async (_, fields) => {
    const { registry, packages } = await openRegistry();
    const arn = packages.register("flights", NOON, fields);

    const version = { version: arn, registry: "flights", number: "1", registeredAt: NOON };
    expect(await registry.describe(arn)).toEqual({ ...version, approval: "pending", readiness: "ready" });
  });

  it("should take a package that is only logged for none, until it is registered", async () => {
    const { registry, packages } = await openRegistry();
    const arn = packages.register("flights", NOON, { ModelPackageRegistrationType: "Logged" });
    const look = async () => [await registry.describe(arn), await registry.list("flights", 0), await registry.mark(markOf(arn))];

    expect(await look()).toEqual([undefined, [], "overruled"]);
    packages.change(arn, { ModelPackageRegistrationType: "Registered" });

    expect(await look()).toMatchObject([{ version: arn }, [{ version: arn }], "marked"]);
  });

  it.each(["arn:aws:sagemaker:eu-central-1:123456789012:model-package/flights", "flights/1", "arn:aws:s3:::bucket/flights/1", ""])(
    "should refuse what is no version of a group, and ask nobody: %s",
    async (version) => {
      const { registry, packages } = await openRegistry();

      for (const refusal of [registry.describe(version), registry.mark({ ...markOf(version) })]) {
        await expect(refusal).rejects.toThrow(/^got the model package .*; expected arn:aws:sagemaker:/);
      }

      expect(packages.received).toEqual([]);
    },
  );

  it.each([
    ["ModelPackageStatus", /SageMaker says Dreaming of the model package .*; expected Pending,InProgress/],
    ["ModelApprovalStatus", /SageMaker says Dreaming of the approval .*; expected PendingManualApproval,Approved,Rejected/],
  ])("should reject a %s that it does not know", async (field, message) => {
    const { registry, packages } = await openRegistry();
    const arn = packages.register("flights", NOON, { [field]: "Dreaming" });

    await expect(registry.describe(arn)).rejects.toThrow(message);
  });

  it("should write a verdict with its reason, its stage and metadata of its own beside those of others", async () => {
    const { registry, packages } = await openRegistry();
    const arn = packages.register("flights", NOON, { CustomerMetadataProperties: { team: "delays" } });

    await registry.mark({ ...markOf(arn), verdict: "waiting", why: "drift was high" });
    await registry.mark({ ...markOf(arn), verdict: "approved", why: "accepted: approved by ada" });

    const [waiting, approved] = packages.inputs("UpdateModelPackage");
    expect(waiting).toEqual({
      ModelApprovalStatus: "PendingManualApproval",
      ModelPackageArn: arn,
      ApprovalDescription: "drift was high",
      CustomerMetadataProperties: { "retrigger-candidate": "candidate/flight-delay/flights-1", "retrigger-verdict": "waiting" },
      ModelLifeCycle: { Stage: "Approval", StageStatus: "InProgress", StageDescription: "drift was high" },
      ClientToken: expect.stringMatching(/^[0-9a-f]{36}$/),
    });
    expect(approved).toMatchObject({
      ModelApprovalStatus: "Approved",
      ModelLifeCycle: { Stage: "Approval", StageStatus: "Passed" },
    });
    expect(packages.packages.get(arn)).toMatchObject({
      CustomerMetadataProperties: { team: "delays", "retrigger-verdict": "approved" },
    });
  });

  it("should say that the guardrails decided where nobody was asked", async () => {
    const { registry, packages } = await openRegistry();
    const [worse, better] = [packages.register("flights", NOON), packages.register("flights", NOON)];

    await registry.mark({ ...markOf(worse), verdict: "rejected" });
    await registry.mark({ ...markOf(better), verdict: "approved" });

    const stages = [worse, better].map((arn) => packages.packages.get(arn)?.ModelLifeCycle);
    expect(stages).toMatchObject([
      { Stage: "Guardrails", StageStatus: "Failed" },
      { Stage: "Guardrails", StageStatus: "Passed" },
    ]);
  });

  it("should cost one look when it is repeated, and no change", async () => {
    const { registry, packages } = await openRegistry();
    const arn = packages.register("flights", NOON);
    await registry.mark(markOf(arn));

    await registry.mark(markOf(arn));

    const looks = ["DescribeModelPackage", "UpdateModelPackage", "DescribeModelPackage"];
    expect(packages.operations()).toEqual(looks);
  });

  it("should have one token for one verdict, by which a change whose answer was lost is made once", async () => {
    const { registry, packages } = await openRegistry(
      {
        refuse: (operation, before) => (operation === "UpdateModelPackage" && before === 0 ? "hang up" : undefined),
      },
      2,
    );
    const arn = packages.register("flights", NOON);

    expect(await registry.mark(markOf(arn))).toBe("marked");

    const [first, second] = packages.inputs("UpdateModelPackage");
    expect(second).toEqual(first);
    expect(first).toHaveProperty("ClientToken");
  });

  const CALLS: readonly (readonly [string, (registry: ModelRegistry, arn: string) => Promise<unknown>])[] = [
    ["ListModelPackages", (registry) => registry.list("flights", 0)],
    ["ListModelPackages", (registry) => registry.newestApproved("flights")],
    ["DescribeModelPackage", (registry) => registry.list("flights", 0)],
    ["DescribeModelPackage", (registry, arn) => registry.describe(arn)],
    ["DescribeModelPackage", (registry, arn) => registry.mark(markOf(arn))],
    ["UpdateModelPackage", (registry, arn) => registry.mark(markOf(arn))],
    ["DescribeModelPackageGroup", (registry) => registry.newestApproved("flights")],
  ];

  it.each(CALLS.flatMap(([operation, call]) => PASSING.map((answer) => [operation, answer, call] as const)))(
    "should call it retryable when %s cannot answer now: %j",
    async (operation, answer, call) => {
      const { registry, packages } = await openRegistry({ refuse: (called) => (called === operation ? answer : undefined) });
      const arn = packages.register(operation.endsWith("Group") ? "others" : "flights", NOON);

      await expect(call(registry, arn)).rejects.toThrow(RetryableError);
    },
  );

  it.each(CALLS)("should say what to do when %s is not allowed", async (operation, call) => {
    const { registry, packages } = await openRegistry({ refuse: (called) => (called === operation ? DENIED : undefined) });
    const arn = packages.register(operation.endsWith("Group") ? "others" : "flights", NOON);

    const refusal = await call(registry, arn).catch((error: unknown) => error);

    expect(refusal).not.toBeInstanceOf(RetryableError);
    expect(refusal).toMatchObject({ message: expect.stringMatching(/AccessDeniedException: .*; (?:check|allow) .*role/) });
  });

  it("should call it retryable when another change is under way", async () => {
    const conflict = awsError("ConflictException", "the package is being changed");
    const { registry, packages } = await openRegistry({
      refuse: (operation) => (operation.startsWith("Update") ? conflict : undefined),
    });

    await expect(registry.mark(markOf(packages.register("flights", NOON)))).rejects.toThrow(RetryableError);
  });

  it("should say which permission a verdict needs", async () => {
    const { registry, packages } = await openRegistry({
      refuse: (operation) => (operation.startsWith("Update") ? DENIED : undefined),
    });

    await expect(registry.mark(markOf(packages.register("flights", NOON)))).rejects.toThrow(
      "SageMaker did not mark candidate/flight-delay/flights-1, the model package",
    );
  });

  it("should go on after it was throttled and lost a response", async () => {
    const { registry, packages } = await openRegistry(
      { refuse: (operation, before) => (operation === "ListModelPackages" ? PASSING[before] : undefined) },
      4,
    );
    packages.register("flights", NOON);

    expect(await registry.list("flights", NOON)).toHaveLength(1);
    expect(packages.inputs("ListModelPackages")).toHaveLength(4);
  });

  it("should be overruled by a deletion between the look and the change", async () => {
    const { registry, packages } = await openRegistry({
      refuse: (operation) =>
        operation === "UpdateModelPackage" ? awsError("ValidationException", "ModelPackage x does not exist.") : undefined,
    });

    expect(await registry.mark(markOf(packages.register("flights", NOON)))).toBe("overruled");
  });
});

// Helpers

function markOf(version: string) {
  return { version, candidateId: "candidate/flight-delay/flights-1", verdict: "approved", why: "accepted: it passed" } as const;
}
