import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { sageMakerEndpointReader } from "../../../../functions/aws/adapters/sagemaker/monitor-reader";
import { RetryableError } from "../../../../functions/core/errors";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../loopback-server";

const CAPTURE = {
  EnableCapture: true,
  CaptureStatus: "Started",
  CurrentSamplingPercentage: 40,
  DestinationS3Uri: "s3://lake/capture",
  KmsKeyId: "key",
};

describe("sageMakerEndpointReader", () => {
  let server: LoopbackServer | undefined;
  let client: SageMakerClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function readerAgainst(answer: Answer) {
    server = await startLoopbackServer(() => answer);
    client = new SageMakerClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    return { reader: sageMakerEndpointReader(client), received: server.received };
  }

  it("should tell where an endpoint's requests are captured, and how many", async () => {
    const { reader, received } = await readerAgainst(described(CAPTURE));

    expect(await reader.captureOf("flights")).toEqual({ isOn: true, samplingPercent: 40, destination: "s3://lake/capture" });
    expect(received[0]?.headers["x-amz-target"]).toBe("SageMaker.DescribeEndpoint");
    expect(jsonOf(received[0])).toEqual({ EndpointName: "flights" });
  });

  it.each([
    ["has none", undefined, "its configuration has no data capture"],
    ["disabled it", { ...CAPTURE, EnableCapture: false }, "its data capture is not enabled"],
    ["stopped it", { ...CAPTURE, CaptureStatus: "Stopped" }, "its data capture is Stopped"],
    ["samples none", { ...CAPTURE, CurrentSamplingPercentage: 0 }, "its data capture takes 0 % of the requests"],
  ])("should tell that an endpoint captures nothing when it %s", async (_case, capture, why) => {
    const { reader } = await readerAgainst(described(capture));

    expect(await reader.captureOf("flights")).toEqual({ isOn: false, why });
  });

  it("should name the cure when there is no such endpoint, and call it retryable when SageMaker cannot answer", async () => {
    const missing = await readerAgainst(awsError("ValidationException", "Could not find endpoint."));
    await expect(missing.reader.captureOf("flights")).rejects.toThrow(
      "SageMaker refused to describe the endpoint flights (ValidationException: Could not find endpoint.); check that it exists",
    );
    await server?.stop();

    const busy = await readerAgainst(awsError("ThrottlingException", "slow down"));
    await expect(busy.reader.captureOf("flights")).rejects.toThrow(RetryableError);
  });
});

// Helpers

function described(capture: object | undefined): Answer {
  const endpoint = { EndpointName: "flights", EndpointStatus: "InService", ...(capture && { DataCaptureConfig: capture }) };
  return { status: 200, body: JSON.stringify(endpoint) };
}
