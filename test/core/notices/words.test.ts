import { CHECKS, REJECT_REASONS, type RejectReason } from "../../../functions/core/coordination/decision";
import { alarmMessage } from "../../../functions/core/notices/alarm-message";
import { decisionNotice } from "../../../functions/core/notices/notice";
import { noticeId } from "../../../functions/core/notices/notice-id";
import { messageOf } from "../../../functions/core/notices/notice-message";
import { amountText, lengthText, listText, momentText, moneyText, sizeText } from "../../../functions/core/notices/readable";
import { causesText, checkText } from "../../../functions/core/notices/request-words";
import type { Cause } from "../../../functions/core/training-request";
import { decisionOf, NOW, requestOf } from "../../contracts/coordination-samples";
import { AWS, waitingCandidate } from "./situations";

describe("the words of a decision", () => {
  const reasons = Object.keys(REJECT_REASONS) as RejectReason[];

  it.each(reasons)("should tell why a request was rejected, and what brings it back or must change: %s", (reason) => {
    const { paragraphs, steps = [], question } = messageOf(rejected(reason), AWS);

    expect(question).toBeUndefined();
    expect(paragraphs[0]).toContain(REJECT_REASONS[reason]);
    const back = steps.filter(({ command }) => command.includes(" trigger "));
    const mustChange = ["unknown-model", "priority-out-of-range", "foreign-manifest"].includes(reason);
    expect(back).toHaveLength(mustChange ? 0 : 1);
    if (!mustChange) expect(back[0]?.command).toContain("--with data/flights/12");
    expect(paragraphs.some((text) => /goes along|until a person takes|is not kept/.test(text))).toBe(true);
  });

  it("should not say that data is kept where there is none", () => {
    const request = requestOf({ manifests: [], causes: [{ type: "schedule", name: "nightly", firedAt: NOW }] });
    const decision = decisionOf({ outcome: "reject", reason: "expired", request });

    const { paragraphs, steps = [] } = messageOf(decisionNotice("flights: a training was rejected", decision), AWS);

    expect(paragraphs.join(" ")).not.toMatch(/data/);
    expect(steps.map(({ command }) => command).join(" ")).not.toContain("--with");
  });

  it("should ask without a price where no check told one", () => {
    const decision = decisionOf({ outcome: "ask", reason: "approval-needed", checks: [], dueAt: NOW + 3_600_000 });
    const { question } = messageOf(decisionNotice("s", decision), AWS);
    expect(question).toMatchObject({ until: NOW + 3_600_000, unanswered: expect.stringContaining("13:00 UTC, 1 hour after") });
    expect(question).not.toHaveProperty("cost");
  });

  it("should say that a critical drift blocks the model, and goes on to if nobody answers", () => {
    const request = requestOf({ blocks: true, causes: [{ type: "drift", severity: "critical", score: 0.7 }] });
    const { question } = messageOf(decisionNotice("s", decisionOf({ outcome: "ask", request })), AWS);
    expect(question?.why).toMatch(/critical drift \(a score of 0\.7\).*blocks the model/);
    expect(question?.unanswered).toMatch(/The model stays blocked\. /);
  });

  it.each(CHECKS)("should put a check into words, with no more numbers than were recorded: %s", (check) => {
    const text = checkText({ check, verdict: "refused", numbers: {}, cure: { at: NOW, change: "a day" } });
    expect(text).toMatch(/^[a-z].* \(until Sat 21 November 2026, 12:00 UTC\)$/);
    expect(text).not.toMatch(/undefined|NaN/);
  });

  it("should name a check that only another version knows", () => {
    expect(checkText({ check: "toString" as "cooldown", verdict: "refused", numbers: {} })).toBe("the check toString");
  });
});

describe("the words of a question about a candidate", () => {
  it("should not say that a model goes on serving where none does", () => {
    const first = waitingCandidate();
    const { isFirst, ...asks } = first.asks ?? { why: "", askedAt: NOW, expiresAt: NOW, approvers: 1 };

    expect(isFirst).toBe(true);
    expect(messageOf(first, AWS).question?.unanswered).toMatch(/No model of this name serves through Retrigger yet/);
    expect(messageOf({ ...first, asks }, AWS).question?.unanswered).toMatch(/The model that serves now goes on serving\.$/);
  });
});

describe(causesText, () => {
  const manual: Cause = { type: "manual", by: "ada", why: "new labels" };
  const schedule: Cause = { type: "schedule", name: "nightly", firedAt: NOW };

  it.each<[string, readonly Cause[], number]>([
    ["a person, for the reason “new labels”", [manual], 0],
    ["a person, for the reason “new labels” and its schedule nightly of Sat 21 November 2026, 12:00 UTC", [manual, schedule], 0],
    ["a person, for the reason “new labels” and one more cause", [manual, manual], 1],
    ["a person, for the reason “new labels” and 1,999 more causes", [manual], 1_999],
    ["a cause that is not listed", [], 0],
  ])("should say %s", (text, causes, omittedCauses) => {
    expect(causesText({ causes, omittedCauses })).toBe(text);
  });
});

describe("readable numbers", () => {
  it("should be as a person writes them", () => {
    expect(momentText(Date.UTC(2026, 11, 2, 9, 5))).toBe("Wed 2 December 2026, 09:05 UTC");
    expect([lengthText(86_400_000), lengthText(259_200_000), lengthText(5_400_000), lengthText(400)]).toEqual([
      ...["24 hours", "3 days", "1 hour 30 minutes", "0 seconds"],
    ]);
    expect([moneyText(1_234_567.891), moneyText(0.5), moneyText(999)]).toEqual(["1,234,567.89 USD", "0.50 USD", "999.00 USD"]);
    expect([amountText(1, "object"), amountText(1_000, "object")]).toEqual(["1 object", "1,000 objects"]);
    expect([sizeText(0), sizeText(999), sizeText(250_000_000), sizeText(1.5e18)]).toEqual([
      "0 bytes",
      "999 bytes",
      "250 MB",
      "1500 PB",
    ]);
    expect([listText([]), listText(["a"]), listText(["a", "b", "c"]), listText(["a", "b", "c", "d"])]).toEqual([
      ...["", "a", "a, b and c", "a, b and 2 more"],
    ]);
  });
});

describe(alarmMessage, () => {
  it("should tell that an alarm is over, and link to no address that is none", () => {
    const alarm = { id: "1", name: "storm", isOver: true, at: NOW, summary: "calm", url: "javascript:alert(1)" };
    const message = alarmMessage(alarm, AWS);
    expect(message).toMatchObject({ id: "alarm 1", kind: "alarms", subject: "over: storm", paragraphs: ["calm"] });
    expect(message.links.map(({ title }) => title)).toEqual(["Console"]);
    expect(message).not.toHaveProperty("model");
  });
});

describe(noticeId, () => {
  it("should be as long as an id may be, and tell long ones apart", () => {
    const long = "x".repeat(300);
    expect(noticeId("decision", "data/flights/1", "ask", 5)).toBe("decision data/flights/1 ask 5");
    expect(noticeId(long, 1)).toHaveLength(200);
    expect(noticeId(long, 1)).not.toBe(noticeId(long, 2));
  });
});

// Helpers

function rejected(reason: RejectReason) {
  return decisionNotice("flights: a training was rejected", decisionOf({ outcome: "reject", reason }));
}
