import * as z from "zod/mini";
import { RetryableError } from "../../../functions/core/errors";
import {
  GoogleApiError,
  googleDownload,
  googleRest,
  jsonAnswer as readJsonAnswer,
} from "../../../functions/gcp/adapters/google-rest";
import type { Answer, LoopbackServer } from "../../aws/adapters/loopback-server";
import { googleError, IMPATIENT, jsonAnswer, startGoogleServer } from "./google-server";

describe("jsonAnswer", () => {
  it.each([
    ["what is no JSON", "<html>\u001b[31m"],
    ["another form", '{"name":1}'],
    ["nothing", ""],
  ])("should call the answer of something on the way retryable: %s", (_case, text) => {
    const read = () => readJsonAnswer("listing a", z.object({ name: z.string() }), Buffer.from(text));

    expect(read).toThrow(RetryableError);
    expect(read).toThrow(/^listing a got an answer of another form than the API's \([^\p{Cc}]*\); it can be tried again later$/u);
  });
});

describe("googleRest", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function restAgainst(...answers: [Answer, ...Answer[]]) {
    server = await startGoogleServer((_, before) => answers[Math.min(before, answers.length - 1)] ?? answers[0]);
    return { rest: googleRest(AUTH, IMPATIENT), url: server.endpoint, received: server.received };
  }

  it("should send the access token with the request, and give back what was answered", async () => {
    const { rest, url, received } = await restAgainst(jsonAnswer({ ok: true }));
    const headers = { "content-type": "application/json" };

    const answer = await rest({ what: "asking", method: "POST", url: `${url}/v1/x?y=1`, headers, body: '{"a":1}' });

    expect([answer.status, answer.body.toString()]).toEqual([200, '{"ok":true}']);
    expect(received[0]).toMatchObject({
      method: "POST",
      path: "/v1/x?y=1",
      headers: { authorization: "Bearer token-1", ...headers },
    });
    expect(received[0]?.body.toString()).toBe('{"a":1}');
  });

  it.each<["GET" | "POST", string, Answer]>([
    ["GET", "a fault", googleError(500, "INTERNAL", "oh")],
    ["POST", "a busy moment", googleError(503, "UNAVAILABLE", "busy")],
    ["POST", "too many requests", googleError(429, "RESOURCE_EXHAUSTED", "slow down")],
    ["POST", "a cut connection", "hang up"],
  ])("should repeat a %s after %s", async (method, _case, answer) => {
    const { rest, url, received } = await restAgainst(answer, answer, jsonAnswer({}));
    expect(await rest({ what: "asking", method, url })).toMatchObject({ status: 200 });
    expect(received).toHaveLength(3);
  });

  it("should call what stays so retryable", async () => {
    const { rest, url, received } = await restAgainst(googleError(503, "UNAVAILABLE", "busy"));
    const call = rest({ what: "asking", method: "POST", url });
    await expect(call).rejects.toThrow(new RetryableError("asking failed (503 UNAVAILABLE: busy); it can be tried again later"));
    expect(received).toHaveLength(5);
  });

  it("should say what broke a connection", async () => {
    const { rest, url } = await restAgainst(jsonAnswer({}));
    await server?.stop();
    await expect(rest({ what: "asking", method: "GET", url })).rejects.toThrow(
      /^asking failed \(TypeError: fetch failed; caused by Error: connect ECONNREFUSED 127\.0\.0\.1:\d+\); it can be tried again later$/,
    );
  });

  it("should call an access token that ran out, and none at all, retryable", async () => {
    const { rest, url, received } = await restAgainst(googleError(401, "UNAUTHENTICATED", "expired"));
    await expect(rest({ what: "asking", method: "GET", url })).rejects.toThrow(RetryableError);
    expect(received).toHaveLength(1);

    const failing = googleRest({ getRequestHeaders: async () => Promise.reject(new Error("no metadata server")) });
    await expect(failing({ what: "asking", method: "GET", url })).rejects.toThrow(
      /asking: there is no access token \(Error: no metadata server\)/,
    );
    expect(received).toHaveLength(1);
  });

  it.each([
    [
      googleError(403, "PERMISSION_DENIED", "you may not"),
      "asking was refused (403 PERMISSION_DENIED: you may not); give the caller's account a role that allows it",
    ],
    [
      { status: 404, body: "No such object: lake/x", type: "text/html" },
      "asking was refused (404: No such object: lake/x); create what is missing, or correct its name in retrigger.yaml",
    ],
    [{ status: 400, body: "{", type: "application/json" }, "asking was refused (400: {)"],
  ] as const)("should pass on the words of a refusal, once", async (answer, message) => {
    const { rest, url, received } = await restAgainst(answer);
    const thrown = await rest({ what: "asking", method: "GET", url }).catch((error: unknown) => error);
    expect(thrown).toEqual(new GoogleApiError(message, answer === undefined ? 0 : Object(answer).status));
    expect(received).toHaveLength(1);
  });

  it("should keep neither the token nor the body in an error", async () => {
    const { rest, url } = await restAgainst(googleError(403, "PERMISSION_DENIED", "you may not"));
    const thrown = await rest({ what: "asking", method: "POST", url, body: "private" }).catch((error: unknown) => error);
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(thrown))).not.toMatch(/token-1|private/);
  });

  it("should take a status for an answer where it is one", async () => {
    const { rest, url } = await restAgainst(googleError(412, "conditionNotMet", "there is one"));
    expect(await rest({ what: "asking", method: "POST", url, answers: [412] })).toMatchObject({ status: 412 });
  });

  it("should give up a call that is never answered, after more tries, and name it", async () => {
    server = await startGoogleServer(() => "silence");
    const rest = googleRest(AUTH, { ...IMPATIENT, limits: { tryMs: 300, callMs: 1_000 } });
    const call = rest({ what: "asking", method: "POST", url: server.endpoint });
    await expect(call).rejects.toThrow(
      new RetryableError("asking failed (Error: nothing came for 1000 ms); it can be tried again later"),
    );
    expect(server.received.length).toBeGreaterThan(1);
  });

  it("should give up waiting for an access token that never comes", async () => {
    const { url, received } = await restAgainst(jsonAnswer({}));
    const rest = googleRest({ getRequestHeaders: () => new Promise(() => undefined) }, { limits: { tryMs: 50, callMs: 50 } });
    await expect(rest({ what: "asking", method: "GET", url })).rejects.toThrow(
      new RetryableError("asking: there is no access token (Error: nothing came for 50 ms); it can be tried again later"),
    );
    expect(received).toHaveLength(0);
  });

  it("should not read more than asked for", async () => {
    const { rest, url } = await restAgainst({ status: 200, body: "x".repeat(1001) });
    await expect(rest({ what: "asking", method: "GET", url, maxBytes: 1000 })).rejects.toThrow(
      new GoogleApiError("asking: got more than 1000 bytes", 413),
    );
    expect(await rest({ what: "asking", method: "GET", url, maxBytes: 1001 })).toMatchObject({ status: 200 });
  });
});

describe("googleDownload", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function downloadAgainst(...answers: [Answer, ...Answer[]]) {
    server = await startGoogleServer((_, before) => answers[Math.min(before, answers.length - 1)] ?? answers[0]);
    return { download: googleDownload(AUTH, IMPATIENT), url: server.endpoint, received: server.received };
  }

  it("should hand out the body as it comes, and say when it breaks off", async () => {
    const { download, url, received } = await downloadAgainst("hang up", { status: 200, body: "half", breaksOff: true });

    const body = await download({ what: "reading", url });
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of body) chunks.push(chunk);
    })();

    await expect(reading).rejects.toThrow(/^reading broke off \(.+\); it can be read again later$/);
    await expect(reading).rejects.toThrow(RetryableError);
    expect(Buffer.concat(chunks).toString()).toBe("half");
    expect(received.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-1"]);
  });

  it.each<[string, Answer, RegExp]>([
    ["never begins", "silence", /^reading failed \(.*nothing came for 300 ms.*\); it can be tried again later$/],
    [
      "stops coming",
      { status: 200, body: "half", stalls: true },
      /^reading broke off \(.*nothing came for 300 ms.*\); it can be read/,
    ],
  ])("should give up a body that %s", async (_case, answer, message) => {
    server = await startGoogleServer(() => answer);
    const download = googleDownload(AUTH, { ...IMPATIENT, limits: { tryMs: 300, callMs: 300 } });
    const { endpoint: url } = server;
    const reading = (async () => Array.fromAsync(await download({ what: "reading", url })))();
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(RetryableError);
  });

  it("should have an empty body where there is none", async () => {
    const { download, url } = await downloadAgainst({ status: 204, body: "" });

    expect(await Array.fromAsync(await download({ what: "reading", url }))).toEqual([]);
  });

  it("should pass on the words of a refusal, and call retryable what time may cure", async () => {
    const { download, url } = await downloadAgainst(
      { status: 404, body: "No such object: lake/x", type: "text/html" },
      googleError(503, "UNAVAILABLE", "busy"),
    );

    await expect(download({ what: "reading", url })).rejects.toThrow(
      new GoogleApiError(
        "reading was refused (404: No such object: lake/x); create what is missing, or correct its name in retrigger.yaml",
        404,
      ),
    );
    await expect(download({ what: "reading", url })).rejects.toThrow(RetryableError);
  });
});

// Helpers

const AUTH = { getRequestHeaders: async () => new Headers({ authorization: "Bearer token-1" }) };
