import { nextCommands } from "../../../local/summary/next-commands";

const STARTED = { outcome: "start", requestId: "data/flight-delay/1", model: "flight-delay" } as const;
const DEFERRED = { outcome: "defer", requestId: "data/west-coast/2", model: "west-coast" } as const;

describe("nextCommands", () => {
  it("should name commands with the newest request that had to wait", () => {
    expect(nextCommands([DEFERRED, STARTED], 0)).toBe(
      [
        "Try next:",
        "  npx retrigger decisions              the newest decisions on all models",
        "  npx retrigger why data/west-coast/2  why it had to wait, and how it ended",
        "  npx retrigger state west-coast       runs, budgets, and what waits",
      ].join("\n"),
    );
  });

  it("should name another request where none waited, and dead letters where there are some", () => {
    const text = nextCommands([STARTED], 3);

    expect(text).toContain("why data/flight-delay/1  why, and how it ended");
    expect(text).toContain("npx retrigger redrive --dry-run");
  });

  it("should name nothing where nothing was decided", () => {
    expect(nextCommands([], 0)).toBe("");
  });
});
