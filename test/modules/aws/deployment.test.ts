import { physicalName, queueName, roleName } from "../../../modules/aws/deployment";
import { deploymentOf } from "./synthesize";

const deployment = deploymentOf({ projectDir: "/nowhere" });

describe("physicalName", () => {
  it("should hold environment and role", () => {
    expect(physicalName(deployment, "batcher")).toBe("retrigger-dev-batcher");
  });

  it("should keep long names apart within the limit", () => {
    const names = ["a", "b"].map((end) => physicalName(deployment, `data-${"x".repeat(62)}${end}`));

    expect(names.map((name) => name.length)).toEqual([64, 64]);
    expect(new Set(names).size).toBe(2);
  });
});

describe("queueName", () => {
  it("should end a FIFO queue's name in .fifo, within 80 characters", () => {
    const name = queueName(deployment, "x".repeat(90), true);

    expect(name).toMatch(/\.fifo$/);
    expect(name).toHaveLength(80);
  });
});

describe("roleName", () => {
  it("should differ between regions, since IAM does not know them", () => {
    expect(roleName(deployment, "batcher")).toBe("retrigger-dev-batcher-eu-central-1");
  });

  it("should fit without a hash for the longest environment, role and region", () => {
    const longest = deploymentOf({ environment: "e".repeat(16), region: "ap-southeast-1", projectDir: "/nowhere" });

    expect(roleName(longest, "coordinator")).toBe(`retrigger-${"e".repeat(16)}-coordinator-ap-southeast-1`);
  });
});
