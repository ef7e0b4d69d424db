import { virtualClock } from "../../../local/world/time-and-chance";

describe("virtualClock", () => {
  it("should run tasks by time, those of one moment in their order, and past ones at once", async () => {
    const clock = virtualClock(100);
    const seen: string[] = [];
    const note = (name: string) => () => {
      seen.push(`${name} ${clock.now()}`);
    };
    clock.at(300, note("c"));
    clock.at(200, note("a"));
    clock.at(200, () => {
      note("b")();
      clock.at(150, note("past"));
    });

    await clock.run();

    expect(seen).toEqual(["a 200", "b 200", "past 200", "c 300"]);
    expect(clock.isIdle()).toBe(true);
  });
});
