import { openEndpointWorld, type SageMakerWorld } from "../aws/adapters/sagemaker/endpoint-world";
import { describeEndpointTraffic } from "./endpoint-traffic.contract";

describe("over loopback", () => {
  let world: SageMakerWorld | undefined;

  afterEach(() => world?.stop());

  describeEndpointTraffic({
    name: "SageMaker",
    hasShadow: true,
    create: async () => {
      world = await openEndpointWorld();
      return world;
    },
  });

  describeEndpointTraffic({
    name: "SageMaker, told late",
    hasShadow: true,
    create: async () => {
      world = await openEndpointWorld({ staleMs: 5_000, unseenMs: 5_000 });
      return world;
    },
  });
});
