import { accountId, bucketName, physicalName } from "../../../modules/gcp/deployment";

const LONG = { environment: "a-very-long-name", project: "acme-machine-learning-platform" };

describe("physicalName", () => {
  it("should tell environment and role", () => {
    expect(physicalName({ environment: "dev" }, "batcher")).toBe("retrigger-dev-batcher");
  });

  it("should keep to its limit, and tell long names apart all the same", () => {
    const names = ["first", "second"].map((end) => physicalName(LONG, `${"x".repeat(60)}-${end}`, 63));

    expect(names.map(({ length }) => length)).toEqual([63, 63]);
    expect(names[0]).not.toBe(names[1]);
  });
});

describe("accountId", () => {
  it.each(["batcher", "coordinator", "coordinator-push", "runner", "builder"])(
    "should be allowed for the %s, everywhere",
    (role) => {
      for (const environment of ["d", "dev", "dev-", LONG.environment]) {
        expect(accountId({ environment }, role)).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
      }
    },
  );

  it("should differ between roles", () => {
    const ids = ["coordinator", "coordinator-push", "sweeper-push"].map((role) => accountId(LONG, role));

    expect(new Set(ids).size).toBe(3);
  });
});

describe("bucketName", () => {
  it("should be of its project, and allowed", () => {
    expect(bucketName({ environment: "dev", project: "acme-ml" }, "functions")).toBe("acme-ml-retrigger-dev-functions");
    expect(bucketName(LONG, "functions")).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  });
});
