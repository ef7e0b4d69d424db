import { createHash } from "node:crypto";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { sageMakerPipelineLauncher } from "../../../../functions/aws/adapters/sagemaker/pipeline-launcher";
import { auditText } from "../../../../functions/core/coordination/request-size";
import { NoCapacityError, RetryableError, StartRefusedError } from "../../../../functions/core/errors";
import type { TrainingRequest } from "../../../../functions/core/training-request";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, type Received, startLoopbackServer } from "../loopback-server";

describe("sageMakerPipelineLauncher", () => {
  let server: LoopbackServer | undefined;
  let client: SageMakerClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function launcherAgainst(answer: (request: Received, before: number) => Answer, maxAttempts = 3) {
    server = await startLoopbackServer(answer);
    client = new SageMakerClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts });
    return { launcher: sageMakerPipelineLauncher(client), received: server.received };
  }

  it("should name the run, and send what the pipeline declares under the request's own token", async () => {
    // Arrange
    const { launcher, received } = await launcherAgainst(() => started(1));

    // Act
    const run = await launcher.start(requestOf(), PIPELINE);

    // Assert
    expect(run).toEqual({ runId: arn(1) });
    expect(received[0]?.headers["x-amz-target"]).toBe("SageMaker.StartPipelineExecution");
    expect(jsonOf(received[0])).toEqual({
      PipelineName: "flights-training",
      ClientRequestToken: createHash("sha256").update("data/flights/12").digest("hex"),
      PipelineExecutionDisplayName: "data-flights-12",
      PipelineExecutionDescription: expect.any(String),
      PipelineParameters: [
        { Name: "manifest_uri", Value: "s3://lake/manifests/12.manifest" },
        { Name: "why", Value: "data because of size" },
      ],
    });
    expect(JSON.parse(descriptionOf(received[0]))).toMatchObject({
      requestId: "data/flights/12",
      requestedAt: "2001-01-03T00:00:00.000Z",
    });
  });

  it("should tell the starts of two deployments apart, and check that the run is that of the request and its manifest", async () => {
    let described = "";
    const { launcher, received } = await launcherAgainst((request) => {
      if (request.headers["x-amz-target"] !== "SageMaker.StartPipelineExecution") {
        return { status: 200, body: JSON.stringify({ PipelineExecutionDescription: described }) };
      }
      described ||= descriptionOf(request);
      return started(1);
    });

    expect(await launcher.start(requestOf(), PIPELINE, "aaaaaaaaaaaa")).toEqual({ runId: arn(1) });
    expect(tokenOf(received[0] as Received)).toBe(createHash("sha256").update("aaaaaaaaaaaa data/flights/12").digest("hex"));
    const other = requestOf({ manifests: [{ uri: "s3://lake/manifests/other.manifest", objects: 1, bytes: 1 }] });
    await expect(launcher.start(other, PIPELINE, "aaaaaaaaaaaa")).rejects.toThrow(StartRefusedError);
    await expect(launcher.start(other, PIPELINE, "aaaaaaaaaaaa")).rejects.toThrow(/not the run of this request and its manifest/);
  });

  it("should go on after SageMaker throttled", async () => {
    const { launcher, received } = await launcherAgainst((_, before) =>
      before === 0 ? awsError("ThrottlingException", "Rate exceeded") : started(1),
    );
    expect(await launcher.start(requestOf(), PIPELINE)).toEqual({ runId: arn(1) });
    expect(received).toHaveLength(2);
  });

  it("should start one run when the response to the first try is lost", async () => {
    // Arrange
    const runs = new Map<string, string>();
    const { launcher } = await launcherAgainst((request, before) => {
      const token = tokenOf(request);
      if (!runs.has(token)) runs.set(token, arn(runs.size + 1));
      return before === 0 ? "hang up" : { status: 200, body: JSON.stringify({ PipelineExecutionArn: runs.get(token) }) };
    });

    // Act
    const first = await launcher.start(requestOf(), PIPELINE);
    const redelivered = await launcher.start(requestOf(), PIPELINE);

    // Assert
    expect([first, redelivered]).toEqual([{ runId: arn(1) }, { runId: arn(1) }]);
    expect(runs.size).toBe(1);
  });

  it.each(["ThrottlingException", "ConflictException"])("should call %s retryable", async (type) => {
    const { launcher } = await launcherAgainst(() => awsError(type, "not now"), 1);
    await expect(launcher.start(requestOf(), PIPELINE)).rejects.toThrow(RetryableError);
    await expect(launcher.start(requestOf(), PIPELINE)).rejects.toMatchObject({ cause: { name: type } });
  });

  it("should call it no capacity when as many pipelines run as may", async () => {
    const { launcher, received } = await launcherAgainst(() => awsError("ResourceLimitExceeded", "20 executions run"));
    const refusal = launcher.start(requestOf(), PIPELINE);
    await expect(refusal).rejects.toThrow(NoCapacityError);
    await expect(refusal).rejects.toThrow(/flights-training for data\/flights\/12.*20 executions run/);
    expect(received).toHaveLength(1);
  });

  it("should call a fault of SageMaker and a dead connection retryable", async () => {
    const { launcher } = await launcherAgainst(
      (_, before) => (before === 0 ? awsError("InternalFailure", "oh", 500) : "hang up"),
      1,
    );
    await expect(launcher.start(requestOf(), PIPELINE)).rejects.toThrow(RetryableError);
    await expect(launcher.start(requestOf(), PIPELINE)).rejects.toThrow(RetryableError);
  });

  it.each([
    ["ResourceNotFound", /the pipeline flights-training for data\/flights\/12 \(ResourceNotFound: refused\); check pipeline\.name/],
    ["ValidationException", /\(ValidationException: refused\); check that the pipeline declares .*manifest_uri, why/],
    ["AccessDeniedException", /allow the function's role sagemaker:StartPipelineExecution/],
  ])("should say what to do after %s, and not call it retryable", async (type, message) => {
    const { launcher, received } = await launcherAgainst(() => awsError(type, "refused"));
    const refusal = await launcher.start(requestOf(), PIPELINE).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(refusal).toMatchObject({ message: expect.stringMatching(message), cause: { name: type } });
    expect(received).toHaveLength(1);
  });

  it("should reject a parameter that is too long before asking, and name it", async () => {
    const { launcher, received } = await launcherAgainst(() => started(1));
    const pipeline = { name: "p", parameters: { short: "{model}", "data-uri": "x".repeat(1025) } };

    const refusal = launcher.start(requestOf(), pipeline);
    await expect(refusal).rejects.toThrow(StartRefusedError);
    await expect(refusal).rejects.toThrow(/parameter data-uri .* 1025 characters .* at most 1024/);
    expect(received).toHaveLength(0);
  });

  it.each([
    ["data/flights/12", "data-flights-12"],
    ["force/a/..x__y..", "force-a-x-y"],
    [`drift/m/${"a".repeat(72)}..b`, `drift-m-${"a".repeat(72)}-b`],
    [`drift/m/${"a".repeat(73)}..b`, `drift-m-${"a".repeat(73)}`],
    [`drift/m/${"a/".repeat(80)}`, `drift-m${"-a".repeat(37)}`],
  ])("should show %s as %s", async (id, shown) => {
    const { launcher, received } = await launcherAgainst(() => started(1));
    await launcher.start(requestOf({ id }), PIPELINE);

    expect(jsonOf(received[0])).toMatchObject({ PipelineExecutionDisplayName: shown });
    expect(shown).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}$/);
    expect(shown.length).toBeLessThanOrEqual(82);
  });
});

describe("auditText", () => {
  it("should hold the whole request when it fits", () => {
    const text = auditText(requestOf(), 3072);
    expect(JSON.parse(text)).toEqual({
      requestId: "data/flights/12",
      model: "flights",
      priority: 4,
      requestedAt: "2001-01-03T00:00:00.000Z",
      causes: requestOf().causes,
      manifests: requestOf().manifests,
    });
  });

  it.each([2, 40, 1000])("should stay JSON within the limit for %d causes and manifests", (count) => {
    const one = requestOf();
    const manifests = Array.from({ length: count }, (_, n) => ({ uri: `s3://lake/${"x".repeat(900)}/${n}`, objects: n, bytes: n }));
    const causes = Array.from({ length: count }, () => one.causes).flat();
    const text = auditText({ ...one, causes, manifests }, 3072);

    expect(text.length).toBeLessThanOrEqual(3072);
    const read = JSON.parse(text);
    expect(read.manifests.length + (read.omitted?.manifests ?? 0)).toBe(count);
    expect(read.causes.length + (read.omitted?.causes ?? 0)).toBe(count);
    expect(read.manifests.length).toBeGreaterThan(0);
  });

  it("should refuse a limit that nothing fits", () => {
    expect(() => auditText(requestOf(), 10)).toThrow(RangeError);
  });
});

// Helpers

const PIPELINE = {
  name: "flights-training",
  parameters: { manifest_uri: "{manifestUri}", why: "{cause} because of {reason}" },
};

function requestOf(overrides: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    id: "data/flights/12",
    model: "flights",
    causes: [{ type: "data", generation: 12, reason: "size", openedAt: 978_393_600_000, sealedAt: 978_480_000_000 }],
    priority: 4,
    manifests: [{ uri: "s3://lake/manifests/12.manifest", objects: 3, bytes: 30 }],
    requestedAt: 978_480_000_000,
    ...overrides,
  };
}

function arn(run: number): string {
  return `arn:aws:sagemaker:eu-central-1:111122223333:pipeline/flights-training/execution/run${run}`;
}

function started(run: number): Answer {
  return { status: 200, body: JSON.stringify({ PipelineExecutionArn: arn(run) }) };
}

function tokenOf(request: Received): string {
  return fieldOf(request, "ClientRequestToken");
}

function descriptionOf(request: Received | undefined): string {
  return fieldOf(request, "PipelineExecutionDescription");
}

function fieldOf(request: Received | undefined, field: string): string {
  return String(Object(jsonOf(request))[field]);
}
