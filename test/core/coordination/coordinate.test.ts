import { changeState, performEffects } from "../../../functions/core/coordination/coordinate";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { answerApproval } from "../../../functions/core/coordination/intervene";
import { CAPACITY_WAIT_MS } from "../../../functions/core/coordination/settle-run";
import {
  recordRunEnd,
  settleIfEnded,
  sweepCoordination,
  type WatchingPorts,
} from "../../../functions/core/coordination/sweep-coordination";
import { NoCapacityError, RetryableError, StartRefusedError } from "../../../functions/core/errors";
import type { LogEvent } from "../../../functions/core/log/log";
import type { TrainingRequest } from "../../../functions/core/training-request";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { settingsOf } from "../../simulation/data-path";
import { DAY_MS, HOUR_MS, NOON, policyOf, requestOf } from "../../simulation/requests";

describe("requestTraining", () => {
  it("should start the pipeline, keep the decision and the run's name, and leave nothing to be done", async () => {
    const world = createWorld();

    await world.request(requestOf("1"));

    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1"]);
    expect(await world.decisions.read("data/flight-delay/1")).toMatchObject({
      decisions: [{ outcome: "start" }],
      run: { runId: "training/1" },
    });
    expect(await world.state()).toMatchObject({ outbox: [], runs: [{ runId: "training/1" }] });
  });

  it("should save the state twice for a decision with effects", async () => {
    const world = createWorld();
    let saves = 0;
    const { states } = world.ports;
    const counting = {
      ...states,
      save: (...parameters: Parameters<typeof states.save>) => states.save(...parameters).finally(() => saves++),
    };

    await requestTraining({ ...world.ports, states: counting }, world.settings, requestOf("1"));

    expect(saves).toBe(2);
  });

  it("should take back a start that found no capacity, and try it again later", async () => {
    const world = createWorld();
    world.launch = () => Promise.reject(new NoCapacityError("20 runs are running"));

    await world.request(requestOf("1"));
    expect(await world.state()).toMatchObject({
      runs: [],
      day: { starts: 0 },
      failures: { inRow: 0 },
      parked: [{ dueAt: NOON + CAPACITY_WAIT_MS }],
    });

    world.launch = world.launcher.start;
    world.advance(CAPACITY_WAIT_MS);
    await sweepCoordination(world.ports, world.settings);
    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1"]);
  });

  it("should not ask for an approval again because there was no capacity", async () => {
    const world = createWorld();
    await world.request(requestOf("1", { needsApproval: true }));
    world.launch = () => Promise.reject(new NoCapacityError("20 runs are running"));
    await world.approve("data/flight-delay/1");

    world.launch = world.launcher.start;
    world.advance(CAPACITY_WAIT_MS);
    await sweepCoordination(world.ports, world.settings);

    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1"]);
  });

  it("should train on what merged with a start that was taken back, too", async () => {
    const world = createWorld({ cooldownMs: HOUR_MS });
    await world.request(requestOf("0", { manifests: [] }));
    await world.land(1);
    await world.land(2);
    world.launch = () => Promise.reject(new NoCapacityError("20 runs are running"));
    world.advance(HOUR_MS);
    await sweepCoordination(world.ports, world.settings);

    await world.land(3);
    world.launch = world.launcher.start;
    world.advance(HOUR_MS);
    await sweepCoordination(world.ports, world.settings);

    const [uri = ""] = Object.values(world.launcher.runs.get("data/flight-delay/1")?.parameters ?? {});
    expect(world.manifests.combined.get(uri)?.map(({ key }) => key)).toEqual(["in/1", "in/2", "in/3"]);
  });

  it("should not let a start that was taken back count for the cooldown", async () => {
    const world = createWorld({ cooldownMs: DAY_MS });
    world.launch = () => Promise.reject(new NoCapacityError("20 runs are running"));
    await world.request(requestOf("1"));

    world.launch = world.launcher.start;
    world.advance(CAPACITY_WAIT_MS);
    await sweepCoordination(world.ports, world.settings);

    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1"]);
  });

  it("should count a start that the cloud refuses as a failure that cost nothing", async () => {
    const world = createWorld();
    world.launch = () => Promise.reject(new StartRefusedError("no such pipeline"));

    await world.request(requestOf("1"));

    expect(await world.state()).toMatchObject({ runs: [], outbox: [], failures: { inRow: 1 }, day: { spentUsd: 0 }, costRatio: 1 });
    expect((await world.decisions.read("data/flight-delay/1"))?.run).toMatchObject({ status: "failed", actualUsd: 0 });
  });

  it("should keep a start whose fate is unknown in the outbox until a sweep learns it", async () => {
    const world = createWorld();
    world.launch = async (request, pipeline) => {
      await world.launcher.start(request, pipeline);
      throw new RetryableError("the answer was lost");
    };

    await world.request(requestOf("1"));
    expect(await world.state()).toMatchObject({ outbox: [{ type: "start" }], runs: [{ requestId: "data/flight-delay/1" }] });

    world.launch = world.launcher.start;
    await sweepCoordination(world.ports, world.settings);
    expect(world.launcher.runs.size).toBe(1);
    expect(await world.state()).toMatchObject({ outbox: [], runs: [{ runId: "training/1" }] });
  });

  it("should start merged requests with one list of all that theirs list", async () => {
    const world = createWorld({ cooldownMs: HOUR_MS });
    await world.request(requestOf("0", { manifests: [] }));
    await world.land(1);
    await world.land(2);

    world.advance(HOUR_MS);
    await sweepCoordination(world.ports, world.settings);

    const uri = "memory://data/manifests/flight-delay/merged/data/flight-delay/1/2";
    expect(world.launcher.runs.get("data/flight-delay/1")?.parameters).toEqual({ ManifestUri: uri });
    expect(world.manifests.combined.get(uri)?.map(({ key }) => key)).toEqual(["in/1", "in/2"]);
  });

  it.each([
    ["a priority that there is not", { priority: 9 }, "priority-out-of-range"],
    ["a date more than a day ahead", { requestedAt: NOON + DAY_MS + 1 }, "from-the-future"],
    ["a manifest in a foreign bucket", { manifests: [{ uri: "s3://elsewhere/m", objects: 1, bytes: 1 }] }, "foreign-manifest"],
    ["a manifest that is no URI", { manifests: [{ uri: "../m", objects: 1, bytes: 1 }] }, "foreign-manifest"],
  ] as const)("should reject %s with a record, once", async (_name, overrides, reason) => {
    const world = createWorld();

    await world.request(requestOf("1", overrides as Partial<TrainingRequest>));
    await world.request(requestOf("1", overrides as Partial<TrainingRequest>));

    expect((await world.decisions.read("data/flight-delay/1"))?.decisions).toMatchObject([
      { outcome: "reject", reason },
      { outcome: "duplicate" },
    ]);
    expect(world.notifier.subjects).toEqual(["flight-delay: a training was rejected"]);
  });

  it("should take a request that is dated a day ahead, which a clock may be", async () => {
    const world = createWorld();

    const decisions = await world.request(requestOf("1", { requestedAt: NOON + DAY_MS }));

    expect(decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should tell how long the first of a run's objects waited for its start", async () => {
    const world = createWorld();
    const causes = [30_000, 90_000, 60_000].map((ago) => ({
      type: "data" as const,
      generation: 1,
      reason: "size" as const,
      openedAt: NOON - ago,
      sealedAt: NOON,
    }));
    const reports: LogEvent[] = [];

    await requestTraining({ ...world.ports, log: (entry) => void reports.push(entry) }, world.settings, requestOf("1", { causes }));

    expect(reports).toContainEqual(expect.objectContaining({ event: "run-started", landingToStartSec: 90, estimatedUsd: 100 }));
  });

  it("should reject a request for a model that is not configured, with a record", async () => {
    const world = createWorld();

    const decisions = await requestTraining(world.ports, undefined, requestOf("1"));

    expect(decisions).toMatchObject([{ outcome: "reject", reason: "unknown-model" }]);
    expect(await world.decisions.read("data/flight-delay/1")).toBeDefined();
  });

  it("should know a request as a duplicate however many came after it", async () => {
    const world = createWorld();
    for (let n = 0; n < 60; n++) await world.request(requestOf(String(n)));

    const decisions = await world.request(requestOf("0"));

    expect(decisions).toMatchObject([{ outcome: "duplicate" }]);
    expect(world.launcher.runs.size).toBe(60);
  });

  it("should decide nothing when the state cannot be read", async () => {
    const world = createWorld();
    const states = { ...world.ports.states, load: () => Promise.reject(new Error("throttled")) };

    await expect(requestTraining({ ...world.ports, states }, world.settings, requestOf("1"))).rejects.toThrow("throttled");
    expect(world.launcher.runs.size).toBe(0);
  });
});

describe("sweepCoordination", () => {
  it("should go on when a run cannot be looked up, and say so in the end", async () => {
    const world = createWorld({ maxRuns: 2, cooldownMs: HOUR_MS });
    await world.request(requestOf("1"));
    await world.request(requestOf("2"));
    world.advance(HOUR_MS);
    const watcher = { describe: () => Promise.reject(new Error("no such pipeline")) };

    const sweep = sweepCoordination({ ...world.ports, watcher }, world.settings);

    await expect(sweep).rejects.toThrow(
      "the fate of runs of flight-delay could not be learned: training/1: Error: no such pipeline",
    );
    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1", "data/flight-delay/2"]);
  });
});

describe("settleIfEnded", () => {
  it("should settle a run once, with its cost, and record that", async () => {
    const world = createWorld();
    await world.request(requestOf("1"));
    const watcher = { describe: async () => ({ status: "succeeded", endedAt: NOON + HOUR_MS, actualUsd: 40 }) as const };

    await settleIfEnded({ ...world.ports, watcher }, world.settings, "training/1");
    await settleIfEnded({ ...world.ports, watcher }, world.settings, "training/1");

    expect(await world.state()).toMatchObject({ runs: [], day: { spentUsd: 40 } });
    expect((await world.decisions.read("data/flight-delay/1"))?.run).toMatchObject({
      status: "succeeded",
      actualUsd: 40,
      endedAt: NOON + HOUR_MS,
    });
  });
});

describe("recordRunEnd", () => {
  it.each([
    { who: "the cloud", settledBy: {}, usualRunMs: HOUR_MS },
    { who: "a person", settledBy: { settledBy: "ada" }, usualRunMs: undefined },
  ])("should learn how long runs take from an end that $who tells: $usualRunMs ms", async ({ settledBy, usualRunMs }) => {
    const world = createWorld();
    await world.request(requestOf("1"));
    const outcome = { requestId: "data/flight-delay/1", status: "succeeded", ...settledBy } as const;

    const isSettled = await recordRunEnd(world.ports, "flight-delay", outcome, NOON + HOUR_MS);

    const state = await world.state();
    expect([isSettled, state?.runs, state?.usualRunMs]).toEqual([true, [], usualRunMs]);
  });
});

// Helpers

function createWorld(policy: Parameters<typeof policyOf>[0] = {}) {
  let now = NOON;
  const settings = { ...settingsOf(), policy: policyOf(policy) };
  const launcher = memoryPipelineLauncher();
  const decisions = memoryDecisionLog();
  const notifier = memoryNotifier();
  const manifests = memoryManifestStore();
  const states = memoryCoordinatorStore();
  const world = { launch: launcher.start };
  const ports: WatchingPorts = {
    states,
    decisions,
    launcher: { start: (...parameters) => world.launch(...parameters) },
    notifier,
    manifests,
    watcher: { describe: async () => ({ status: "running" }) },
    log: () => undefined,
    now: () => now,
  };
  return Object.assign(world, {
    settings,
    ports,
    launcher,
    decisions,
    notifier,
    manifests,
    request: (request: TrainingRequest) => requestTraining(ports, settings, request),
    state: async () => (await states.load(settings.model))?.state,
    approve: async (requestId: string) => {
      await changeState(ports, settings.model, (state) => {
        const answer = answerApproval(settings.policy, state, { requestId, by: "ada", isApproved: true }, now);
        return answer.answer === "taken" ? answer.transition : { state };
      });
      await performEffects(ports, settings);
    },
    /** A batch of one object is published, and its training asked for. */
    land: async (generation: number) => {
      const at = { model: settings.model, generation, data: settings.data };
      const uri = await manifests.writeManifest(at, [{ key: `in/${generation}`, version: "", bytes: 1 }]);
      return requestTraining(ports, settings, requestOf(String(generation), { manifests: [{ uri, objects: 1, bytes: 1 }] }));
    },
    advance: (ms: number) => {
      now += ms;
    },
  });
}
