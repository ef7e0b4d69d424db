import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { cloudWatchTrafficMetrics } from "../../../../functions/aws/adapters/cloudwatch/traffic-metrics";
import { sageMakerEndpointTraffic } from "../../../../functions/aws/adapters/sagemaker/endpoint-traffic";
import type { RolloutSettings } from "../../../../functions/core/promotion/rollout/rollout-settings";
import { type SageMakerOptions, simulatedSageMaker } from "../../../simulation/sagemaker-endpoint";
import type { Fields } from "../../../simulation/variant-scaling";
import { type EndpointServerOptions, startEndpointServer } from "../endpoint-server";
import { CLIENT } from "../loopback-server";
import { packageArn } from "../model-packages-server";

export const ENDPOINT = "flights";
export const ROLE = "arn:aws:iam::123456789012:role/flights";
export const CANDIDATE = packageArn("flights", 7);
export const CHAMPION = { on: "sagemaker", config: "flights-2026", variant: "AllTraffic", model: "flights-6" } as const;
export const DIGEST = `sha256:${"ab".repeat(32)}`;

/** Settings of a rollout on that endpoint. */
export function settingsOf(changes: Partial<RolloutSettings> = {}): RolloutSettings {
  return {
    endpoint: ENDPOINT,
    shadowWindows: 12,
    percents: [5, 25, 50],
    tolerance: 1.25,
    bakeWindows: 24,
    deadlineWindows: 2016,
    laterCandidate: "waits",
    sagemaker: { role: ROLE, namePrefix: "rt-89abcdef" },
    ...changes,
  };
}

export interface EndpointWorldOptions extends SageMakerOptions, EndpointServerOptions {
  /** Changes to the champion's configuration, to its variant, and to the candidate's package. */
  readonly config?: Fields;
  readonly variant?: Fields;
  readonly candidate?: Fields;
  readonly settings?: Partial<RolloutSettings>;
}

/** An endpoint whose champion has two instances, behind the real clients; a candidate waits in the registry. */
export async function openEndpointWorld(options: EndpointWorldOptions = {}) {
  const simulated = simulatedSageMaker(options);
  simulated.packages.set(CANDIDATE, {
    ModelPackageGroupName: "flights",
    ModelPackageVersion: 7,
    ModelPackageArn: CANDIDATE,
    ModelPackageStatus: "Completed",
    ModelApprovalStatus: "PendingManualApproval",
    InferenceSpecification: {
      Containers: [
        {
          Image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/delay:latest",
          ImageDigest: DIGEST,
          ModelDataUrl: "s3://models/7/model.tar.gz",
          Environment: { THRESHOLD: "0.5" },
        },
      ],
    },
    ...options.candidate,
  });
  simulated.call("CreateModel", {
    ModelName: CHAMPION.model,
    ExecutionRoleArn: ROLE,
    VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] },
    EnableNetworkIsolation: true,
  });
  simulated.advance(options.unseenMs ?? 0);
  simulated.call("CreateEndpointConfig", {
    EndpointConfigName: CHAMPION.config,
    DataCaptureConfig: {
      EnableCapture: true,
      InitialSamplingPercentage: 10,
      DestinationS3Uri: "s3://captures",
      CaptureOptions: [{ CaptureMode: "Input" }],
    },
    ProductionVariants: [
      {
        VariantName: CHAMPION.variant,
        ModelName: CHAMPION.model,
        InstanceType: "ml.m5.large",
        InitialInstanceCount: 2,
        InitialVariantWeight: 1,
        ContainerStartupHealthCheckTimeoutInSeconds: 120,
        RoutingConfig: { RoutingStrategy: "LEAST_OUTSTANDING_REQUESTS" },
        ...options.variant,
      },
    ],
    ...options.config,
  });
  simulated.createEndpoint(ENDPOINT, CHAMPION.config);
  simulated.settle();

  const server = await startEndpointServer(simulated, options);
  const client = { ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 };
  const sagemaker = new SageMakerClient(client);
  const scaling = new ApplicationAutoScalingClient(client);
  const cloudWatch = new CloudWatchClient(client);
  return {
    simulated,
    server,
    settings: settingsOf(options.settings),
    champion: CHAMPION,
    candidate: CANDIDATE,
    traffic: sageMakerEndpointTraffic({ sagemaker, scaling }),
    metrics: cloudWatchTrafficMetrics(cloudWatch),
    settle: simulated.settle,
    serve(requests: number) {
      const answers = simulated.serve(ENDPOINT, requests);
      const champion = answers.get(CHAMPION.model) ?? 0;
      return { champion, candidate: [...answers.values()].reduce((sum, number) => sum + number, 0) - champion };
    },
    /** Somebody sets the weights of the candidate of a split. */
    moveByHand(percent: number) {
      const weights = [
        { VariantName: CHAMPION.variant, DesiredWeight: 100 - percent },
        { VariantName: "retrigger-a", DesiredWeight: percent },
      ];
      simulated.call("UpdateEndpointWeightsAndCapacities", { EndpointName: ENDPOINT, DesiredWeightsAndCapacities: weights });
    },
    /** Somebody updates the endpoint to a configuration with another model. */
    replaceByHand() {
      simulated.call("CreateModel", { ModelName: "flights-by-hand", ExecutionRoleArn: ROLE });
      simulated.advance(options.unseenMs ?? 0);
      const variant = { VariantName: CHAMPION.variant, ModelName: "flights-by-hand", InstanceType: "ml.m5.large" };
      simulated.call("CreateEndpointConfig", { EndpointConfigName: "by-hand", ProductionVariants: [variant] });
      simulated.call("UpdateEndpoint", { EndpointName: ENDPOINT, EndpointConfigName: "by-hand" });
    },
    remove: () => simulated.deleteEndpoint(ENDPOINT),
    async stop() {
      for (const one of [sagemaker, scaling, cloudWatch]) one.destroy();
      await server.stop();
    },
  };
}

export type SageMakerWorld = Awaited<ReturnType<typeof openEndpointWorld>>;
