import { openEndpointWorld as openSageMakerWorld } from "../aws/adapters/sagemaker/endpoint-world";
import { openEndpointWorld as openVertexWorld } from "../gcp/adapters/vertex/endpoint-world";
import { describeEndpointTraffic } from "./endpoint-traffic.contract";

describe("over loopback", () => {
  let world: { readonly stop: () => Promise<void> } | undefined;

  afterEach(() => world?.stop());

  describeEndpointTraffic({
    name: "SageMaker",
    hasShadow: true,
    create: async () => {
      const opened = await openSageMakerWorld();
      world = opened;
      return opened;
    },
  });

  describeEndpointTraffic({
    name: "SageMaker, told late",
    hasShadow: true,
    create: async () => {
      const opened = await openSageMakerWorld({ staleMs: 5_000, unseenMs: 5_000 });
      world = opened;
      return opened;
    },
  });

  describeEndpointTraffic({
    name: "Vertex AI",
    hasShadow: false,
    create: async () => {
      const opened = await openVertexWorld();
      world = opened;
      return opened;
    },
  });
});
