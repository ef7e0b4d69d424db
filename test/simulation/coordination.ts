import { changeState, performEffects } from "../../functions/core/coordination/coordinate";
import type { CatchUp } from "../../functions/core/coordination/coordinator-state";
import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { answerApproval, pause as pauseModel, resume } from "../../functions/core/coordination/intervene";
import type { RunState } from "../../functions/core/coordination/ports";
import { settleIfEnded, sweepCoordination, type WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import { memoryCoordinatorStore, memoryNotifier } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { forgetfulCloud } from "./forgetful-launcher";
import { NOON } from "./requests";
import { type Fate, runProcess, type Step, unreliable } from "./unreliable";

/**
 * One model's coordinators, sweepers and people over memory adapters that all processes share, with a clock that the test moves.
 */
export function createCoordination(settings: ModelSettings, pause: () => Promise<void>) {
  let now = NOON;
  const cloud = forgetfulCloud();
  const states = memoryCoordinatorStore();
  const manifests = memoryManifestStore();
  const ended = new Map<string, RunState>();

  function ports(step: Step): WatchingPorts {
    return {
      states: unreliable(states, step),
      decisions: unreliable(cloud.decisions, step),
      launcher: unreliable(cloud.launcher, step),
      notifier: unreliable(memoryNotifier(), step),
      deployment: memoryDeployment,
      manifests: unreliable(manifests, step),
      watcher: unreliable({ describe: async (runId: string) => ended.get(runId) ?? ({ status: "running" } as const) }, step),
      log: () => undefined,
      now: () => now,
    };
  }

  const reliably = (): Fate => "fine";
  /** True when the process came to its end; false when it died or a port call of it failed. */
  async function run(process: (ports: WatchingPorts) => Promise<unknown>, nextFate: () => Fate): Promise<boolean> {
    const result = await runProcess((step) => process(ports(step)).then(() => "done" as const), nextFate, pause).catch(
      () => "failed",
    );
    return result === "done";
  }

  return {
    decisions: cloud.recorded,
    history: cloud.decisions.read,
    started: cloud.started,
    forgetRecordedStarts: cloud.forgetRecorded,
    advance: (ms: number) => {
      now += ms;
    },
    endRun: (runId: string, status: "succeeded" | "failed") => {
      if (!ended.has(runId)) ended.set(runId, { status, endedAt: now });
    },
    state: async () => (await states.load(settings.model))?.state,
    request: (request: TrainingRequest, nextFate = reliably) => run((open) => requestTraining(open, settings, request), nextFate),
    sweep: (nextFate = reliably) => run((open) => sweepCoordination(open, settings), nextFate),
    tellEnd: (runId: string, nextFate = reliably) => run((open) => settleIfEnded(open, settings, runId), nextFate),
    pause: (nextFate = reliably) =>
      run((open) => changeState(open, settings.model, (state) => ({ state: pauseModel(state, "ada", "audit", now) })), nextFate),
    resume: (catchUp: CatchUp, nextFate = reliably) =>
      run(async (open) => {
        await changeState(open, settings.model, (state) => resume(settings.policy, state, { by: "ada", catchUp }, now));
        await performEffects(open, settings);
      }, nextFate),
    approve: (requestId: string, by: string, nextFate = reliably) =>
      run(async (open) => {
        await changeState(open, settings.model, (state) => {
          const answer = answerApproval(settings.policy, state, { requestId, by, isApproved: true }, now);
          return "transition" in answer ? answer.transition : { state };
        });
        await performEffects(open, settings);
      }, nextFate),
  };
}

export type Coordination = ReturnType<typeof createCoordination>;
