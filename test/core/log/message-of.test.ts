import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { status } from "@grpc/grpc-js";
import fc from "fast-check";
import * as z from "zod/mini";
import { PoisonMessageError, RetryableError } from "../../../functions/core/errors";
import { MAX_ERROR_CHARS, messageOf, reasonOf } from "../../../functions/core/log/log";
import { awsError, CLIENT, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { anonymousRest, googleError, startGoogleServer } from "../../gcp/adapters/google-server";

describe("messageOf", () => {
  it("should tell the causes of a passing failure, each once", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED", syscall: "connect" });
    const cause = new TypeError("fetch failed", { cause: refused });

    expect(messageOf(new RetryableError("the state could not be saved; it is tried again", { cause }))).toBe(
      "RetryableError: the state could not be saved; it is tried again; caused by TypeError: fetch failed; caused by Error: connect ECONNREFUSED 10.0.0.1:443",
    );
    expect(messageOf(new RetryableError(`failed (${refused.message})`, { cause: refused }))).toBe(
      "RetryableError: failed (connect ECONNREFUSED 10.0.0.1:443)",
    );
  });

  it("should tell the status and the name of an error of AWS", async () => {
    const server = await startLoopbackServer(() =>
      awsError("com.amazonaws.dynamodb.v20120810#AccessDeniedException", "User: u is not authorized to perform: dynamodb:GetItem"),
    );
    const client = new DynamoDBClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });

    const thrown = await client.send(new GetItemCommand({ TableName: "state", Key: {} })).catch((error: unknown) => error);

    client.destroy();
    await server.stop();
    expect(messageOf(new RetryableError("later", { cause: thrown }))).toBe(
      "RetryableError: later; caused by AccessDeniedException: User: u is not authorized to perform: dynamodb:GetItem (HTTP 400)",
    );
  });

  it.each([
    [
      403,
      "PERMISSION_DENIED",
      "GoogleApiError: publishing was refused (403 PERMISSION_DENIED: no access); give the caller's account a role that allows it",
    ],
    [503, "UNAVAILABLE", "RetryableError: publishing failed (503 UNAVAILABLE: no access); it can be tried again later"],
  ])("should tell the status and the words of a Google API that answers %d", async (code, reason, told) => {
    const server = await startGoogleServer(() => googleError(code, reason, "no access"));

    const thrown = await anonymousRest()({ what: "publishing", method: "POST", url: server.endpoint, isRepeatable: false }).catch(
      (error: unknown) => error,
    );

    await server.stop();
    expect(messageOf(thrown)).toBe(told);
  });

  it.each([
    ["gRPC", grpcError("7 PERMISSION_DENIED: no access", "no access"), "Error: 7 PERMISSION_DENIED: no access"],
    ["gRPC that says little", grpcError("failed", "no access"), "Error: failed (7, no access)"],
    [
      "a failed connect to several addresses",
      Object.assign(new AggregateError([new Error("connect ECONNREFUSED ::1:1"), new Error("connect ECONNREFUSED 127.0.0.1:1")]), {
        code: "ECONNREFUSED",
      }),
      "AggregateError: (ECONNREFUSED); caused by Error: connect ECONNREFUSED ::1:1; caused by Error: connect ECONNREFUSED 127.0.0.1:1",
    ],
    ["zod", z.object({ a: z.object({ b: z.string() }) }).safeParse({ a: { b: 1 } }).error, /^\$ZodError: a\.b: Invalid input/],
    ["a text", "no error", "no error"],
    ["nothing", undefined, "undefined"],
    ["what has no text", Object.create(null), "what was thrown cannot be shown"],
    ["a circle of causes", circle(), "Error: round"],
  ])("should tell an error of %s", (_case, thrown, told) => {
    if (typeof told === "string") expect(messageOf(thrown)).toBe(told);
    else expect(messageOf(thrown)).toMatch(told);
  });

  it("should be one printable line of bounded length, whatever was thrown", () => {
    const error = fc.letrec((tie) => ({
      error: fc.record({
        message: fc.string({ unit: "binary", maxLength: 2_000 }),
        cause: fc.option(tie("error"), { depthSize: "small" }),
      }),
    })).error;
    fc.assert(
      fc.property(error, (links) => {
        const told = messageOf(chainOf(links as Links));

        expect(told.length).toBeLessThanOrEqual(MAX_ERROR_CHARS);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
        expect(told).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it("should be quick with a hostile message of megabytes", () => {
    for (const part of ["a", "token", "https://", '"token', " "]) {
      expect(messageOf(new Error(part.repeat(1_000_000))).length).toBeLessThanOrEqual(MAX_ERROR_CHARS);
    }
  });

  it.each([
    ["a token in a header", "POST failed: authorization: Bearer ya29.a0AfH6SMBx-SECRET\nhost: x"],
    ["a header of AWS", "should have been 'POST\n/\n\nx-amz-security-token:IQoJb3JpZ2luSECRET/+=\n\nhost'"],
    ["a signed URL of S3", "GET https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIASECRET&X-Amz-Signature=0SECRET failed"],
    ["a signed URL of Cloud Storage", "GET https://storage.googleapis.com/b/k?X-Goog-Signature=SECRET"],
    ["a webhook", "POST https://hooks.slack.com/services/T0/B0/SECRET: 500"],
    [
      "a workflow of Teams",
      "POST https://d0.57.environment.api.powerplatform.com:443/powerautomate/workflows/SECRET/triggers?sig=SECRET",
    ],
    [
      "a workflow of a government's Teams",
      "https://prod-06.usgovtexas.logic.azure.us:443/workflows/SECRET/triggers/manual refused",
    ],
    ["a former connector of Teams", "https://acme.webhook.office.com/webhookb2/SECRET/IncomingWebhook/SECRET: 410"],
    ["who calls", "proxy http://user:SECRET@proxy:8080 refused"],
    ["a body of a token endpoint", '{"access_token":"SECRET","expires_in":3599,"id_token":"eyJhbGciOi.SECRET"}'],
    ["a form", "grant_type=refresh&client_secret=SECRET&refresh_token=1//SECRET"],
    ["a JSON Web Token alone", "bad assertion eyJhbGciOiJSUzI1NiJ9.SECRETSECRET.SECRET"],
    ["an access key", "key ASIAIOSFODNN7SECRET is unknown"],
    ["a key file", "cannot parse -----BEGIN PRIVATE KEY-----\nSECRET\nSECRET"],
  ])("should not tell %s", (_case, message) => {
    const told = messageOf(new RetryableError("later", { cause: new Error(message) }));

    expect(told).not.toContain("SECRET");
    expect(told).toContain("<hidden>");
  });

  it.each([
    "UnrecognizedClientException: The security token included in the request is invalid.",
    "ExpiredTokenException: The provided token has expired.",
    "got s3://bucket/in/token=7/part.csv",
    "no model watches gs://bucket/in/a.csv; expected a report in gs://bucket/drift/",
  ])("should leave what only looks like one: %s", (message) => {
    expect(messageOf(new Error(message)).replace("<hidden>", "7/part.csv")).toBe(`Error: ${message}`);
  });
});

describe("reasonOf", () => {
  it("should leave out the name of the error, and keep its causes", () => {
    expect(reasonOf(new PoisonMessageError("not JSON: {", { cause: new SyntaxError("at position 1") }))).toBe(
      "not JSON: {; caused by SyntaxError: at position 1",
    );
  });
});

// Helpers

interface Links {
  readonly message: string;
  readonly cause: Links | null;
}

function chainOf({ message, cause }: Links): Error {
  return new Error(message, cause === null ? {} : { cause: chainOf(cause) });
}

function grpcError(message: string, details: string): Error {
  return Object.assign(new Error(message), { code: status.PERMISSION_DENIED, details });
}

function circle(): Error {
  const error = new Error("round");
  error.cause = error;
  return error;
}
