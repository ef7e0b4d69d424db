import { DescribeEndpointCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { EndpointReader } from "../../core/capture/endpoint-capture";
import { refusedToTell } from "./sagemaker-refusal";

/** `EndpointReader` of SageMaker. Rejects with RetryableError when SageMaker cannot answer now, with Error when it will not. */
export function sageMakerEndpointReader(client: SageMakerClient): EndpointReader {
  return {
    async captureOf(endpoint) {
      const { DataCaptureConfig: capture } = await client
        .send(new DescribeEndpointCommand({ EndpointName: endpoint }))
        .catch(refusedToTell(`the endpoint ${endpoint}`));
      if (capture === undefined) return { isOn: false, why: "its configuration has no data capture" };
      const { EnableCapture, CaptureStatus, CurrentSamplingPercentage, DestinationS3Uri } = capture;
      if (EnableCapture !== true) return { isOn: false, why: "its data capture is not enabled" };
      if (CaptureStatus !== "Started") return { isOn: false, why: `its data capture is ${CaptureStatus ?? "not started"}` };
      if (DestinationS3Uri === undefined) return { isOn: false, why: "its data capture has no destination" };
      const samplingPercent = CurrentSamplingPercentage ?? 100;
      if (samplingPercent === 0) return { isOn: false, why: "its data capture takes 0 % of the requests" };
      return { isOn: true, samplingPercent, destination: DestinationS3Uri };
    },
  };
}
