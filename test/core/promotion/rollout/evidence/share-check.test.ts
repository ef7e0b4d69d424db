import { seededRandom } from "../../../../../functions/core/capture/seeded-random";
import type { CountedWindow } from "../../../../../functions/core/promotion/rollout/evidence/counted-window";
import { EVIDENCE_POLICY } from "../../../../../functions/core/promotion/rollout/evidence/evidence-policy";
import { checkShare } from "../../../../../functions/core/promotion/rollout/evidence/share-check";
import { drawBinomial } from "../../../../../functions/core/promotion/statistics/binomial";

const DRAWS = 150;

describe("checkShare", () => {
  it.each([
    { requests: 2000, served: 0, intended: 0.05, first: 0, third: 1 },
    { requests: 2000, served: 0.05, intended: 0.25, first: 0.98, third: 1 },
    { requests: 2000, served: 0.25, intended: 0.5, first: 0.48, third: 0.997 },
    { requests: 2000, served: 0.5, intended: 1, first: 1, third: 1 },
    { requests: 200, served: 0, intended: 0.05, first: 0, third: 0 },
    { requests: 200, served: 0.05, intended: 0.25, first: 0, third: 0.09 },
    { requests: 200, served: 0.25, intended: 0.5, first: 0, third: 0.02 },
    { requests: 200, served: 0.5, intended: 1, first: 0.99, third: 1 },
  ])("should find $served in place of $intended at $requests requests as the simulation did", ({ first, third, ...traffic }) => {
    const found = [1, 3].map((looks) => partFoundWrong({ ...traffic, looks }));

    expect(Math.abs((found[0] ?? Number.NaN) - first)).toBeLessThanOrEqual(0.06);
    expect(Math.abs((found[1] ?? Number.NaN) - third)).toBeLessThanOrEqual(0.06);
  });

  it.each([20, 200, 2000].flatMap((requests) => [0.05, 0.25, 0.5, 1].map((intended) => ({ requests, intended }))))(
    "should not find $intended wrong at $requests requests, though 10 % more or less are served",
    (traffic) => {
      for (const served of traffic.intended === 1 ? [1] : [0.9, 1.1].map((factor) => factor * traffic.intended)) {
        expect(partFoundWrong({ ...traffic, served, looks: 3 })).toBeLessThanOrEqual(1 / DRAWS);
      }
    },
  );

  it("should not read the window that holds the change, nor any after the third full one", () => {
    const [old, full] = [counted(2000, 0), counted(2000, 100)];

    expect(checkShare(EVIDENCE_POLICY, [old, full, full, full], 0.05)).toEqual({
      is: "agrees",
      requests: 6000,
      candidate: 300,
      windows: 3,
      intended: 0.05,
    });
    expect(checkShare(EVIDENCE_POLICY, [old, full, full, full, ...Array(50).fill(old)], 0.05).is).toBe("agrees");
  });

  it("should not know before the first full window, nor where even no share at all would not be told", () => {
    const is = (windows: CountedWindow[], intended: number) => checkShare(EVIDENCE_POLICY, windows, intended).is;
    const change = counted(2000, 0);

    expect(is([], 0.05)).toBe("not-known");
    expect(is([change], 0.05)).toBe("not-known");
    expect(is([change, counted(19, 19)], 0.5)).toBe("not-known");
    expect(is([change, counted(200, 10)], 0.05)).toBe("not-known");
    expect(is([change, counted(20_000, 1000)], 0.05)).toBe("agrees");
    expect(is([change, counted(200, 200)], 1)).toBe("agrees");
    expect(is([change, counted(200, 0)], 1)).toBe("wrong");
    expect(is([change, counted(200, 200)], 0.05)).toBe("wrong");
  });
});

// Helpers

interface SimulatedTraffic {
  readonly requests: number;
  /** Part of requests that the candidate gets. */
  readonly served: number;
  readonly intended: number;
  /** Looks, one after each full window. */
  readonly looks: number;
}

/** Part of the draws in which some look finds the share wrong. */
function partFoundWrong({ requests, served, intended, looks }: SimulatedTraffic): number {
  const random = seededRandom(`${requests}/${served}/${intended}`);
  const found = Array.from({ length: DRAWS }, () => {
    const windows = [counted(requests, 0)];
    return Array.from({ length: looks }).some(() => {
      windows.push(stickyWindow(random, requests, served));
      return checkShare(EVIDENCE_POLICY, windows, intended).is === "wrong";
    });
  });
  return found.filter((isFound) => isFound).length / DRAWS;
}

/** A window of clients whose requests all go to one model; geometric numbers of requests, a design effect of 2 · 5.5 − 1 = 10. */
function stickyWindow(random: () => number, requests: number, served: number): CountedWindow {
  const clients = Math.round(requests / 5.5);
  const atCandidate = drawBinomial(random, clients, served);
  const requestsOf = (count: number) => {
    let sum = 0;
    for (let client = 0; client < count; client++) sum += 1 + Math.floor(Math.log(random()) / Math.log(1 - 1 / 5.5));
    return sum;
  };
  const nB = requestsOf(atCandidate);
  return counted(nB + requestsOf(clients - atCandidate), nB);
}

function counted(requests: number, candidate: number): CountedWindow {
  return { at: 0, nA: requests - candidate, nB: candidate, xA: 0, xB: 0 };
}
