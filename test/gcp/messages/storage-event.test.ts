import fc from "fast-check";
import { PoisonMessageError } from "../../../functions/core/errors";
import { parsePubSubEvent } from "../../../functions/gcp/messages/pubsub-event";
import { parseObjectFinalized } from "../../../functions/gcp/messages/storage-event";
import { finalizedAttributes, finalizedEvent, pushedEvent } from "../messages";

describe("parseObjectFinalized", () => {
  it("should read bucket, key, generation and size", () => {
    expect(parsed(finalizedEvent("m1", "in/red flower+1:00.csv"))).toEqual({
      bucket: "data",
      object: { key: "in/red flower+1:00.csv", version: "1763726400000001", bytes: 10 },
    });
  });

  it("should take a message of attributes alone for an object of unknown size", () => {
    expect(parsed(pushedEvent("m1", { attributes: finalizedAttributes("in/a") }))).toMatchObject({
      object: { key: "in/a", bytes: 0 },
    });
  });

  it.each(["OBJECT_DELETE", "OBJECT_ARCHIVE", "OBJECT_METADATA_UPDATE"])(
    "should leave alone what is no new object: %s",
    (eventType) => {
      expect(parsed(finalizedEvent("m1", "in/a", { eventType }))).toBeUndefined();
    },
  );

  it.each([
    ["a body without attributes", pushedEvent("m1", { text: JSON.stringify({ kind: "storage#object", name: "in/a", size: "1" }) })],
    ["no attributes that it knows", pushedEvent("m1", { attributes: { colour: "red" } })],
    ["an event that there is not", finalizedEvent("m1", "in/a", { eventType: "OBJECT_PAINTED" })],
    ["an empty key", finalizedEvent("m1", "")],
    ["a key of 1 MB", finalizedEvent("m1", `in/${"x".repeat(1_000_000)}`)],
    ["a generation that is no number", finalizedEvent("m1", "in/a", { objectGeneration: "1e3" })],
    ["a body that is not JSON", pushedEvent("m1", { attributes: finalizedAttributes("in/a"), text: "<Error/>" })],
    ["a size that is no number", pushedEvent("m1", { attributes: finalizedAttributes("in/a"), text: '{"size":"-1"}' })],
  ])("should refuse %s, with a short reason", (_name, event) => {
    expect(() => parsed(event)).toThrow(PoisonMessageError);
    expect(messageOf(() => parsed(event)).length).toBeLessThan(1_000);
  });
});

describe("parsePubSubEvent", () => {
  it("should refuse whatever is no event, and never throw anything else", () =>
    fc.assert(
      fc.property(fc.anything(), (event) => {
        expect(() => parsePubSubEvent(event)).toThrow(PoisonMessageError);
      }),
    ));

  it("should read a push that the framework did not wrap, as it does without data", () => {
    const { message } = pushedEvent("m1", { attributes: { a: "b" } }).data;

    expect(parsePubSubEvent({ message, subscription: "projects/p/subscriptions/s" })).toMatchObject({
      attributes: { a: "b" },
      body: "",
    });
  });

  it("should give back any text and any attributes", () =>
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), attributesOf(), (text, attributes) => {
        const message = parsePubSubEvent(pushedEvent("m1", { text, attributes }));
        expect(message).toEqual({
          messageId: "m1",
          publishedAt: Date.UTC(2026, 10, 21, 12, 0, 30, 123),
          attributes: { ...attributes },
          data: Buffer.from(text).toString("base64"),
          body: text,
        });
      }),
    ));
});

// Helpers

/** An attribute named __proto__ is left out by the parser, whatever it says. */
function attributesOf(): fc.Arbitrary<Record<string, string>> {
  const name = fc.string().filter((text) => text !== "__proto__");
  return fc.dictionary(name, fc.string());
}

function parsed(event: unknown) {
  return parseObjectFinalized(parsePubSubEvent(event));
}

function messageOf(action: () => unknown): string {
  try {
    action();
    return "";
  } catch (error) {
    return String(error);
  }
}
