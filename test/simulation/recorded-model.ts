// One model with everything that may happen to it, over the memory adapters: what it records is what a replay gets.

import type { Decision } from "../../functions/core/coordination/decision";
import { pauseByRule, requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { handleAnswer } from "../../functions/core/coordination/intervene";
import type { Deed } from "../../functions/core/coordination/person-answer";
import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import type { RunState } from "../../functions/core/coordination/ports";
import { settleIfEnded, sweepCoordination, type WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import { ListRefusedError, NoCapacityError, StartRefusedError } from "../../functions/core/errors";
import type { Cause, TrainingRequest } from "../../functions/core/training-request";
import { memoryCoordinatorStore, memoryDecisionLog, memoryNotifier } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { settingsOf } from "./data-path";
import { answerOf, DAY_MS, DRIFT, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "./requests";
import { type Fate, randomTurns, runProcess, type Step, unreliable } from "./unreliable";

type Random = (limit: number) => number;
type Process = (ports: WatchingPorts) => Promise<unknown>;

const MODEL = "flight-delay";
const SCHEDULE: Cause = { type: "schedule", name: "nightly", firedAt: NOON };

/** A policy under which everything happens within some days. */
export const BUSY_POLICY = policyOf({
  maxRuns: 2,
  cooldownMs: 3 * HOUR_MS,
  minNewObjects: 15,
  maxStartsPerDay: 3,
  budget: { dailyUsd: 450, monthlyUsd: 3_000 },
  cost: { baseUsd: 100, perGbUsd: 10, perObjectUsd: 0 },
  backoff: { afterFailures: 2, delayMs: HOUR_MS, maxDelayMs: 6 * HOUR_MS },
  approval: { ...policyOf().approval, approvers: 2 },
  deferralExpiresMs: 2 * DAY_MS,
});

/** After a deployment, half-way. */
const NEXT_POLICY: CoordinatorPolicy = { ...BUSY_POLICY, cooldownMs: HOUR_MS, approval: { ...BUSY_POLICY.approval, approvers: 1 } };

/** What was recorded of a random life of one model. */
export interface RecordedLife {
  readonly decisions: readonly Decision[];
}

/** Lets a model live through so many random rounds, in each of which several processes work at once, fail or die. */
export async function recordedLife(random: Random, rounds: number): Promise<RecordedLife> {
  let now = NOON;
  let settings = { ...settingsOf(), policy: BUSY_POLICY };
  const { pause, interleave } = randomTurns(random);
  const states = memoryCoordinatorStore();
  const log = memoryDecisionLog();
  const manifests = memoryManifestStore();
  const started = new Map<string, string>();
  const ended = new Map<string, RunState>();

  const launcher = {
    async start({ id }: TrainingRequest) {
      const known = started.get(id);
      if (known !== undefined) return { runId: known };
      const chance = random(12);
      if (chance === 0) throw new NoCapacityError("no instance");
      if (chance === 1) throw new StartRefusedError("no such pipeline");
      if (chance === 2) throw new ListRefusedError("no list");
      const runId = `run-${started.size + 1}`;
      started.set(id, runId);
      return { runId };
    },
  };
  const portsOf = (step: Step): WatchingPorts => ({
    states: unreliable(states, step),
    decisions: unreliable(log, step),
    launcher: unreliable(launcher, step),
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: unreliable(manifests, step),
    watcher: { describe: async (runId) => ended.get(runId) ?? { status: "running" } },
    log: () => undefined,
    now: () => now,
  });
  const nextFate = (): Fate => (random(60) === 0 ? "throws" : random(60) === 0 ? "dies" : "fine");
  const run = async (process: Process, fate: () => Fate = nextFate) => {
    await runProcess((step) => process(portsOf(step)), fate, pause).catch(() => undefined);
  };

  let asked = 0;
  const ids: string[] = [];
  async function randomProcess(): Promise<Process> {
    const state = (await states.load(MODEL))?.state;
    const answer = (deed: Deed): Process => {
      const by = ["ada", "bob", "cyd"][random(3)] ?? "ada";
      const given = answerOf(++asked, `${by} (declared)`, deed);
      return (ports) => handleAnswer(ports, settings, given);
    };
    switch (random(14)) {
      case 0:
      case 1:
      case 2: {
        const requestId = state?.approval?.request.id ?? "data/flight-delay/none";
        return answer({ do: random(4) === 0 ? "reject" : "approve", requestId });
      }
      case 3:
        return answer({ do: "pause", why: "audit", ...(random(2) === 0 && { isFreeze: true as const }) });
      case 4:
        return answer({ do: "resume", catchUp: (["merged", "all", "skip"] as const)[random(3)] ?? "all" });
      case 5: {
        const requestId = state?.runs[0]?.requestId ?? "data/flight-delay/none";
        return answer({ do: "settle", requestId, status: "stopped", ...(random(2) === 0 && { cost: 50 + random(100) }) });
      }
      case 6:
        return answer({ do: "clear" });
      case 7: {
        const order = { model: MODEL, rule: "deploying", why: "a deployment", at: now - random(2) * HOUR_MS };
        return (ports) => pauseByRule(ports, settings, order);
      }
      case 8:
      case 9: {
        const runId = `run-${1 + random(started.size + 1)}`;
        const status = (["succeeded", "failed", "stopped"] as const)[random(3)] ?? "failed";
        const actualUsd = random(3) === 0 ? {} : { actualUsd: 40 + random(300) };
        if (!ended.has(runId)) ended.set(runId, { status, endedAt: now, ...actualUsd });
        return (ports) => settleIfEnded(ports, settings, runId);
      }
      default: {
        const request = randomRequest();
        return (ports) => requestTraining(ports, settings, request);
      }
    }
  }

  function randomRequest(): TrainingRequest {
    const repeated = ids[random(ids.length + 8)];
    const id = repeated ?? `${++asked}`;
    ids.push(id);
    const request = requestOf(id, { requestedAt: now });
    switch (repeated === undefined ? random(12) : 11) {
      case 0:
        return { ...request, causes: [DRIFT], priority: 2, needsApproval: true, manifests: [] };
      case 1:
        return { ...request, causes: [DRIFT], priority: 1, blocks: true, manifests: [] };
      case 2:
        return { ...request, causes: [MANUAL], priority: 3 };
      case 3: {
        const takesAlong = ids.slice(-5).map((one) => `data/flight-delay/${one}`);
        return { ...request, causes: [MANUAL], priority: 3, takesAlong, needsApproval: random(2) === 0 };
      }
      case 4:
        return { ...request, causes: [SCHEDULE], priority: 3, manifests: [] };
      case 5:
        return { ...request, priority: 6 + random(2) };
      case 6:
        return { ...request, manifests: [{ uri: "s3://others/1.manifest", objects: 1, bytes: 1 }] };
      case 7:
        return { ...request, manifests: [{ uri: `s3://data/${id}.manifest`, objects: 900, bytes: 50e9 }] };
      default:
        return request;
    }
  }

  const sweep: Process = (ports) => sweepCoordination(ports, settings);
  for (let round = 0; round < rounds; round++) {
    if (random(rounds) === 0) settings = { ...settings, policy: NEXT_POLICY };
    const processes = [await randomProcess(), random(2) === 0 ? sweep : await randomProcess(), await randomProcess()];
    await interleave(() => Promise.all(processes.map((process) => run(process))));
    now += [1_000, HOUR_MS / 4, 2 * HOUR_MS, DAY_MS][random(4)] ?? 1_000;
    if (random(2) === 0) await run(sweep);
  }
  for (let left = 0; left < 20; left++) {
    await run(sweep, () => "fine");
    now += 7 * 60_000;
  }
  return { decisions: log.decisions() };
}
