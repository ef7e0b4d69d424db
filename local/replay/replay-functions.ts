import type { LocalCloud, ReplayPorts } from "../clouds/local-cloud";
import type { ReplayQueue } from "../files/replay-record";
import type { SimulatedRejections } from "../world/simulated-queue";
import { type SeededRandom, seededRandom } from "../world/time-and-chance";
import type { WorldJournal } from "../world/world-journal";

/** Share of the invocations that are marked to be killed; those which end before their moment comes survive. */
const KILL_RATIO = { batcher: 1 / 200, sweeper: 1 / 50, coordinator: 1 / 20, driftEvaluator: 1 / 10 } as const;

/** The deployed functions of a cloud over the given ports, killed half-way now and then. */
export function replayFunctions(
  cloud: LocalCloud,
  ports: ReplayPorts,
  rejected: Readonly<Record<ReplayQueue, SimulatedRejections>>,
  seed: number,
  journal: WorldJournal,
) {
  const optionsOf = (name: keyof typeof KILL_RATIO) => ({
    name,
    killRatio: KILL_RATIO[name],
    randomOf: (invocation: number) => seededRandom(seed, `${name} ${invocation}`),
    journal,
  });
  const kept = (queue: ReplayQueue, guard: Guard) => ({ keep: guard(rejected[queue].keep) });
  return {
    batcher: killableFunction((guard) => cloud.createBatcher(guarded(ports, guard), kept("landings", guard)), optionsOf("batcher")),
    sweeper: killableFunction((guard) => cloud.createSweeper(guarded(ports, guard)), optionsOf("sweeper")),
    driftEvaluator: killableFunction(
      (guard) => cloud.createDriftEvaluator(guarded(ports, guard), kept("drift", guard)),
      optionsOf("driftEvaluator"),
    ),
    coordinator: killableFunction(
      (guard) => cloud.createCoordinator(guarded(ports, guard), kept("requests", guard)),
      optionsOf("coordinator"),
    ),
  };
}

function guarded(ports: ReplayPorts, guard: Guard): ReplayPorts {
  const { batches, manifests, requests, states, decisions, launcher, notifier, histories, drifts } = ports;
  return {
    ...ports,
    batches: {
      ...batches,
      append: guard((...step) => batches.append(...step)),
      seal: guard((...step) => batches.seal(...step)),
      carry: guard((...step) => batches.carry(...step)),
      raise: guard((...step) => batches.raise(...step)),
      close: guard((...step) => batches.close(...step)),
    },
    manifests: {
      ...manifests,
      writeManifest: guard((...step) => manifests.writeManifest(...step)),
      combineManifests: guard((...step) => manifests.combineManifests(...step)),
      writeLedger: guard((...step) => manifests.writeLedger(...step)),
    },
    requests: { send: guard((request) => requests.send(request)) },
    states: { ...states, save: guard((...step) => states.save(...step)) },
    decisions: {
      ...decisions,
      record: guard((decision) => decisions.record(decision)),
      recordRun: guard((...step) => decisions.recordRun(...step)),
      recordOutcome: guard((...step) => decisions.recordOutcome(...step)),
    },
    launcher: { start: guard((...step) => launcher.start(...step)) },
    notifier: { notify: guard((notice) => notifier.notify(notice)) },
    histories: { ...histories, save: guard((...step) => histories.save(...step)) },
    drifts: { ...drifts, record: guard((record) => drifts.record(record)) },
  };
}

type AsyncCall<A extends unknown[], R> = (...args: A) => Promise<R>;

/** Wraps a call of a port, so that the function may be killed before it, or after it took effect. */
export type Guard = <A extends unknown[], R>(call: AsyncCall<A, R>) => AsyncCall<A, R>;

export interface KillableFunction<A extends unknown[], R> {
  /** Rejects when the invocation is killed; nothing of it runs afterwards. */
  readonly invoke: AsyncCall<A, R>;
  readonly counts: { readonly invocations: number; readonly killed: number };
}

export interface KillableFunctionOptions {
  readonly name: string;
  /** Share of the invocations that are marked to be killed; those which end before their moment comes survive. */
  readonly killRatio: number;
  /** Chance of the invocation of that number, from 1: the same whatever came before. */
  readonly randomOf: (invocation: number) => SeededRandom;
  readonly journal: WorldJournal;
}

/** Latest moment of a kill, in moments before and after guarded calls. */
const MAX_MOMENTS = 12;
const KILLED = "the invocation was killed";

/**
 * A deployed function whose invocations are killed now and then, half-way through, as by a timeout or lack of memory. What was
 * running stops for ever where it is; the next invocation finds a fresh instance from `create`.
 */
export function killableFunction<A extends unknown[], R>(
  create: (guard: Guard) => AsyncCall<A, R>,
  { name, killRatio, randomOf, journal }: KillableFunctionOptions,
): KillableFunction<A, R> {
  const counts = { invocations: 0, killed: 0 };
  let instance = startInstance(create);

  async function invokeOrKill(random: SeededRandom, args: A): Promise<R> {
    const moments = random.chance(killRatio) ? random.below(MAX_MOMENTS) : Number.POSITIVE_INFINITY;
    const { handler, killed } = instance.arm(moments);
    killed.catch(() => {
      instance = startInstance(create);
    });
    return await Promise.race([handler(...args), killed]);
  }

  return {
    counts,
    async invoke(...args) {
      counts.invocations += 1;
      const random = randomOf(counts.invocations);
      try {
        return await journal.invocation(name, () => invokeOrKill(random, args));
      } catch (error) {
        if (error instanceof Error && error.message === KILLED) counts.killed += 1;
        throw error;
      }
    },
  };
}

function startInstance<A extends unknown[], R>(create: (guard: Guard) => AsyncCall<A, R>) {
  let momentsLeft = Number.POSITIVE_INFINITY;
  let kill = () => {};

  async function pass(): Promise<void> {
    if (momentsLeft-- > 0) return;
    kill();
    await new Promise<never>(() => {});
  }

  const handler = create((call) => async (...args) => {
    await pass();
    const result = await call(...args);
    await pass();
    return result;
  });

  return {
    arm(moments: number) {
      momentsLeft = moments;
      const killed = new Promise<never>((_, reject) => {
        kill = () => reject(new Error(KILLED));
      });
      return { handler, killed };
    },
  };
}
