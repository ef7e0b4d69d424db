import type { LogRecord } from "../../../functions/core/log/log";
import { messageAttributes } from "../../../functions/core/notices/carried-message";
import type { ChatName } from "../../../functions/core/notices/chats/chat";
import { type Message, NOTICE_KINDS } from "../../../functions/core/notices/message";
import { secretValue } from "../../../functions/gcp/adapters/secrets/secret-value";
import { createMessenger } from "../../../functions/gcp/handlers/messenger";
import { memoryToldStore } from "../../../functions/memory/versioned-store";
import { webhookChat } from "../../../functions/node/chats/webhook-chat";
import { type Answer, jsonOf, type LoopbackServer } from "../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../adapters/google-server";
import open from "../fixtures/incident-open.json";
import { pushedEvent } from "../messages";

describe("messenger", () => {
  const servers: LoopbackServer[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  /** Secret Manager and both webhooks, on this machine. */
  async function world(answers: Answers = {}) {
    const { slack = taken, teams = taken } = answers;
    const posts = { slack: 0, teams: 0 };
    const server = await startGoogleServer(({ path }): Answer => {
      if (path === "/hook/slack") return slack(posts.slack++);
      if (path === "/hook/teams") return teams(posts.teams++);
      const chat = path.includes("/teams/") ? "teams" : "slack";
      return answers.secret?.() ?? secretOf(JSON.stringify({ address: `${server.endpoint}/hook/${chat}` }));
    });
    servers.push(server);
    const readSecret = secretValue(anonymousRest(), { endpoint: server.endpoint });
    const clock = { now: Date.parse("2026-12-02T12:00:00Z") };
    const logged: LogRecord[] = [];
    const chatOf = (name: ChatName) =>
      webhookChat({
        name,
        about: [...NOTICE_KINDS],
        secret: `projects/p/secrets/${name}`,
        readSecret: () => readSecret(`projects/p/secrets/${name}`),
        render: ({ id, subject }) => ({ id, subject }),
        now: () => clock.now,
        timeoutMs: 300,
        origins: [server.endpoint],
        wait: async () => undefined,
      });
    const handler = createMessenger({
      chats: [chatOf("slack"), chatOf("teams")],
      told: memoryToldStore(),
      place: { environment: "prod", stack: "gcp", project: "p", runbooks: "https://acme.example/runbooks" },
      log: (event) => void logged.push(event),
      now: () => clock.now,
    });
    const told = (name: ChatName) => server.received.filter(({ path }) => path === `/hook/${name}`).map((post) => jsonOf(post));
    return { handler, told, logged, clock, received: server.received };
  }

  it("should tell both chats of a notice once, however often it is pushed, with or without an envelope of its own", async () => {
    const { handler, told, received } = await world();
    const event = pushedEvent("m1", NOTICE);

    await handler(event);
    await handler(event);
    await handler(pushedEvent("m2", NOTICE));
    await handler(event.data);

    expect(told("slack")).toEqual([{ id: "drift 1", subject: "flights drifts" }]);
    expect(told("teams")).toEqual([{ id: "drift 1", subject: "flights drifts" }]);
    expect(
      received
        .filter(({ path }) => path.startsWith("/v1/"))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["/v1/projects/p/secrets/slack/versions/latest:access", "/v1/projects/p/secrets/teams/versions/latest:access"]);
  });

  it("should tell of an alarm, and of its end", async () => {
    const { handler, told } = await world();
    const closed = { ...open, incident: { ...open.incident, state: "closed", ended_at: open.incident.started_at + 60 } };

    for (const incident of [open, open, closed]) await handler(pushedEvent("m", { text: JSON.stringify(incident) }));

    expect(told("slack")).toMatchObject([
      { subject: "alarm: retrigger-prod-dead-letters" },
      { subject: "over: retrigger-prod-dead-letters" },
    ]);
  });

  it("should tell an alarm that comes after its end as what was", async () => {
    const { handler, told } = await world({ slack: (before) => (before === 0 ? { status: 500, body: "" } : taken()) });
    const closed = { ...open, incident: { ...open.incident, state: "closed", ended_at: open.incident.started_at + 60 } };
    const raised = pushedEvent("m1", { text: JSON.stringify(open) });

    await expect(handler(raised)).rejects.toThrow("slack could not be told");
    await handler(pushedEvent("m2", { text: JSON.stringify(closed) }));
    await handler(raised);

    const [refused, ...rest] = told("slack");
    expect(refused).toMatchObject({ subject: "alarm: retrigger-prod-dead-letters" });
    expect(rest).toMatchObject([
      { subject: "over: retrigger-prod-dead-letters" },
      { subject: "was raised, and is over: retrigger-prod-dead-letters" },
    ]);
    expect(told("teams")).toHaveLength(2);
  });

  it("should tell two incidents of one policy apart", async () => {
    const { handler, told } = await world();
    const { started_at, incident_id } = open.incident;
    const other = { ...open.incident, incident_id: `${incident_id}2`, state: "closed", ended_at: started_at + 60 };

    await handler(pushedEvent("m1", { text: JSON.stringify({ ...open, incident: other }) }));
    await handler(pushedEvent("m2", { text: JSON.stringify(open) }));

    expect(told("slack")).toMatchObject([
      { subject: "over: retrigger-prod-dead-letters" },
      { subject: "alarm: retrigger-prod-dead-letters" },
    ]);
  });

  it.each<[string, (before: number) => Answer]>([
    ["throttles", (before) => (before === 0 ? { status: 429, body: "rate_limited", headers: { "retry-after": "60" } } : taken())],
    ["fails", (before) => (before === 0 ? { status: 500, body: "" } : taken())],
    ["never answers", (before) => (before === 0 ? "silence" : taken())],
    ["hangs up", (before) => (before === 0 ? "hang up" : taken())],
  ])("should return a message while a chat %s, and tell the other none twice when it comes again", async (_case, slack) => {
    const { handler, told, logged } = await world({ slack });

    await expect(handler(pushedEvent("m1", NOTICE))).rejects.toThrow("slack could not be told of drift 1");
    await handler(pushedEvent("m1", NOTICE));
    await handler(pushedEvent("m1", NOTICE));

    expect(told("slack")).toHaveLength(2);
    expect(told("teams")).toHaveLength(1);
    expect(logged.filter(({ event }) => event === "told")).toHaveLength(2);
    expect(logged).toContainEqual(expect.objectContaining({ event: "handler-failed", function: "messenger", messageId: "m1" }));
  });

  it.each<[string, Answer, RegExp]>([
    ["is not there", googleError(404, "NOT_FOUND", "Secret not found"), /projects\/p\/secrets\/\w+ .*404.*create what is missing/],
    ["may not be read", googleError(403, "PERMISSION_DENIED", "no access"), /403.*give the caller's account a role/],
    [
      "has a disabled version",
      googleError(400, "FAILED_PRECONDITION", "Secret Version [projects/1/secrets/s/versions/1] is in DISABLED state."),
      /\(400.*see that its latest version is enabled and not destroyed, or add one/,
    ],
    ["holds no address", jsonAnswer({ payload: { data: Buffer.from("hunter2").toString("base64") } }), /got no address/],
    ["is answered by something else", { status: 200, body: "<html>hunter2</html>" }, /another form than the API's/],
  ])(
    "should return a message whose secret %s, say so without the value, and tell it when that is mended",
    async (_case, answer, said) => {
      let secret: Answer | undefined = answer;
      const { handler, told, logged } = await world({ secret: () => secret });

      await expect(handler(pushedEvent("m1", NOTICE))).rejects.toThrow("slack and teams could not be told");
      const failures = logged.filter(({ event }) => event === "chat-not-told");
      secret = undefined;
      await handler(pushedEvent("m1", NOTICE));

      expect(failures).toHaveLength(2);
      for (const failure of failures) expect(JSON.stringify(failure)).toMatch(said);
      expect(JSON.stringify(logged)).not.toMatch(/hunter2|\/hook\//);
      expect([told("slack"), told("teams")]).toEqual([[expect.anything()], [expect.anything()]]);
    },
  );

  it("should lose none of many that come while a chat has no time, and tell none twice", async () => {
    const { handler, told } = await world({ slack: (before) => (before % 3 === 0 ? taken() : { status: 503, body: "" }) });
    let waiting = Array.from({ length: 12 }, (_, n) => `drift ${n}`);

    for (let rounds = 0; waiting.length > 0 && rounds < 40; rounds++) {
      const pushes = await Promise.allSettled(waiting.map((id) => handler(pushedEvent(id, noticeOf(id)))));
      waiting = waiting.filter((_, index) => pushes[index]?.status === "rejected");
    }

    expect(waiting).toEqual([]);
    expect(told("teams")).toHaveLength(12);
    expect(new Set(told("teams").map((post) => JSON.stringify(post))).size).toBe(12);
  });

  it("should return what is no message of Pub/Sub, and report it", async () => {
    const { handler, logged } = await world();

    await expect(handler({ data: { message: { messageId: "" } } })).rejects.toThrow("not a message of Pub/Sub");
    expect(logged).toMatchObject([{ event: "message-rejected", function: "messenger" }]);
  });
});

// Helpers

interface Answers {
  readonly slack?: (before: number) => Answer;
  readonly teams?: (before: number) => Answer;
  /** Undefined for the address of a webhook. */
  readonly secret?: () => Answer | undefined;
}

const NOTICE = noticeOf("drift 1");

function noticeOf(id: string) {
  const message: Message = { id, kind: "drift", subject: "flights drifts", paragraphs: ["It is high."], facts: [], links: [] };
  return { text: "high drift", attributes: { subject: "flights drifts", model: "flights", ...messageAttributes(message) } };
}

function taken(): Answer {
  return { status: 200, body: "ok" };
}

function secretOf(value: string): Answer {
  return jsonAnswer({ payload: { data: Buffer.from(value).toString("base64") } });
}
