// Deployments on one bucket and one cloud, from the landing of objects to what runs really read, over memory adapters whose calls
// fail and whose processes die, with a clock that the test moves.
import { appendObjects } from "../../functions/core/batching/collect-arrivals";
import type { LandedObject } from "../../functions/core/batching/landed-object";
import { sweepBatches } from "../../functions/core/batching/publish-batches";
import { sweepUndecided } from "../../functions/core/batching/undecided-batches";
import { changeState, performEffects } from "../../functions/core/coordination/coordinate";
import type { CatchUp, CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { answerApproval, pause as pauseModel, resume } from "../../functions/core/coordination/intervene";
import type { PipelineLauncher, RunState } from "../../functions/core/coordination/ports";
import { goesAlong } from "../../functions/core/coordination/set-aside";
import { settleIfEnded, sweepCoordination } from "../../functions/core/coordination/sweep-coordination";
import { NoCapacityError, StartRefusedError } from "../../functions/core/errors";
import type { ModelSettings } from "../../functions/core/model-settings";
import { pacedLooks } from "../../functions/core/pacing";
import type { TrainingRequest } from "../../functions/core/training-request";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import { memoryCoordinatorStore, memoryDecisionLog, memoryNotifier } from "../../functions/memory/coordination";
import type { MemoryManifestStore } from "../../functions/memory/manifest-store";
import { readBatches } from "../../local/files/file-stores";
import { NOON } from "./requests";
import { type Fate, runProcess, type Step, unreliable } from "./unreliable";

type Random = (limit: number) => number;

/** What a run was really given, at its start. */
interface StartedRun {
  readonly runId: string;
  readonly deployment: string;
  readonly keys: readonly string[];
  ended?: RunState;
}

/** A cloud that has room or not, refuses or loses its answer, and starts one run for each token that it remembers. */
export function createCloud(manifests: MemoryManifestStore, random: Random) {
  const byToken = new Map<string, StartedRun>();
  const refused = new Set<string>();
  const runs: StartedRun[] = [];
  let isCalm = false;

  function keysRead(request: TrainingRequest): string[] {
    const lists = request.manifests.flatMap(({ uri }) => manifests.published.get(uri) ?? manifests.combined.get(uri) ?? []);
    return lists.map(({ key }) => key);
  }

  function start(request: TrainingRequest, deployment: string): StartedRun {
    const run = { runId: `run-${runs.length + 1}`, deployment, keys: keysRead(request) };
    runs.push(run);
    return run;
  }

  const launcher: PipelineLauncher = {
    async start(request, _pipeline, deployment = "") {
      const mood = isCalm ? 0 : random(8);
      if (mood === 7) throw new NoCapacityError("as many run as may");
      const token = `${deployment} ${request.id}`;
      // What the cloud refuses for good it refuses whoever asks.
      if (mood === 6 && !byToken.has(token)) refused.add(token);
      if (refused.has(token)) throw new StartRefusedError("the pipeline is gone");
      const run = byToken.get(token) ?? start(request, deployment);
      byToken.set(token, run);
      // As the launchers of both clouds do: the run of another request's list is not ours.
      if (run.keys.join() !== keysRead(request).join()) throw new StartRefusedError("a run of that name reads another list");
      // One performer's call may get through while the cloud has no room for the other's.
      if (mood === 5) throw new NoCapacityError("as many run as may");
      return { runId: run.runId };
    },
  };
  return {
    launcher,
    runs,
    calm: () => {
      isCalm = true;
    },
    describe: async (runId: string): Promise<RunState> => runs.find((run) => run.runId === runId)?.ended ?? { status: "running" },
  };
}

export type Cloud = ReturnType<typeof createCloud>;

/** One deployment: its state is its own, and may be set back to a backup. */
export function createDeployment(
  id: string,
  settings: ModelSettings,
  { cloud, manifests, pause }: { cloud: Cloud; manifests: MemoryManifestStore; pause: () => Promise<void> },
) {
  const { model } = settings;
  let now = NOON;
  let batches = memoryBatchStore();
  let states = memoryCoordinatorStore();
  let decisions = memoryDecisionLog();
  const look = pacedLooks(() => now);
  const queue: TrainingRequest[] = [];
  const landed = new Set<string>();
  let deliveries = 0;

  function ports(step: Step) {
    return {
      batches: unreliable(batches, step),
      states: unreliable(states, step),
      decisions: unreliable(decisions, step),
      manifests: unreliable(manifests, step),
      launcher: unreliable(cloud.launcher, step),
      notifier: unreliable(memoryNotifier(), step),
      watcher: unreliable({ describe: cloud.describe }, step),
      requests: unreliable({ send: async (request: TrainingRequest) => void queue.push(request) }, step),
      deployment: async () => id,
      log: () => undefined,
      now: () => now,
    };
  }

  const reliably = (): Fate => "fine";
  async function run(process: (open: ReturnType<typeof ports>) => Promise<unknown>, nextFate: () => Fate): Promise<boolean> {
    const ended = await runProcess((step) => process(ports(step)).then(() => true), nextFate, pause).catch(() => false);
    return ended === true;
  }

  async function append(keys: readonly string[], nextFate: () => Fate): Promise<void> {
    const objects = keys.map((key): LandedObject => ({ key, version: "1", bytes: 1 }));
    const delivery = { model, id: `d${deliveries++}`, objects };
    const once = () => run((open) => appendObjects(open.batches, new Map(), delivery, settings.batch, now), nextFate);
    // What is not acknowledged is delivered again.
    if (!(await once())) await run((open) => appendObjects(open.batches, new Map(), delivery, settings.batch, now), reliably);
    for (const key of keys) landed.add(key);
  }

  return {
    id,
    landed,
    state: async (): Promise<CoordinatorState | undefined> => (await states.load(model))?.state,
    history: (requestId: string) => decisions.read(requestId),
    advance: (ms: number) => {
      now += ms;
    },
    land: (keys: readonly string[], nextFate = reliably) => append(keys, nextFate),
    sweepData(nextFate = reliably) {
      return run(async (open) => {
        const { lastPublished: newest } = await sweepBatches(open, settings, now);
        const recentIds = (await this.state())?.recentIds ?? [];
        await sweepUndecided(open, settings, { newest, recentIds }, look);
      }, nextFate);
    },
    /** Takes one message of the queue, or the same again where it was not handled. */
    async takeOne(nth: number, nextFate = reliably): Promise<void> {
      const request = queue[nth % Math.max(1, queue.length)];
      if (request === undefined) return;
      const isDone = await run((open) => requestTraining(open, settings, request), nextFate);
      const place = queue.indexOf(request);
      if (isDone && place >= 0) queue.splice(place, 1);
    },
    queued: () => queue.length,
    ask: (request: TrainingRequest) => void queue.push(request),
    sweep: (nextFate = reliably) => run((open) => sweepCoordination(open, settings), nextFate),
    endRuns(status: "succeeded" | "failed") {
      for (const one of cloud.runs) if (one.deployment === id) one.ended ??= { status, endedAt: now };
    },
    tellEnd: (runId: string, nextFate = reliably) => run((open) => settleIfEnded(open, settings, runId), nextFate),
    pause: () => run((open) => changeState(open, model, (state) => ({ state: pauseModel(state, "ada", "audit", now) })), reliably),
    resume: (catchUp: CatchUp) =>
      run(async (open) => {
        await changeState(open, model, (state) => resume(settings.policy, state, { by: "ada", catchUp }, now));
        await performEffects(open, settings);
      }, reliably),
    answer: (isApproved: boolean, nextFate = reliably) =>
      run(async (open) => {
        const requestId = (await open.states.load(model))?.state.approval?.request.id ?? "";
        await changeState(open, model, (state) => {
          const answer = answerApproval(settings.policy, state, { requestId, by: "ada", isApproved }, now);
          return "transition" in answer ? answer.transition : { state };
        });
        await performEffects(open, settings);
      }, nextFate),
    /** A copy of the state store, to which it is set back; what landed since is announced again, as the page on restores asks. */
    async backup(): Promise<() => Promise<void>> {
      const past = await readBatches(batches, [model]);
      const loaded = await states.load(model);
      const recorded = decisions.decisions();
      const runsOf = await Promise.all(
        [...new Set(recorded.map(({ requestId }) => requestId))].map(async (one) => [one, await decisions.readRun(one)] as const),
      );
      const before = new Set(landed);
      return async () => {
        batches = memoryBatchStore(new Map(Object.entries(past)));
        states = memoryCoordinatorStore();
        if (loaded !== undefined) await states.save(model, loaded.state, 0);
        decisions = memoryDecisionLog();
        for (const decision of recorded) await decisions.record(decision);
        for (const [one, run] of runsOf) if (run?.runId !== undefined) await decisions.recordRun(one, run.runId);
        await append(
          [...landed].filter((key) => !before.has(key)),
          reliably,
        );
      };
    },
    /** Keys that wait: in the open batch, or of requests that wait or were set aside. */
    async waiting(): Promise<readonly string[]> {
      const state = await this.state();
      const requests = [
        ...(state?.parked ?? []).map(({ request }) => request),
        ...(state?.setAside ?? []).filter(goesAlong).map(({ request }) => request),
        ...(state?.approval === undefined ? [] : [state.approval.request]),
      ];
      const { [model]: held } = await readBatches(batches, [model]);
      const open = held?.segments.flatMap(({ segment }) => segment.objects.map(({ key }) => key)) ?? [];
      return [...requests.flatMap(keysOf), ...open];
    },
    /** Keys of requests that a person refused. */
    async refused(): Promise<readonly string[]> {
      const state = await this.state();
      return (state?.setAside ?? []).filter((aside) => !goesAlong(aside)).flatMap(({ request }) => keysOf(request));
    },
  };

  function keysOf({ manifests: lists }: TrainingRequest): string[] {
    return lists.flatMap(({ uri }) => (manifests.published.get(uri) ?? []).map(({ key }) => key));
  }
}

export type Deployment = ReturnType<typeof createDeployment>;
