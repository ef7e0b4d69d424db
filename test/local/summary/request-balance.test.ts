import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../../functions/core/coordination/decision";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { awsCloud } from "../../../local/clouds/aws";
import { MODELS } from "../../../local/clouds/local-clouds";
import { fileManifestStore } from "../../../local/files/file-manifest-store";
import { areRequestsBalanced, endingsOf, requestBalance } from "../../../local/summary/balance";
import { simulatedRun } from "../../../local/world/simulated-cloud";

const NOTHING_WAITS = new Map([["m", initialState(0)]]);

const FORMAT = awsCloud.manifests;

describe("endingsOf", () => {
  it("should follow merges to what became of the request in the end", () => {
    const decisions = [decision("a", "defer"), decision("b", "merge", "a"), decision("a", "start"), decision("c", "reject")];

    expect(endingsOf(["a", "b", "c"], decisions, NOTHING_WAITS)).toEqual([
      { requestId: "a", fate: "started", as: "a" },
      { requestId: "b", fate: "started", as: "a" },
      { requestId: "c", fate: "rejected", as: "c" },
    ]);
  });

  it("should call waiting only what the state holds, and the rest lost", () => {
    const states = new Map([["m", { ...initialState(0), parked: [{ request: requestOf("a"), parkedAt: 0 }] }]]);

    const endings = endingsOf(["a", "b", "c"], [decision("a", "defer"), decision("b", "defer")], states);

    expect(endings.map(({ fate }) => fate)).toEqual(["waiting", "lost", "lost"]);
  });

  it("should not take a repetition for an ending", () => {
    expect(endingsOf(["a"], [decision("a", "start"), decision("a", "duplicate")], NOTHING_WAITS)[0]?.fate).toBe("started");
  });
});

describe("requestBalance", () => {
  it("should hold when a run's manifest lists what every request of it listed", async () => {
    const { balance } = await mergedRun(["x/a.csv", "x/b.csv"]);

    expect(balance).toMatchObject({ asked: 2, own: { started: 1 }, merged: { started: 1 }, missingInRuns: 0 });
    expect(areRequestsBalanced(balance)).toBe(true);
  });

  it("should count what a run's manifest lacks", async () => {
    const { balance } = await mergedRun(["x/a.csv"]);

    expect(balance.missingInRuns).toBe(1);
    expect(areRequestsBalanced(balance)).toBe(false);
  });

  it("should tell the objects of rejected batches", async () => {
    const cause = { type: "data", generation: 1, reason: "size", openedAt: 0, sealedAt: 0 } as const;
    const requests = new Map([["a", { ...requestOf("a", "s3://b/a.manifest"), causes: [cause] }]]);

    const balance = await requestBalance(
      requests,
      { decisions: [decision("a", "reject")], runs: [], states: NOTHING_WAITS },
      "/nowhere",
      FORMAT,
    );

    expect(balance.refusedObjects).toBe(1);
    expect(areRequestsBalanced(balance)).toBe(true);
  });

  it("should count a second start, and a start without a run", async () => {
    const decisions = [decision("a", "start"), { ...decision("a", "start"), decidedAt: 1 }];

    const balance = await requestBalance(
      new Map([["a", requestOf("a")]]),
      { decisions, runs: [], states: NOTHING_WAITS },
      "/nowhere",
      FORMAT,
    );

    expect(balance).toMatchObject({ startedTwice: 1, unpaired: 1 });
    expect(areRequestsBalanced(balance)).toBe(false);
  });
});

// Helpers

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Two requests of one object each, merged into a run whose manifest lists `inRun`. */
async function mergedRun(inRun: readonly string[]) {
  const [settings] = MODELS.aws;
  if (settings === undefined) throw new Error("there is no model");
  const folder = mkdtempSync(join(tmpdir(), "retrigger-balance-"));
  folders.push(folder);
  const store = fileManifestStore(folder, FORMAT);
  const write = async (generation: number, keys: readonly string[]) => {
    const at = { model: settings.model, generation, data: settings.data };
    const objects = keys.map((key) => ({ key, version: "1", bytes: 1 }));
    return (await store.writeManifest(at, objects))?.uri;
  };
  const [first, second, whole] = [await write(1, ["x/a.csv"]), await write(2, ["x/b.csv"]), await write(3, inRun)];
  const requests = new Map([
    ["a", requestOf("a", first)],
    ["b", requestOf("b", second)],
  ]);
  const decisions = [decision("a", "defer"), decision("b", "merge", "a"), decision("a", "start")];
  const runs = [simulatedRun(settings, requestOf("a", whole), 0, 1)];
  return { balance: await requestBalance(requests, { decisions, runs, states: NOTHING_WAITS }, folder, FORMAT) };
}

function requestOf(id: string, uri?: string): TrainingRequest {
  const manifests = uri === undefined ? [] : [{ uri, objects: 1, bytes: 1 }];
  return { id, model: "m", causes: [], priority: 4, manifests, requestedAt: 0 };
}

function decision(requestId: string, outcome: Decision["outcome"], into?: string): Decision {
  const merged = into === undefined ? {} : { into };
  return {
    requestId,
    model: "m",
    outcome,
    decidedAt: 0,
    reason: "all-checks-passed",
    checks: [],
    request: requestOf(requestId),
    ...merged,
  };
}
