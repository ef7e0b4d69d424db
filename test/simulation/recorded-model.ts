// One model with everything that may happen to it, over the memory adapters: what it records is what a replay gets.

import type { Decision } from "../../functions/core/coordination/decision";
import { pauseByRule, requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { handleAnswer } from "../../functions/core/coordination/intervene";
import type { Deed } from "../../functions/core/coordination/person-answer";
import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import type { CoordinatorStore, DecisionLog, RunState } from "../../functions/core/coordination/ports";
import { settleIfEnded, sweepCoordination, type WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import { ListRefusedError, NoCapacityError, StartRefusedError } from "../../functions/core/errors";
import type { Cause, TrainingRequest } from "../../functions/core/training-request";
import { memoryCoordinatorStore, memoryDecisionLog, memoryNotifier } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { settingsOf } from "./data-path";
import { qualityEvents } from "./quality-events";
import { answerOf, DAY_MS, DRIFT, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "./requests";
import { type Fate, randomTurns, runProcess, type Step, unreliable } from "./unreliable";
import { type Save, watchedStates } from "./watched-states";

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

/** The same, where a training must be worth its price. */
export const PRICED_POLICY: CoordinatorPolicy = {
  ...BUSY_POLICY,
  minNewObjects: 0,
  adaptive: { price: { steps: 0.1 }, stepMs: 6 * HOUR_MS, attainable: 0.1 },
};

/** The same, where promotion says what serves. */
export const PROMOTED_POLICY: CoordinatorPolicy = {
  ...PRICED_POLICY,
  adaptive: { price: { steps: 0.1 }, stepMs: 6 * HOUR_MS, attainable: 0.1, isPromoted: true },
};

/** After a deployment, half-way. */
function nextPolicy(policy: CoordinatorPolicy): CoordinatorPolicy {
  const adaptive = policy.adaptive && { ...policy.adaptive, price: { steps: 0.3 }, periodMs: 5 * DAY_MS };
  return { ...policy, cooldownMs: HOUR_MS, approval: { ...policy.approval, approvers: 1 }, ...(adaptive && { adaptive }) };
}

/** What was recorded of a random life of one model. */
export interface RecordedLife {
  readonly decisions: readonly Decision[];
  /** How often the cloud found no room for a start, by request. */
  readonly withdrawn: ReadonlyMap<string, number>;
}

/** How a model lives. */
export interface LifeOptions {
  /** @default `BUSY_POLICY` */
  readonly policy?: CoordinatorPolicy;
  /** @default - in memory */
  readonly stores?: { readonly states: CoordinatorStore; readonly decisions: DecisionLog };
  /**
   * One process after the other, each with a fate that does not depend on the order in which calls of a store at the same time end.
   * @default - several at once
   */
  readonly isOrderly?: true;
  /** Is told each state that was saved. @default - nobody is */
  readonly watch?: (save: Save) => void;
}

/** Lets a model live through so many random rounds, in each of which several processes work at once, fail or die. */
export async function recordedLife(random: Random, rounds: number, options: LifeOptions = {}): Promise<RecordedLife> {
  const { policy = BUSY_POLICY, isOrderly, watch } = options;
  let now = NOON;
  let settings = { ...settingsOf(), policy };
  let previous: typeof settings | undefined;
  const { pause, interleave } = randomTurns(random);
  const { states, decisions: log } = options.stores ?? { states: memoryCoordinatorStore(), decisions: memoryDecisionLog() };
  const manifests = memoryManifestStore();
  const started = new Map<string, string>();
  const ended = new Map<string, RunState>();
  const withdrawn = new Map<string, number>();
  const quality = qualityEvents(random);

  const launcher = {
    async start({ id }: TrainingRequest) {
      const known = started.get(id);
      if (known !== undefined) return { runId: known };
      const chance = random(12);
      if (chance === 0) {
        withdrawn.set(id, (withdrawn.get(id) ?? 0) + 1);
        throw new NoCapacityError("no instance");
      }
      if (chance === 1) throw new StartRefusedError("no such pipeline");
      if (chance === 2) throw new ListRefusedError("no list");
      const runId = `run-${started.size + 1}`;
      started.set(id, runId);
      return { runId };
    },
  };
  const portsOf = (step: Step, process: Process): WatchingPorts => ({
    states: unreliable(watch === undefined ? states : watchedStates(states, watch, () => ({ at: now, process })), step),
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
  const run = async (process: Process, fate?: () => Fate) => {
    const fateAt = fate ?? (isOrderly === true ? drawnFate(random) : nextFate);
    await runProcess((step) => process(portsOf(step, process)), fateAt, pause).catch(() => undefined);
  };

  let asked = 0;
  const ids: string[] = [];
  async function randomProcess(): Promise<Process> {
    const state = (await states.load(MODEL))?.state;
    // In a deployment the functions of before and after it work side by side.
    const deployed = previous !== undefined && policy.adaptive !== undefined && random(4) === 0 ? previous : settings;
    if (policy.adaptive !== undefined && random(2) === 0) return quality.next(deployed, state, now);
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
        return (ports) => requestTraining(ports, deployed, request);
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
  const together = async (processes: readonly Process[]) => {
    if (isOrderly !== true) {
      await interleave(() => Promise.all(processes.map((process) => run(process))));
      return;
    }
    for (const process of processes) {
      await run(process);
      // Two decisions of one kind on a request in one millisecond are one record, and which one is left to the store.
      now += 1;
    }
  };
  for (let round = 0; round < rounds; round++) {
    if (random(rounds) === 0) {
      previous = settings;
      settings = { ...settings, policy: nextPolicy(policy) };
    }
    const processes = [await randomProcess(), random(2) === 0 ? sweep : await randomProcess(), await randomProcess()];
    await together(processes);
    now += [1_000, HOUR_MS / 4, 2 * HOUR_MS, DAY_MS][random(4)] ?? 1_000;
    if (random(2) === 0) await run(sweep);
  }
  for (const process of quality.again(settings)) {
    await run(process, () => "fine");
    now += 1;
  }
  for (let left = 0; left < 20; left++) {
    await run(sweep, () => "fine");
    now += 7 * 60_000;
  }
  const decisions: Decision[] = [];
  for await (const page of log.between(MODEL, {})) decisions.push(...page);
  return { decisions: decisions.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0)), withdrawn };
}

/** Calls that a process makes one by one. */
const FATEFUL = ["before save", "after save", "after load", "before record", "before recordRun", "before recordOutcome"];

/** The first call of a kind fails or is the last one, for one process of three. */
function drawnFate(random: Random): (point: string) => Fate {
  let fatal = random(3) === 0 ? FATEFUL[random(FATEFUL.length)] : undefined;
  const fate = random(2) === 0 ? "throws" : "dies";
  return (point) => {
    if (point !== fatal) return "fine";
    fatal = undefined;
    return fate;
  };
}
