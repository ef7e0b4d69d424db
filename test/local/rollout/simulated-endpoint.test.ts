import { WINDOW_MS } from "../../../functions/core/promotion/rollout/evidence/counted-window";
import type { Sighting, TrafficOrder } from "../../../functions/core/promotion/rollout/ports";
import type { RolloutSettings } from "../../../functions/core/promotion/rollout/rollout-settings";
import type { Served, Traffic } from "../../../functions/core/promotion/rollout/traffic";
import { newEndpoint, type SimulatedEndpoint, simulatedEndpoint } from "../../../local/rollout/simulated-endpoint";

const MINUTE_MS = 60_000;
const START = Date.UTC(2001, 0, 8);
const ROLLOUT = "0000002a";

const SETTINGS: RolloutSettings = {
  endpoint: "delays",
  shadowWindows: 0,
  percents: [5, 25, 50],
  tolerance: 1.25,
  bakeWindows: 24,
  deadlineWindows: 2016,
  laterCandidate: "waits",
  sagemaker: { role: "arn:aws:iam::123456789012:role/models", namePrefix: "rt-0a1b2c3d" },
};

const CHAMPION: Traffic = { is: "champion" };
const CANDIDATE: Traffic = { is: "candidate" };

describe.each(["sagemaker", "vertex"] as const)("simulatedEndpoint of %s", (layout) => {
  it("should bring the traffic to a candidate stage by stage, and count what is served", async () => {
    const { endpoint, champion, go, wait } = await prepare(layout);
    let from: Traffic = CHAMPION;
    for (const percent of [5, 25, 50, 100]) {
      const to: Traffic = { is: "split", percent };
      await go({ from, to });
      from = to;
      wait(3 * WINDOW_MS);
      const window = await newestWindow(endpoint, champion, wait.now());
      const [a, b] = [window.champion?.requests ?? 0, window.candidate?.requests ?? 0];
      expect(a + b).toBeGreaterThan(1_800);
      expect(b / (a + b)).toBeCloseTo(percent / 100, 1);
      expect(window.candidate?.errors).toBeGreaterThan(0);
    }
    await go({ from, to: CANDIDATE });
    const survey = await endpoint.survey(SETTINGS);
    expect(survey).toMatchObject({ is: "serving" });
    expect(survey).not.toEqual({ is: "serving", champion });
  });

  it.each([5, 25, 50, 100])("should put the champion back from %d %%", async (percent) => {
    const { endpoint, champion, go, wait } = await prepare(layout);
    const to: Traffic = { is: "split", percent };
    await go({ from: CHAMPION, to });
    await go({ from: to, to: CHAMPION });
    expect(await endpoint.survey(SETTINGS)).toEqual({ is: "serving", champion });
    wait(3 * WINDOW_MS);
    expect((await newestWindow(endpoint, champion, wait.now())).candidate).toBeUndefined();
  });

  it("should take no other change while one is under way", async () => {
    const { endpoint, order, wait } = await prepare(layout);
    const first = order({ from: CHAMPION, to: { is: "split", percent: 5 } });
    expect(await endpoint.step(first)).toMatchObject({ is: "taken" });
    expect(await endpoint.step(first)).toMatchObject({ is: "busy" });
    expect(await endpoint.look({ ...first, to: CHAMPION })).toMatchObject({ is: "busy", isSafe: true });
    expect(endpoint.editByHand({ do: "set-shares", percents: {} })).toBe(false);
    expect(await endpoint.survey(SETTINGS)).toMatchObject({ is: "busy" });
    wait(10 * MINUTE_MS);
    expect((await endpoint.look(first)).is).not.toBe("busy");
  });

  it("should tell of a share, and of models, that somebody changed, and change them back on demand", async () => {
    const { endpoint, order, go, wait } = await prepare(layout);
    const split: Traffic = { is: "split", percent: 25 };
    await go({ from: CHAMPION, to: split });
    const steady = order({ from: split, to: split });
    const [one = "", other = ""] = endpoint.serving().map(({ name }) => name);
    expect(endpoint.editByHand({ do: "set-shares", percents: { [one]: 60, [other]: 40 } })).toBe(true);
    wait(2 * MINUTE_MS);
    expect(await endpoint.look(steady)).toMatchObject({ is: "changed", why: expect.stringContaining("40%") });
    expect(await endpoint.step({ ...steady, overrides: true })).toMatchObject({ is: "taken" });
    wait(2 * MINUTE_MS);
    expect(await endpoint.look(steady)).toEqual({ is: "reached" });
    endpoint.editByHand({ do: "deploy", variant: "77", source: "somebody's" });
    wait(10 * MINUTE_MS);
    expect(await endpoint.look(steady)).toMatchObject({ is: "changed" });
    await go({ from: split, to: CHAMPION, overrides: true });
  });

  it("should take back a change that fails, and say why", async () => {
    const { endpoint, order, go, wait } = await prepare(layout);
    const first = order({ from: CHAMPION, to: { is: "split", percent: 5 } });
    endpoint.inject({ is: "failing-change", why: "the container crashes" });
    await endpoint.step(first);
    wait(11 * MINUTE_MS);
    expect(await endpoint.look(first)).toMatchObject({ is: "busy" });
    wait(5 * MINUTE_MS);
    expect(await endpoint.look(first)).toMatchObject({ is: "behind", failed: "the container crashes" });
    await go(first);
  });

  it("should refuse, not answer, or lose an answer when it is told to", async () => {
    const { endpoint, order, wait } = await prepare(layout);
    const first = order({ from: CHAMPION, to: { is: "split", percent: 5 } });
    endpoint.inject({ is: "refusal", result: { is: "over-quota", why: "2 of 2 instances are used" } });
    endpoint.inject({ is: "unanswered", calls: 1 });
    await expect(endpoint.look(first)).rejects.toThrow("does not answer");
    expect(await endpoint.step(first)).toMatchObject({ is: "over-quota" });
    endpoint.inject({ is: "lost-answer" });
    await expect(endpoint.step(first)).rejects.toThrow("was lost");
    expect(await endpoint.look(first)).toMatchObject({ is: "busy" });
    endpoint.inject({ is: "gone", why: "the endpoint is Failed" });
    wait(WINDOW_MS);
    expect(await endpoint.look(first)).toEqual({ is: "lost", why: "the endpoint is Failed" });
    expect(endpoint.serving()).toEqual([]);
  });

  it("should show a share that is not served while its router is stuck", async () => {
    const { endpoint, champion, order, go, wait } = await prepare(layout);
    const five: Traffic = { is: "split", percent: 5 };
    await go({ from: CHAMPION, to: five });
    endpoint.inject({ is: "stuck" });
    const to: Traffic = { is: "split", percent: 50 };
    await go({ from: five, to });
    wait(3 * WINDOW_MS);
    const { champion: a, candidate: b } = await newestWindow(endpoint, champion, wait.now());
    expect((b?.requests ?? 0) / (a?.requests ?? 1)).toBeLessThan(0.1);
    endpoint.inject({ is: "stuck", ends: true });
    expect(await endpoint.look(order({ from: to, to }))).toEqual({ is: "reached" });
    wait(3 * WINDOW_MS);
    const after = await newestWindow(endpoint, champion, wait.now());
    expect((after.candidate?.requests ?? 0) / (after.champion?.requests ?? 1)).toBeGreaterThan(0.8);
  });

  it("should go on from its state, and count the same again", async () => {
    const { endpoint, champion, order, go, wait } = await prepare(layout);
    const to: Traffic = { is: "split", percent: 25 };
    await go({ from: CHAMPION, to });
    wait(4 * WINDOW_MS);
    const span = { from: START - 3 * WINDOW_MS, until: floor(wait.now()) };
    const kept = JSON.parse(JSON.stringify(endpoint.state()));
    const again = simulatedEndpoint({ ...optionsOf(layout, wait.now), state: kept });
    const asked = order({ from: to, to });
    expect(await again.read(asked, span)).toEqual(await endpoint.read(asked, span));
    expect(await again.history(SETTINGS, champion, span)).toEqual(await endpoint.history(SETTINGS, champion, span));
    expect(await again.look(asked)).toEqual({ is: "reached" });
  });

  it("should tell a part of the counts before all of them arrived, and leave out errors that are never told", async () => {
    const { endpoint, champion, go, wait } = await prepare(layout, {
      lateMs: () => 6 * MINUTE_MS,
      lacksErrors: (at) => at % (2 * WINDOW_MS) === 0,
    });
    await go({ from: CHAMPION, to: { is: "split", percent: 50 } });
    wait(2 * WINDOW_MS);
    wait(floor(wait.now()) + WINDOW_MS - wait.now());
    const early = await newestWindow(endpoint, champion, wait.now());
    wait(10 * MINUTE_MS);
    const until = early.at + WINDOW_MS;
    const [late] = await endpoint.read(order0(champion), { from: early.at, until });
    expect(early.champion?.requests).toBeLessThan((late?.champion?.requests ?? 0) * 0.8);
    const two = await endpoint.read(order0(champion), { from: until - 2 * WINDOW_MS, until });
    expect(two.map(({ candidate }) => candidate?.errors === undefined).sort()).toEqual([false, true]);
  });
});

describe("simulatedEndpoint", () => {
  it("should serve a shadow with a copy of all requests on SageMaker, and refuse it on Vertex AI", async () => {
    const { endpoint, champion, go, wait } = await prepare("sagemaker");
    await go({ from: CHAMPION, to: { is: "shadow" } });
    wait(3 * WINDOW_MS);
    const { champion: a, candidate: b } = await newestWindow(endpoint, champion, wait.now());
    expect(b?.requests).toBe(a?.requests);
    const vertex = await prepare("vertex");
    expect(await vertex.endpoint.step(vertex.order({ from: CHAMPION, to: { is: "shadow" } }))).toMatchObject({ is: "refused" });
  });

  it("should say that there is no endpoint of another name", async () => {
    const { endpoint } = await prepare("sagemaker");
    expect(await endpoint.survey({ ...SETTINGS, endpoint: "others" })).toMatchObject({ is: "missing" });
  });
});

// Helpers

type Wait = ((ms: number) => void) & { readonly now: () => number };

function optionsOf(layout: "sagemaker" | "vertex", now: () => number) {
  const behaviour = { requests: () => 2_000, errorRate: () => 0.05 };
  return { name: "delays", layout, seed: 1, behaviour, now };
}

async function prepare(
  layout: "sagemaker" | "vertex",
  more: Partial<Parameters<typeof simulatedEndpoint>[0]> = {},
): Promise<{
  endpoint: SimulatedEndpoint;
  champion: Served;
  order: (change: Pick<TrafficOrder, "from" | "to">) => TrafficOrder;
  go: (change: Pick<TrafficOrder, "from" | "to" | "overrides">) => Promise<void>;
  wait: Wait;
}> {
  let now = START;
  const wait: Wait = Object.assign(
    (ms: number) => {
      now += ms;
    },
    { now: () => now },
  );
  const state = newEndpoint({ config: layout === "vertex" ? "1" : "delays-1", variant: "7", source: "model@1" });
  const endpoint = simulatedEndpoint({ ...optionsOf(layout, wait.now), state, ...more });
  const survey = await endpoint.survey(SETTINGS);
  if (survey.is !== "serving") throw new Error(`got ${survey.is}; expected serving`);
  const { champion } = survey;
  const order = (change: Pick<TrafficOrder, "from" | "to">): TrafficOrder => ({ ...order0(champion), ...change });
  async function go({ overrides, ...change }: Pick<TrafficOrder, "from" | "to" | "overrides">): Promise<void> {
    let sighting: Sighting = { is: "busy", why: "", isSafe: false };
    for (let turn = 0; turn < 60; turn++) {
      sighting = await endpoint.look({ ...order(change), ...(overrides === true && { overrides }) });
      if (sighting.is === "reached") return;
      if (sighting.is !== "busy") {
        await endpoint.step({ ...order(change), ...(overrides === true && { overrides }) });
      }
      wait(MINUTE_MS);
    }
    throw new Error(`got ${JSON.stringify(sighting)} after an hour; expected reached`);
  }
  return { endpoint, champion, order, go, wait };
}

function order0(champion: Served): TrafficOrder {
  return { settings: SETTINGS, rolloutId: ROLLOUT, champion, candidate: "model@2", from: CHAMPION, to: CHAMPION };
}

async function newestWindow(endpoint: SimulatedEndpoint, champion: Served, now: number) {
  const until = floor(now);
  const [window] = await endpoint.read(order0(champion), { from: until - WINDOW_MS, until });
  if (window === undefined) throw new Error("there is no window");
  return window;
}

function floor(time: number): number {
  return Math.floor(time / WINDOW_MS) * WINDOW_MS;
}
