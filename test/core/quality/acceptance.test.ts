import { allHistoryPromises, type KeptPromise, windowedPromises } from "../../simulation/error-streams/acceptance";
import { playStreams } from "../../simulation/error-streams/played-streams";
import { comparedCells, meanCost } from "../../simulation/error-streams/scores";
import { STREAM_NAMES, WINDOW } from "../../simulation/error-streams/stream-laws";

// Two seeds of what `npm run bench -- policies` plays ten of: a policy that lost a part of its formula misses a bound here.

describe("the break-even policy on streams whose models are trained on a window", () => {
  const runs = [...playStreams({ streams: STREAM_NAMES, seeds: [1, 2], window: WINDOW })];

  it.each(windowedPromises(runs))("should be $what: $measured", ({ isKept }) => {
    expect(isKept).toBe(true);
  });

  it("should play policies that differ, on streams that need trainings and on such that do not", () => {
    const oracle = comparedCells(runs, "oracle", "never");

    expect(Math.min(...oracle.map(({ ratio }) => ratio))).toBeLessThan(0.4);
    expect(Math.max(...oracle.map(({ ratio }) => ratio))).toBe(1);
    expect(meanCost(runs, "oracle")).toBeLessThan(meanCost(runs, "hindsight period"));
  });
});

describe("the break-even policy on streams whose models are trained on all history", () => {
  const runs = [
    ...playStreams({ streams: ["sea", "gauss", "circles", "stagger"], seeds: [1, 2], window: Number.POSITIVE_INFINITY }),
  ];

  it.each<KeptPromise>(allHistoryPromises(runs))("should be $what: $measured", ({ isKept }) => {
    expect(isKept).toBe(true);
  });
});
