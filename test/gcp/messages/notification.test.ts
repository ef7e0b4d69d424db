import fc from "fast-check";
import { messageAttributes } from "../../../functions/core/notices/carried-message";
import { type Message, messageSchema } from "../../../functions/core/notices/message";
import { readNotification } from "../../../functions/gcp/messages/notification";
import { parsePubSubEvent } from "../../../functions/gcp/messages/pubsub-event";
import { ALARMS } from "../../../operations/alarm-list";
import { alarmText } from "../../../operations/configured-alarms";
import open from "../fixtures/incident-open.json";
import { pushedEvent } from "../messages";

describe("readNotification", () => {
  it("should take the message that a notice carries", () => {
    expect(read({ text: "for programs", attributes: { model: "flights", ...messageAttributes(NOTICE) } })).toEqual({
      message: NOTICE,
    });
  });

  it("should read an incident that opened, with its runbook, and the same one when it is over", () => {
    const { incident } = open;
    const closed = { ...open, incident: { ...incident, state: "closed", ended_at: incident.started_at + 600 } };

    expect(read({ text: JSON.stringify(open) })).toEqual({
      alarm: {
        id: "0.n5rjvpzxq3tk open",
        series: "0.n5rjvpzxq3tk",
        name: "retrigger-prod-dead-letters",
        isOver: false,
        at: 1_796_126_400_000,
        summary: "critical: messages failed for good",
        reason: incident.summary,
        runbook: "dead-letters",
        url: incident.url,
      },
    });
    expect(read({ text: JSON.stringify(closed) })).toMatchObject({
      alarm: { id: "0.n5rjvpzxq3tk closed", isOver: true, at: 1_796_127_000_000 },
    });
  });

  it.each(ALARMS.map((alarm) => [alarm.name, alarm] as const))(
    "should find the runbook of %s in what its policy says",
    (name, alarm) => {
      for (const runbooks of ["docs/runbooks", "https://acme.example/books/"]) {
        const plain = incidentOf({ documentation: { content: alarmText({ alarm }, runbooks) } });
        const naming = incidentOf({ documentation: { content: alarmText({ alarm }, runbooks, "Which model: ask the log") } });
        expect(read(plain)).toMatchObject({ alarm: { runbook: name, summary: `${alarm.severity}: ${alarm.summary}` } });
        expect(read(naming)).toMatchObject({
          alarm: { runbook: name, summary: expect.stringMatching(/\. Which model: ask the log$/) },
        });
      }
    },
  );

  it("should name the model that an incident is of", () => {
    expect(read(incidentOf({ metric: { labels: { model: "churn" } } }))).toMatchObject({ alarm: { model: "churn" } });
  });

  it.each<[string, object, object]>([
    [
      "a test of a channel",
      { incident_id: undefined, started_at: undefined },
      { id: "test m1", at: Date.parse("2026-11-21T12:00:30.123Z") },
    ],
    ["documentation of before version 1.2", { documentation: "look into it" }, { summary: "look into it" }],
    ["another policy", { documentation: null, condition_name: "CPU" }, { summary: "CPU" }],
    ["a time in quotes", { started_at: "1796126400" }, { at: 1_796_126_400_000 }],
    ["a time that no clock shows", { started_at: 1e300 }, { at: Date.parse("2026-11-21T12:00:30.123Z") }],
    ["a state in capitals", { state: "CLOSED" }, { isOver: true }],
    ["a state that is unknown", { state: "Paused" }, { id: "0.n5rjvpzxq3tk paused", isOver: false, state: "paused" }],
    ["a policy without a name", { policy_name: "", condition_name: "CPU" }, { name: "CPU" }],
  ])("should read an incident with %s", (_case, changes, expected) => {
    expect(read(incidentOf(changes))).toMatchObject({ alarm: expected });
  });

  it.each<[string, Parameters<typeof pushedEvent>[1], Partial<Message>]>([
    ["a text", { text: "Disk is full\n\nClean it\n" }, { kind: "decisions", subject: "Disk is full", paragraphs: ["Clean it"] }],
    ["no text", {}, { subject: "a message without a text", paragraphs: [] }],
    ["a message that is cut off", { text: "x", attributes: { message0: '{"id":' } }, { subject: "x" }],
    [
      "a decision of an earlier version",
      {
        text: 'flights: waits\n\nModel:    flights\n\n{"requestId":"data/flights/1"}',
        attributes: { subject: "flights: waits", model: "flights", requestId: "data/flights/1", outcome: "ask" },
      },
      { kind: "decisions", subject: "flights: waits", model: "flights", paragraphs: ["Model: flights"] },
    ],
    ["a drift of an earlier version", { text: "high", attributes: { subject: "drifts", model: "flights" } }, { kind: "drift" }],
  ])("should tell %s as it is", (_case, message, expected) => {
    expect(read(message)).toMatchObject({ message: { id: "pubsub/m1", ...expected } });
  });

  it("should give a message that people can be told, whatever is published", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.json()),
        fc.dictionary(fc.string(), fc.string()),
        (text, attributes) => {
          const news = read({ text, attributes });
          if ("message" in news) expect(messageSchema.safeParse(news.message).success).toBe(true);
          else expect(Number.isFinite(new Date(news.alarm.at).getTime())).toBe(true);
        },
      ),
    );
  });
});

// Helpers

const NOTICE: Message = {
  id: "drift 1",
  kind: "drift",
  subject: "flights drifts",
  paragraphs: ["It is high."],
  facts: [],
  links: [],
};

function incidentOf(changes: object) {
  return { text: JSON.stringify({ ...open, incident: { ...open.incident, ...changes } }) };
}

function read(message: Parameters<typeof pushedEvent>[1]) {
  return readNotification(parsePubSubEvent(pushedEvent("m1", message)), []).news;
}
