import type { Decision } from "../../../functions/core/coordination/decision";
import { FLIGHTS_FROM } from "../../../local/replay/landing-files";
import { virtualClock } from "../../../local/world/time-and-chance";
import { simulatedPerson } from "../../../local/world/world";

const WEEK_MS = 7 * 86_400_000;

describe("simulatedPerson", () => {
  it("should approve in some weeks, refuse in another, and be away in others", async () => {
    const { answers, ask, clock } = createPerson();
    for (let week = 0; week < 5; week++) await ask(`r${week}`, week);

    await clock.run();

    expect(answers).toEqual([
      ["r0", true],
      ["r2", true],
      ["r3", false],
    ]);
  });

  it("should answer once when told twice, and only what asks", async () => {
    const { answers, ask, clock } = createPerson();
    await ask("r0", 0);
    await ask("r0", 0);
    await ask("r1", 0, "reject");

    await clock.run();

    expect(answers).toEqual([["r0", true]]);
  });
});

// Helpers

function createPerson() {
  const clock = virtualClock(FLIGHTS_FROM);
  const answers: [string, boolean][] = [];
  const person = simulatedPerson(clock, async (answer) => {
    if ("requestId" in answer) answers.push([answer.requestId, answer.do === "approve"]);
  });
  const ask = (requestId: string, week: number, outcome: Decision["outcome"] = "ask") => {
    const request = { id: requestId, model: "m", causes: [], priority: 2, manifests: [], requestedAt: 0 };
    const decidedAt = FLIGHTS_FROM + week * WEEK_MS;
    return person({ requestId, model: "m", outcome, decidedAt, reason: "approval-needed", checks: [], request });
  };
  return { answers, ask, clock };
}
