import { driftNotice, type Notice } from "../../../../functions/core/notices/notice";
import { slackWebhook } from "../../../../functions/gcp/adapters/messaging/slack-webhook";
import { type Answer, jsonOf, type LoopbackServer } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../google-server";

const SECRET = "projects/lake-project/secrets/slack/versions/latest";
const HOOK = "/services/T0/B0/very-secret";

describe("slackWebhook", () => {
  let server: LoopbackServer | undefined;
  let now = 0;

  beforeEach(() => {
    now = 1_000_000;
  });

  afterEach(async () => {
    await server?.stop();
  });

  async function webhookAgainst(answers: { readonly secret?: (url: string) => Answer; readonly hook?: () => Answer } = {}) {
    const { secret = secretOf, hook = () => TAKEN } = answers;
    const running = await startGoogleServer(({ path }) =>
      path.startsWith("/v1/") ? secret(`${running.endpoint}${HOOK}`) : hook(),
    );
    server = running;
    const options = { secretVersion: SECRET, now: () => now, endpoint: running.endpoint, origins: [running.endpoint] };
    return { webhook: slackWebhook(anonymousRest(), options), received: running.received };
  }

  it("should post to the URL that the secret holds, and call nobody in the channel by what is said", async () => {
    const { webhook, received } = await webhookAgainst();

    await webhook.notify(noticeOf("why: <!channel> & more"));

    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /v1/${SECRET}:access`, `POST ${HOOK}`]);
    expect(jsonOf(received[1])).toEqual({ text: "flights: drift\n\nwhy: &lt;!channel&gt; &amp; more" });
  });

  it("should ask for the URL again after five minutes, and after Slack refused", async () => {
    let hook = TAKEN;
    const { webhook, received } = await webhookAgainst({ hook: () => hook });
    const asked = () => received.filter(({ path }) => path.startsWith("/v1/")).length;

    await webhook.notify(noticeOf("one"));
    now += 299_999;
    await webhook.notify(noticeOf("two"));
    expect(asked()).toBe(1);
    now += 1;
    await webhook.notify(noticeOf("three"));
    expect(asked()).toBe(2);

    hook = { status: 404, body: "no_team" };
    await expect(webhook.notify(noticeOf("four"))).rejects.toThrow(
      `Slack did not take the message (HTTP 404); check that the webhook in ${SECRET}`,
    );
    await expect(webhook.notify(noticeOf("five"))).rejects.toThrow("HTTP 404");
    expect(asked()).toBe(3);
  });

  it.each<[string, Parameters<typeof webhookAgainst>[0]]>([
    ["Slack refuses", { hook: () => ({ status: 403, body: "invalid_token" }) }],
    ["the connection breaks", { hook: () => "hang up" }],
    ["Slack leads elsewhere", { hook: () => ({ status: 302, body: "" }) }],
    ["the secret may not be read", { secret: () => googleError(403, "PERMISSION_DENIED", "no access") }],
    ["the secret is no URL", { secret: () => secretOf("very-secret") }],
    ["the secret leads elsewhere", { secret: () => secretOf("https://example.com/very-secret") }],
    ["the secret's answer is none", { secret: () => ({ status: 200, body: "very-secret" }) }],
  ])("should reject without the URL in its error when %s", async (_case, answers) => {
    const { webhook } = await webhookAgainst(answers);
    const thrown = await webhook.notify(noticeOf("hello")).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(`${Object(thrown).stack} ${JSON.stringify(Object.getOwnPropertyDescriptors(thrown))}`).not.toContain("very-secret");
    expect(Object(thrown).cause).toBeUndefined();
  });
});

// Helpers

const TAKEN: Answer = { status: 200, body: "ok" };

function noticeOf(text: string): Notice {
  return driftNotice("flights", "flights: drift", text);
}

function secretOf(url: string): Answer {
  return jsonAnswer({ name: SECRET, payload: { data: Buffer.from(`${url}\n`).toString("base64") } });
}
