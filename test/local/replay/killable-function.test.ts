import { killableFunction } from "../../../local/replay/replay-functions";
import { seededRandom } from "../../../local/world/time-and-chance";
import { noJournal } from "../../../local/world/world-journal";

describe("killableFunction", () => {
  it("should stop a killed invocation where it is, and go on with a fresh instance", async () => {
    const steps: string[] = [];
    let instances = 0;
    const { invoke, counts } = killableFunction((guard) => {
      const instance = ++instances;
      const step = guard(async (name: string) => {
        steps.push(`${instance}${name}`);
      });
      return async () => {
        for (const name of "abcdefgh") await step(name);
        return instance;
      };
    }, options(1));

    await expect(invoke()).rejects.toThrow("the invocation was killed");
    const stepsOfFirst = steps.length;
    await expect(invoke()).rejects.toThrow("the invocation was killed");

    expect(stepsOfFirst).toBeLessThan(8);
    expect(steps.filter((step) => step.startsWith("1"))).toHaveLength(stepsOfFirst);
    expect(counts).toEqual({ invocations: 2, killed: 2 });
  });

  it("should leave invocations alone at a ratio of 0", async () => {
    const { invoke, counts } = killableFunction((guard) => guard(async (value: number) => value + 1), options(0));

    expect(await invoke(1)).toBe(2);
    expect(counts).toEqual({ invocations: 1, killed: 0 });
  });
});

// Helpers

function options(killRatio: number) {
  const randomOf = (invocation: number) => seededRandom(1, `kill ${invocation}`);
  return { name: "function", killRatio, randomOf, journal: noJournal };
}
