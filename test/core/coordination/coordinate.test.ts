import { changeState, performEffects } from "../../../functions/core/coordination/coordinate";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { answerApproval } from "../../../functions/core/coordination/intervene";
import type { RunState } from "../../../functions/core/coordination/ports";
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
import { memoryDeployment } from "../../../functions/memory/versioned-store";
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

  it("should ask again with the same content after a start that was taken back, and keep later data for the next", async () => {
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
    expect(world.manifests.combined.get(uri)?.map(({ key }) => key)).toEqual(["in/1", "in/2"]);
    expect((await world.state())?.parked.map(({ request }) => request.id)).toEqual(["data/flight-delay/3"]);
  });

  describe("two performers of one start, of which one is told that there is no room", () => {
    it.each(["the one without room", "the one with the run"] as const)("should keep the run when %s saves first", async (first) => {
      const world = createWorld();
      const noRoom = gate();
      world.launch = () => noRoom.opened.then(() => Promise.reject(new NoCapacityError("20 runs are running")));
      const withoutRoom = world.request(requestOf("1"));
      await noRoom.reached;
      const run = gate();
      world.launch = (...start) => run.opened.then(() => world.launcher.start(...start));
      const withRun = world.request(requestOf("1"));
      await run.reached;

      const [early, late] = first === "the one without room" ? [noRoom, run] : [run, noRoom];
      early.open();
      await (early === noRoom ? withoutRoom : withRun);
      late.open();
      await Promise.all([withoutRoom, withRun]);

      const state = await world.state();
      expect(state).toMatchObject({ runs: [{ requestId: "data/flight-delay/1", runId: "training/1" }], parked: [], outbox: [] });
      expect(state?.day.starts).toBe(1);
    });

    it("should find the run when the performer that started it died before it was recorded", async () => {
      const world = createWorld();
      world.launch = async (...start) => {
        await world.launcher.start(...start);
        throw new NoCapacityError("20 runs are running");
      };
      await world.land(1);
      await world.land(2);
      world.launch = world.launcher.start;
      world.advance(CAPACITY_WAIT_MS);
      await sweepCoordination(world.ports, world.settings);

      expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1", "data/flight-delay/2"]);
      expect((await world.state())?.runs.map(({ runId }) => runId)).toEqual(["training/1", "training/2"]);
    });

    it("should not hold a run again that ended while a slow performer was still at its start", async () => {
      const world = createWorld();
      const slow = gate();
      world.launch = (...start) => slow.opened.then(() => world.launcher.start(...start));
      const late = world.request(requestOf("1"));
      await slow.reached;
      world.launch = world.launcher.start;
      await world.request(requestOf("1"));
      world.end("training/1", { status: "succeeded", endedAt: NOON, actualUsd: 5 });
      await sweepCoordination(world.ports, world.settings);

      slow.open();
      await late;

      expect(await world.state()).toMatchObject({ runs: [], day: { starts: 1, spentUsd: 5 } });
    });
  });

  it("should start no run again that was recorded, though the cloud forgot its token", async () => {
    const world = createWorld();
    const { states } = world.ports;
    let saves = 0;
    const dying = { ...states, save: (...step: Parameters<typeof states.save>) => (++saves > 1 ? never() : states.save(...step)) };
    void requestTraining({ ...world.ports, states: dying }, world.settings, requestOf("1"));
    await until(async () => (await world.decisions.readRun("data/flight-delay/1"))?.runId !== undefined);

    world.launch = () => Promise.reject(new Error("a second run"));
    await sweepCoordination(world.ports, world.settings);

    expect(await world.state()).toMatchObject({ runs: [{ runId: "training/1" }], outbox: [] });
  });

  it("should not start a training on a list that is not the one that was published", async () => {
    const world = createWorld();
    const manifest = { uri: "memory://data/forged", objects: 1, bytes: 1, digest: "0123456789abcdef" };

    await world.request(requestOf("1", { manifests: [manifest] }));

    expect(world.launcher.runs.size).toBe(0);
    expect((await world.decisions.readRun("data/flight-delay/1"))?.status).toBe("failed");
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

    const uri = "memory://data/manifests/flight-delay/memory000000/merged/data/flight-delay/1/9280f67c87611772";
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

/** A point that somebody waits at until it is opened. */
function gate() {
  let open: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    open: () => open(),
    reached,
    get opened() {
      arrive();
      return opening;
    },
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => void setImmediate(resolve));
}

function createWorld(policy: Parameters<typeof policyOf>[0] = {}) {
  let now = NOON;
  const settings = { ...settingsOf(), policy: policyOf(policy) };
  const launcher = memoryPipelineLauncher();
  const decisions = memoryDecisionLog();
  const notifier = memoryNotifier();
  const manifests = memoryManifestStore();
  const states = memoryCoordinatorStore();
  const world = { launch: launcher.start };
  const ended = new Map<string, RunState>();
  const ports: WatchingPorts = {
    states,
    decisions,
    launcher: { start: (...parameters) => world.launch(...parameters) },
    notifier,
    deployment: memoryDeployment,
    manifests,
    watcher: { describe: async (runId) => ended.get(runId) ?? { status: "running" } },
    log: () => undefined,
    now: () => now,
  };
  return Object.assign(world, {
    end: (runId: string, state: RunState) => void ended.set(runId, state),
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
      const written = await manifests.writeManifest(at, [{ key: `in/${generation}`, version: "", bytes: 1 }]);
      if (written === undefined) throw new Error(`generation ${generation} landed before`);
      return requestTraining(ports, settings, requestOf(String(generation), { manifests: [{ ...written, objects: 1, bytes: 1 }] }));
    },
    advance: (ms: number) => {
      now += ms;
    },
  });
}
