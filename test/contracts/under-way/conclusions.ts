import { publishBatches } from "../../../functions/core/batching/publish-batches";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { handleAnswer } from "../../../functions/core/coordination/intervene";
import { settleIfEnded, sweepCoordination, type WatchingPorts } from "../../../functions/core/coordination/sweep-coordination";
import { assessDrift } from "../../../functions/core/drift/assess-drift";
import { requestFates } from "../../../functions/core/drift/episodes/request-fate";
import type { TrainingRequest } from "../../../functions/core/training-request";
import {
  memoryNotifier,
  memoryPipelineLauncher,
  memoryQualityQueue,
  memoryRequestQueue,
  memoryRunWatcher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { answerOf, NOON } from "../../simulation/requests";
import { segmentOf } from "../batch-store/samples";
import { driftingReport, REQUEST, SETTINGS, type Situation, type UnderWayStores } from "./situations";

/** Who began the situation. */
export interface Begun {
  readonly isEarlier: boolean;
}

/** Goes on from each situation with the functions of today, to its end. */
export const CONCLUSIONS: Readonly<Record<Situation, (stores: UnderWayStores, begun: Begun) => Promise<void>>> = {
  async "a run"(stores) {
    const { ports, watcher, started } = createWorld(stores);
    const repeated = await requestTraining(ports, SETTINGS, REQUEST);
    watcher.end("training/1", { status: "succeeded", endedAt: NOON + 1, actualUsd: 90 });

    expect(repeated).toMatchObject([{ outcome: "duplicate" }]);
    expect(await settleIfEnded(ports, SETTINGS, "training/1")).toBe(true);
    expect(await stateOf(stores)).toMatchObject({ runs: [], day: { starts: 1, spentUsd: 90 } });
    expect((await stores.decisions.read(REQUEST.id))?.run).toMatchObject({ runId: "training/1", status: "succeeded" });
    expect(started).toEqual([]);
  },

  async "a start without an answer"(stores, { isEarlier }) {
    const { ports, started } = createWorld(stores);

    await sweepCoordination(ports, SETTINGS);
    await sweepCoordination(ports, SETTINGS);

    // The cloud knows a run by the name or token that its first start had.
    expect(started).toEqual([{ id: REQUEST.id, deployment: isEarlier ? undefined : await memoryDeployment() }]);
    expect(await stateOf(stores)).toMatchObject({ runs: [{ requestId: REQUEST.id, runId: "training/1" }], outbox: [] });
  },

  async "an approval"(stores) {
    await approve(stores);
  },

  async "a pause"(stores) {
    const { ports, started } = createWorld(stores);

    await handleAnswer(ports, SETTINGS, answerOf(1, "ada", { do: "resume", catchUp: "merged" }));
    await sweepCoordination(ports, SETTINGS);

    expect(started).toMatchObject([{ id: REQUEST.id }]);
    expect(await stateOf(stores)).toMatchObject({ parked: [], runs: [{ requestId: REQUEST.id }] });
  },

  async "a record and a notice that could not be sent"(stores) {
    const { ports, notifier } = createWorld(stores);

    await sweepCoordination(ports, SETTINGS);

    expect((await stores.decisions.read(REQUEST.id))?.decisions).toMatchObject([{ outcome: "ask" }]);
    expect(notifier.subjects).toHaveLength(1);
    expect(await stateOf(stores)).toMatchObject({ approval: { request: { id: REQUEST.id } }, outbox: [] });
  },

  async "a block by drift"(stores) {
    expect(await stateOf(stores)).toMatchObject({ blocked: { requestId: REQUEST.id } });
    await approve(stores);
    expect((await stateOf(stores))?.blocked).toBeUndefined();
  },

  async "a drift that could not be told"(stores, { isEarlier }) {
    const { ports, sent, notifier } = createWorld(stores);
    const assess = (day: number) =>
      assessDrift(
        { ...ports, ...stores, qualities: memoryQualityQueue(async () => undefined), fates: requestFates(stores.decisions) },
        SETTINGS,
        driftingReport(day),
      );

    const repeated = await assess(1);
    const next = await assess(2);

    expect(repeated.ignored).toBe("report report-1 was seen already");
    expect(next).toMatchObject({ severity: "critical", isRisen: false });
    // An earlier program asked with every window, so its drift begins an episode, which blocks nobody and tells nobody again.
    expect(sent.map(({ blocks, causes: [cause] }) => ({ blocks, cause }))).toMatchObject([
      { blocks: true, cause: { type: "drift", severity: "critical" } },
      ...(isEarlier ? [{ blocks: undefined }] : []),
    ]);
    expect(notifier.subjects).toEqual([`${SETTINGS.model}: drift is ${isEarlier ? "critical" : "low"}`]);
    await assess(3);
    expect(sent).toHaveLength(isEarlier ? 2 : 1);
    expect((await stores.histories.load(SETTINGS.model))?.state.outbox).toEqual([]);
  },

  async "batches that wait, and an open one"(stores) {
    const { model, batch } = SETTINGS;
    const { ports, sent } = createWorld(stores);

    const repeated = await stores.batches.append(model, 3, segmentOf("s3", 2), batch, NOON + 4);
    await stores.batches.append(model, 3, segmentOf("s4", 3), batch, NOON + 5);
    await publishBatches({ ...ports, ...stores, manifests: memoryManifestStore() }, SETTINGS);

    expect(repeated).toEqual({ outcome: "duplicate" });
    expect(sent.map(({ id, manifests: [manifest] }) => [id, manifest?.objects])).toEqual(
      [1, 2, 3].map((generation) => [`data/${model}/${generation}`, 5]),
    );
    expect(await stores.batches.readHead(model)).toMatchObject({ pending: [], open: { generation: 4, count: 0 } });
  },
};

/** Ends the approval by a refusal, after which its data waits for a person. */
export async function setAside(stores: UnderWayStores): Promise<void> {
  await handleAnswer(createWorld(stores).ports, SETTINGS, answerOf(1, "ada", { do: "reject", requestId: REQUEST.id }));
}

async function approve(stores: UnderWayStores): Promise<void> {
  const { ports, started } = createWorld(stores);

  await handleAnswer(ports, SETTINGS, answerOf(1, "ada", { do: "approve", requestId: REQUEST.id }));

  expect(started).toMatchObject([{ id: REQUEST.id }]);
  expect(await stateOf(stores)).toMatchObject({ runs: [{ requestId: REQUEST.id, runId: "training/1" }], outbox: [] });
}

async function stateOf({ states }: UnderWayStores) {
  return (await states.load(SETTINGS.model))?.state;
}

function createWorld({ states, decisions }: UnderWayStores) {
  const launcher = memoryPipelineLauncher();
  const started: { readonly id: string; readonly deployment: string | undefined }[] = [];
  const sent: TrainingRequest[] = [];
  const [notifier, watcher] = [memoryNotifier(), memoryRunWatcher()];
  const queue = memoryRequestQueue(async (request) => {
    sent.push(request);
  });
  const ports: WatchingPorts & { readonly requests: typeof queue } = {
    states,
    decisions,
    notifier,
    watcher,
    requests: queue,
    launcher: {
      start(request, pipeline, deployment) {
        started.push({ id: request.id, deployment });
        return launcher.start(request, pipeline);
      },
    },
    manifests: memoryManifestStore(),
    deployment: memoryDeployment,
    log: () => undefined,
    now: () => NOON + 1_000,
  };
  return { ports, started, sent, notifier, watcher };
}
