import { asOf } from "../../../functions/core/notices/as-of";
import { mailText } from "../../../functions/core/notices/mail-text";
import { messageSchema } from "../../../functions/core/notices/message";
import { messageOf } from "../../../functions/core/notices/notice-message";
import { AWS, costlyApproval, situations, waitingCandidate } from "./situations";

describe(asOf, () => {
  const asked = messageOf(costlyApproval(), AWS);
  const until = asked.question?.until ?? 0;

  it("should leave a question alone that can be answered, and all that asks nothing", () => {
    expect(asOf(asked, until - 1)).toBe(asked);
    const { rejected } = situations();
    expect(rejected && asOf(rejected, until * 2)).toBe(rejected);
  });

  it("should say of a question that nobody can answer any more that it is over, and show no command that answers it", () => {
    const told = asOf(asked, until);

    expect(messageSchema.parse(told)).toEqual(told);
    expect(told).toMatchObject({ id: asked.id, subject: "expired: flight-delay: a training waits for approval" });
    expect(told.question).toBeUndefined();
    expect(told.paragraphs[0]).toMatch(
      /^It could be answered until Sat 21 November 2026, 13:00 UTC, and nobody can approve or reject/,
    );
    const mail = mailText(told);
    expect(mail).toMatch(/Start a training of flight-delay\? It was asked for by/);
    expect(mail).not.toMatch(/retrigger (approve|reject|trigger) |Until it is answered|nobody has yet|If you reject/);
    expect(mail).toContain("npx retrigger why data/flight-delay/11");
  });

  it("should keep what the guardrails said of a candidate", () => {
    const candidate = messageOf(waitingCandidate(), AWS);
    const told = asOf(candidate, Number.MAX_SAFE_INTEGER / 2 ** 10);
    expect(told.question).toBeUndefined();
    expect(told.paragraphs.slice(2)).toEqual(candidate.paragraphs);
  });
});
