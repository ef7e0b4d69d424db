import { setImmediate } from "node:timers/promises";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import type { RunState } from "../../functions/core/coordination/ports";
import type { DriftState } from "../../functions/core/drift/drift-state";
import type { LogRecord } from "../../functions/core/log/log";
import { type SweeperPorts, sweepModels } from "../../functions/core/sweep-models";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryDeployment, memoryVersionedStore } from "../../functions/memory/versioned-store";
import { settingsOf } from "../simulation/data-path";
import { HOUR_MS, NOON, policyOf, requestOf } from "../simulation/requests";
import { unreliable } from "../simulation/unreliable";

describe("sweepModels", () => {
  it("should tell once how each model stands, with the state after what the sweep did, and that it swept", async () => {
    const world = createWorld();
    await world.land(5);
    await world.request("1");
    await world.request("2");
    world.end({ status: "succeeded", endedAt: NOON + HOUR_MS });
    world.advance(2 * HOUR_MS);

    await sweepModels(world.ports);

    expect(world.told("model-state")).toMatchObject([
      { model: "flight-delay", runningRuns: 1, waitingRequests: 0, dataSilenceSec: 7_200 },
    ]);
    expect(world.told("swept")).toEqual([{ level: "info", event: "swept", models: 1, failed: 0, durationMs: 0 }]);
    expect(world.told("sweep-repaired").map(({ kind, count }) => [kind, count])).toEqual([
      ["published", 1],
      ["settled", 1],
      ["reasked", 1],
    ]);
    expect(world.told("run-settled")).toMatchObject([
      { requestId: "data/flight-delay/1", runId: "training/1", durationSec: 3_600 },
    ]);
  });

  it("should tell of the runs also when the cloud cannot be asked about them, and that the model failed", async () => {
    const world = createWorld();
    await world.request("1");
    const watcher = { describe: () => Promise.reject(new Error("no such pipeline")) };

    await expect(sweepModels({ ...world.ports, watcher })).rejects.toThrow("the sweep failed for flight-delay");

    expect(world.told("model-state")).toMatchObject([{ runningRuns: 1 }]);
    expect(world.told("handler-failed")).toMatchObject([{ function: "sweeper", model: "flight-delay" }]);
    expect(world.told("swept")).toMatchObject([{ failed: 1 }]);
  });

  it("should tell what it knows, and fail for nothing, where the drift's state cannot be read", async () => {
    const world = createWorld();
    const histories = { loadAll: () => Promise.reject(new Error("no access")) };

    await sweepModels({ ...world.ports, histories });

    expect(world.told("model-state-untold")).toMatchObject([{ model: "flight-delay", error: "Error: no access" }]);
    expect(world.told("model-state")[0]).toMatchObject({ runningRuns: 0 });
    expect(world.told("model-state")[0]).not.toHaveProperty("driftSuspectedSec");
  });

  it("should read 250 models that are at rest in nine calls, and make no other", async () => {
    const calls: string[] = [];
    const world = createWorld(250);
    await Promise.all(world.models.map(({ model }) => world.ports.states.save(model, initialState(NOON), 0)));
    const noted = notingCalls(world.ports, calls);

    await sweepModels(noted);

    expect(calls.toSorted((a, b) => a.localeCompare(b))).toEqual([
      ...["batches.readHeads", "batches.readHeads", "batches.readHeads"],
      ...["histories.loadAll", "histories.loadAll", "histories.loadAll"],
      "settings.list",
      ...["states.loadAll", "states.loadAll", "states.loadAll"],
    ]);
    expect(world.told("swept")).toMatchObject([{ models: 250, failed: 0 }]);
  });

  it.each([
    ["whose request is lost", [], 1],
    ["not, and without a call, where the state has its decision", ["data/flight-delay/1"], 0],
  ])("should ask again for a published batch: %s", async (_, recentIds, times) => {
    const calls: string[] = [];
    const world = createWorld();
    await world.ports.states.save("flight-delay", { ...initialState(NOON), recentIds }, 0);
    await world.land(5);
    await sweepModels(world.ports);
    world.advance(HOUR_MS / 3);

    await sweepModels(notingCalls(world.ports, calls));

    expect(world.told("requests-asked-again")).toMatchObject(Array.from({ length: times }, () => ({ count: 1 })));
    expect(calls.filter((call) => call === "decisions.read")).toHaveLength(times);
  });

  it.each([undefined, 1])(
    "should ask about the runs of 8 models at once, or of as many as told, whichever fails: %s",
    async (parallelModels) => {
      const world = createWorld(30);
      for (const { model } of world.models) await world.request(`data/${model}/1`, model);
      let [asked, atOnce, most] = [0, 0, 0];
      const describe = async (runId: string): Promise<RunState> => {
        most = Math.max(most, ++atOnce);
        await setImmediate();
        atOnce--;
        if (++asked % 3 === 0) throw new Error(`no answer about ${runId}`);
        return { status: "succeeded", endedAt: NOON + 1_000 };
      };

      const ports = { ...world.ports, watcher: { describe }, ...(parallelModels !== undefined && { parallelModels }) };
      await expect(sweepModels(ports)).rejects.toThrow(/^the sweep failed for (\S+, ){9}\S+;/);

      expect(asked).toBe(30);
      expect(most).toBe(parallelModels ?? 8);
      expect(world.told("run-settled")).toHaveLength(20);
    },
  );

  it("should fail for a model whose record cannot be read, leave that as it is, and serve all others", async () => {
    const world = createWorld(3);
    const [bad] = world.models;
    const { states } = world.ports;
    const loadAll = async (models: readonly string[]) =>
      (await states.loadAll(models)).map((each, index) =>
        models[index] === bad?.model ? { status: "rejected" as const, reason: new Error("not a state") } : each,
      );
    for (const { model } of world.models) await world.request(`data/${model}/1`, model);
    world.end({ status: "succeeded", endedAt: NOON + 1_000 }, () => true);

    await expect(sweepModels({ ...world.ports, states: { ...states, loadAll } })).rejects.toThrow(`failed for ${bad?.model};`);

    expect(world.told("handler-failed")).toMatchObject([{ model: bad?.model, error: "Error: not a state" }]);
    expect(world.told("run-settled").map(({ model }) => model)).toEqual(world.models.slice(1).map(({ model }) => model));
    expect((await states.load(bad?.model ?? ""))?.state.runs).toHaveLength(1);
  });

  it("should say that an end was settled only by who settled it", async () => {
    const world = createWorld();
    await world.request("1");
    world.end({ status: "failed", endedAt: NOON + 1_000 });

    await Promise.all([sweepModels(world.ports), sweepModels(world.ports)]);

    expect(world.told("run-settled")).toHaveLength(1);
  });
});

// Helpers

/** Ports that note the calls of every store among them, by name. */
function notingCalls(ports: SweeperPorts, calls: string[]): SweeperPorts {
  const noting = <T extends object>(name: string, port: T): T =>
    unreliable(port, async (point) => {
      if (point.startsWith("before ")) calls.push(`${name}.${point.slice("before ".length)}`);
    });
  const { settings, batches, states, histories = memoryVersionedStore<DriftState>(), decisions, manifests, watcher } = ports;
  return {
    ...ports,
    settings: noting("settings", settings),
    batches: noting("batches", batches),
    states: noting("states", states),
    histories: noting("histories", histories),
    decisions: noting("decisions", decisions),
    manifests: noting("manifests", manifests),
    watcher: noting("watcher", watcher),
  };
}

/** One model, of settings that others are made of by their names alone. */
function createWorld(count = 1) {
  let now = NOON;
  let ended: RunState = { status: "running" };
  let hasEnded = (runId: string): boolean => runId === "training/1";
  const reports: LogRecord[] = [];
  const batches = memoryBatchStore();
  const settings = { ...settingsOf(), policy: policyOf({ maxRuns: 1 }) };
  const models = Array.from({ length: count }, (_, index) => (index === 0 ? settings : { ...settings, model: `model-${index}` }));
  const ports: SweeperPorts = {
    settings: memoryModelSettings(models),
    batches,
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async () => undefined),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    watcher: { describe: async (runId) => (hasEnded(runId) ? ended : { status: "running" }) },
    histories: memoryVersionedStore<DriftState>(),
    log: (entry) => void reports.push(entry),
    now: () => now,
  };
  return {
    ports,
    told: (event: string) => reports.filter((entry) => entry.event === event),
    models,
    request: (id: string, model = settings.model) => requestTraining(ports, { ...settings, model }, { ...requestOf(id), model }),
    /** A full batch, which nobody publishes. */
    land: (count: number) => {
      const objects = Array.from({ length: count }, (_, index) => ({ key: `in/${index}`, version: "", bytes: 1 }));
      return batches.append(settings.model, 1, { id: "d1", objects }, settings.batch, now);
    },
    end: (state: RunState, which = hasEnded) => {
      ended = state;
      hasEnded = which;
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
}
