import type { Message, Step } from "../../../functions/core/notices/message";
import { toldWords } from "../../../functions/core/notices/told-words";

describe(toldWords, () => {
  const why: Step = { what: "Every check with its numbers", command: "npx retrigger why data/flights/12" };

  it("should leave out whole entries where not all fit, and no half of a command or an address", () => {
    // Arrange
    const steps = [1, 2, 3].map((n) => ({ what: `Step ${n}`, command: `npx retrigger trigger ${"x".repeat(380)}${n}` }));
    const links = [{ title: "Runbook", url: `https://acme.example/${"y".repeat(300)}` }];

    // Act
    const { further } = toldWords(messageOf({ steps: [...steps, why], links, paragraphs: ["told", "because"] }));

    // Assert
    expect(further.length).toBeLessThanOrEqual(1_000);
    expect(further.split(" · ")).toEqual([
      ...steps.slice(0, 2).map(({ what, command }) => `${what}: ${command}`),
      `${why.what}: ${why.command}`,
      "and 2 more, which retrigger why tells",
    ]);
  });

  it("should say where to find a command that does not fit alone", () => {
    const command = `npx retrigger approve ${"x".repeat(1_000)}`;
    const question = { what: "Start?", why: "So.", unanswered: "Nothing.", until: 1, approve: command, reject: command };

    const { approve, reject, further } = toldWords(messageOf({ question, steps: [{ what: "Long", command }] }));

    expect(approve).toBe("To approve: the command does not fit here, and retrigger why tells it");
    expect(reject).toBe("To reject: the command does not fit here, and retrigger why tells it");
    expect(further).toBe("and 1 more, which retrigger why tells");
  });
});

// Helpers

function messageOf(values: Partial<Message>): Message {
  return { id: "1", kind: "decisions", subject: "s", paragraphs: [], facts: [], links: [], ...values };
}
