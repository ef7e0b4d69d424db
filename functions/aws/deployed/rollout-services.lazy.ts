import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { apiLimits } from "../adapters/call-limits";
import { cloudWatchTrafficMetrics } from "../adapters/cloudwatch/traffic-metrics";
import { sageMakerEndpointTraffic } from "../adapters/sagemaker/endpoint-traffic";

export const traffic = sageMakerEndpointTraffic({
  sagemaker: new SageMakerClient(apiLimits()),
  scaling: new ApplicationAutoScalingClient(apiLimits()),
});

export const metrics = cloudWatchTrafficMetrics(new CloudWatchClient(apiLimits()));
