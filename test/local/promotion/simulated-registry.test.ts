import { parsePackageEvent } from "../../../functions/aws/messages/package-event";
import { type RegisteredVersion, RegistryMissingError } from "../../../functions/core/promotion/ports";
import { LOCAL_CLOUDS } from "../../../local/clouds/local-clouds";
import { packageEvent } from "../../../local/clouds/model-packages";
import { simulatedRegistry } from "../../../local/promotion/simulated-registry";
import type { TrainedModel } from "../../../local/promotion/training-job";
import { seededRandom } from "../../../local/world/time-and-chance";

const VERTEX = "projects/flights-project/locations/us-east1/models/flight-delay";

describe("simulatedRegistry", () => {
  it.each([
    ["aws", "flight-delay", "arn:aws:sagemaker:us-east-1:123456789012:model-package/flight-delay/2"],
    ["gcp", VERTEX, `${VERTEX}@2`],
  ] as const)("should number the versions of %s, and name them as it does", async (cloud, registry, address) => {
    const { registry: versions } = createRegistry(cloud, registry);

    versions.register(registry, trained(1));
    const second = versions.register(registry, trained(2));

    expect(second).toMatchObject({ version: address, registry: "flight-delay", number: "2", approval: "pending", runId: "run/2" });
    expect(await versions.list(registry, second.registeredAt)).toEqual([second]);
    expect(await versions.describe(address)).toEqual(second);
    expect(await versions.newestApproved(registry)).toBeUndefined();
  });

  it("should announce what is registered and whatever is written to it, once", async () => {
    const { registry, announced } = createRegistry("aws", "flight-delay");
    const { version } = registry.register("flight-delay", trained(1));
    const mark = (verdict: "approved" | "rejected" | "waiting") => registry.mark({ version, candidateId: "c", verdict, why: "" });

    const outcomes = [await mark("waiting"), await mark("waiting"), await mark("approved"), await mark("approved")];

    expect(outcomes).toEqual(["marked", "marked", "marked", "marked"]);
    expect(announced.map(({ approval }) => approval)).toEqual(["pending", "pending", "approved"]);
    expect(await registry.newestApproved("flight-delay")).toMatchObject({ version, approval: "approved" });
  });

  it("should have no registry that nobody configured", async () => {
    const { registry } = createRegistry("aws", "flight-delay");

    await expect(registry.list("another", 0)).rejects.toThrow(RegistryMissingError);
  });
});

describe("packageEvent", () => {
  it("should have the form that the coordinator reads", () => {
    const { registry } = createRegistry("aws", "flight-delay");
    const version = registry.register("flight-delay", trained(1));

    const event = packageEvent(version, version.registeredAt, seededRandom(1, "events"));

    expect(parsePackageEvent(JSON.parse(JSON.stringify(event)))).toEqual({ group: "flight-delay", version: version.version });
    expect(event.detail).toMatchObject({
      ModelApprovalStatus: "PendingManualApproval",
      MetadataProperties: { GeneratedBy: "run/1" },
    });
  });
});

// Helpers

function createRegistry(cloud: "aws" | "gcp", name: string) {
  const announced: RegisteredVersion[] = [];
  const registry = simulatedRegistry([name], LOCAL_CLOUDS[cloud].versionNaming, (version) => void announced.push(version));
  return { registry, announced };
}

function trained(number: number): TrainedModel {
  const run = {
    runId: `run/${number}`,
    requestId: `data/flight-delay/${number}`,
    model: "flight-delay",
    pipeline: "train",
    parameters: {},
    startedAt: "2001-01-08T00:00:00.000Z",
    endsAt: `2001-01-08T0${number}:00:00.000Z`,
    status: "succeeded",
    actualUsd: 1,
  } as const;
  return { run, rows: 100, auc: 0.6, evaluationUri: `s3://flights-models/flight-delay/${number}/evaluation.json` };
}
