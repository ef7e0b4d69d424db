import type { Edition, ReplayPorts } from "../edition";
import { type Guard, killableFunction } from "../world/killable-function";
import { seededRandom } from "../world/seeded-random";
import type { WorldJournal } from "../world/world-journal";

/** Share of the invocations that are marked to be killed; those which end before their moment comes survive. */
const KILL_RATIO = { batcher: 1 / 200, sweeper: 1 / 50, coordinator: 1 / 20, driftEvaluator: 1 / 10 } as const;

/** The deployed functions of a cloud over the given ports, killed half-way now and then. */
export function replayFunctions(edition: Edition, ports: ReplayPorts, seed: number, journal: WorldJournal) {
  const optionsOf = (name: keyof typeof KILL_RATIO) => ({
    name,
    killRatio: KILL_RATIO[name],
    randomOf: (invocation: number) => seededRandom(seed, `${name} ${invocation}`),
    journal,
  });
  return {
    batcher: killableFunction((guard) => edition.createBatcher(guarded(ports, guard)), optionsOf("batcher")),
    sweeper: killableFunction((guard) => edition.createSweeper(guarded(ports, guard)), optionsOf("sweeper")),
    driftEvaluator: killableFunction((guard) => edition.createDriftEvaluator(guarded(ports, guard)), optionsOf("driftEvaluator")),
    coordinator: killableFunction((guard) => edition.createCoordinator(guarded(ports, guard)), optionsOf("coordinator")),
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
