import { decisionNotice, messageText } from "../../../functions/core/notices/notice";
import { decisionOf, range, requestOf } from "../../contracts/coordination-samples";

const MAX_BYTES = 256 * 1024;

describe("messageText", () => {
  it("should tell people first what stood in the way, and what it takes", () => {
    const [readable] = messageText(decisionNotice("flights: a training waits", decisionOf()), MAX_BYTES).split("\n\n{");
    expect(readable).toBe(
      [
        "flights: a training waits",
        "",
        "Model:    flights",
        "Request:  data/flights/12, priority 4, because of data",
        "Decision: defer (cooldown) at 2026-11-21T12:00:00.000Z",
        "Due at:   2026-11-21T12:59:00.000Z",
        "- cooldown refused (sinceLastStartMs 60000, cooldownMs 3600000, by Zoë); it takes drift of priority 1 or 2, or the end of the cooldown",
      ].join("\n"),
    );
  });

  it.each([
    [[{ severity: "high", score: 0.41234, feature: "fare" }], "Drift:    high, a score of 0.412 of fare"],
    [[{ severity: "medium", score: 0.2 }], "Drift:    medium, a score of 0.2"],
    [
      [
        { severity: "medium", score: 7, feature: "delay" },
        { severity: "high", score: 0.3, feature: "fare" },
        { severity: "high", score: 0.4, feature: "day" },
      ],
      "Drift:    high, a score of 0.4 of day; and 2 more",
    ],
  ] as const)("should tell people of the worst drift that asks: %j", (drifts, line) => {
    const causes = drifts.map((drift) => ({ type: "drift" as const, ...drift }));
    const decision = decisionOf({ request: requestOf({ causes: [...causes, ...requestOf().causes] }) });

    const lines = messageText(decisionNotice("flights: a training waits for approval", decision), MAX_BYTES).split("\n");

    expect(lines[4]).toBe(line);
    expect(lines[5]).toMatch(/^Decision: /);
  });

  it("should leave out no more than it must, and count it", () => {
    const manifests = range(40).map((n) => ({ uri: `s3://lake/${n}`, objects: 1, bytes: 1 }));
    const decision = decisionOf({ request: requestOf({ manifests }) });
    const notice = decisionNotice("flights", decision);
    const whole = Buffer.byteLength(messageText(notice, MAX_BYTES));

    const texts = [whole, whole - 1].map((maxBytes) => messageText(notice, maxBytes));

    expect(jsonPart(texts[0] ?? "")).toEqual(decision);
    expect(jsonPart(texts[1] ?? "")).toMatchObject({
      request: { manifests: manifests.slice(0, 30), omitted: { causes: 0, manifests: 10 } },
    });
    expect(() => messageText(notice, 1_000)).toThrow(RangeError);
  });
});

// Helpers

function jsonPart(message: string): unknown {
  return JSON.parse(message.slice(message.indexOf("\n\n{") + 2));
}
