import fc from "fast-check";
import { PERSON_SOURCE } from "../../../functions/core/coordination/person-answer";
import type { CandidateAnswer } from "../../../functions/core/coordination/ports";
import type { CandidateOutcome } from "../../../functions/core/promotion/candidate";
import type { CandidateRecord } from "../../../functions/core/promotion/promotion-state";
import { candidateId } from "../../../functions/core/request-ids";
import { createPromotion, type Promotion, REGISTRY } from "../../simulation/promotion";
import { randomOf } from "../../simulation/random";
import { HOUR_MS } from "../../simulation/requests";
import type { Fate } from "../../simulation/unreliable";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SCHEDULES = 100;
/** What the schedules reach is asked of one that is known to reach it. */
const GUARD_SEEDS = 60;

const BY_HAND: readonly CandidateOutcome[] = ["approved-by-hand", "rejected-by-hand", "gone"];

describe("promoters, events and people at the same time, whatever crashes, fails or repeats", () => {
  it(`should give every candidate one verdict, which the registry has, over ${SCHEDULES} schedules`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await play(seed);
      }),
      { numRuns: SCHEDULES, seed: jest.getSeed() },
    );
  });

  it(`should reach every outcome and a freeze in ${GUARD_SEEDS} of them`, async () => {
    const reached = new Set<string>();
    for (let seed = 0; seed < GUARD_SEEDS; seed++) for (const name of await play(seed)) reached.add(name);

    expect([...reached].sort()).toEqual(
      [
        "accepted",
        "approved-by-hand",
        "expired",
        "frozen",
        "gone",
        "not-approved",
        "rejected",
        "rejected-by-hand",
        "superseded",
      ].sort(),
    );
  });
});

// Helpers

type Random = (limit: number) => number;

/** A random schedule to its end; resolves to the outcomes that came about. */
async function play(seed: number): Promise<ReadonlySet<string>> {
  const random = randomOf(seed);
  const pause = async () => {
    for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
  };
  const nextFate = (): Fate => (["dies", "throws"] as const)[random(24)] ?? "fine";
  const approval = {
    needed: (["never", "on-drift", "always"] as const)[random(3)] ?? "never",
    approvers: 1 + random(2),
    isSeparate: false,
  };
  const world = createPromotion({ approval }, pause);
  const versions: string[] = [];
  let answers = 0;

  /** Mostly what waits, as a person answers what they are asked. */
  const asked = async () =>
    (random(4) > 0 ? (await world.state()).current?.candidate.id : undefined) ?? idOf(`${REGISTRY}@${1 + random(9)}`);

  const act = async () => {
    const version = versions[random(Math.max(1, versions.length))] ?? "none";
    switch (random(12)) {
      case 0:
      case 1:
        versions.push(world.register(qualityOf(random), partOf(random)).version);
        break;
      case 2:
        await world.notice(version, nextFate);
        break;
      case 3:
        if (versions.includes(version) && random(3) === 0) changeByHand(world, random, version);
        break;
      case 4:
      case 5:
        await world.answer(answerOf(++answers, random, await asked()), nextFate);
        break;
      case 6:
        if (random(3) === 0) await world.resume();
        break;
      default:
        await world.turn(random(2) === 0, nextFate).catch(() => undefined);
    }
  };
  for (let round = 0; round < 16; round++) {
    await Promise.all(Array.from({ length: 1 + random(3) }, () => act().catch(() => undefined)));
    world.advance(random(3) * HOUR_MS);
  }
  await comeToRest(world, versions);
  const outcomes = await expectOneVerdictEach(world, versions);
  const isFrozen = world.logged.some(({ event }) => event === "model-frozen");
  return new Set([...outcomes, ...(isFrozen ? ["frozen"] : [])]);
}

/** Alike with the others of its kind, so that those of one kind are equal row by row. */
function qualityOf(random: Random): (row: number) => boolean {
  const kind = random(6);
  if (kind === 0) return (row) => row % 5 < 2;
  if (kind === 1) return (row) => (row + 7) % 11 === 0;
  return (row) => row % 12 === 0;
}

function partOf(random: Random) {
  return (["no predictions", "nothing"] as const)[random(12)] ?? "all";
}

function changeByHand(world: Promotion, random: Random, version: string): void {
  const changes = [{ approval: "approved" }, { approval: "rejected" }, "delete"] as const;
  try {
    world.registry.change(version, changes[random(3)] ?? "delete");
  } catch {
    // It was deleted before.
  }
}

function answerOf(n: number, random: Random, requestId: string): CandidateAnswer {
  const by = `${["ada", "bob"][random(2)]} (declared)`;
  return {
    source: PERSON_SOURCE,
    id: `answer-${Math.ceil(n / 2)}-0000`,
    model: "flight-delay",
    by,
    do: random(4) > 0 ? "approve" : "reject",
    requestId,
  };
}

function idOf(version: string): string {
  return candidateId("flight-delay", REGISTRY, version.split("@").at(-1) ?? "");
}

/** Every version is told of again, and time passes until nothing waits. */
async function comeToRest(world: Promotion, versions: readonly string[]): Promise<void> {
  for (const version of versions) await world.notice(version);
  for (let tick = 0; tick < 8; tick++) {
    world.advance(3 * HOUR_MS);
    await world.turn(true);
  }
}

async function expectOneVerdictEach(world: Promotion, versions: readonly string[]): Promise<CandidateOutcome[]> {
  const state = await world.state();
  const reached: CandidateOutcome[] = [];
  expect([state.current, state.outbox, state.noticed]).toEqual([undefined, [], []]);
  for (const version of versions) {
    const records = world.records().filter(({ candidate }) => candidate.version === version);
    const seen = await world.registry.describe(version);
    const outcomes = records.toSorted((a, b) => a.number - b.number).flatMap(({ outcome }) => outcome ?? []);
    const verdicts = outcomes.filter((outcome) => !BY_HAND.includes(outcome));
    reached.push(...outcomes);
    expect(verdicts.length).toBeLessThanOrEqual(1);
    if (seen === undefined) continue;
    const last = outcomes.at(-1);
    if (seen.approval === "pending") expect(last).toBe(undefined);
    if (last !== undefined) expect(seen.approval).toBe(isApproving(last) ? "approved" : "rejected");
  }
  expectNumbered(world.records());
  expectNoApprovalAgainstAGuardrail(world);
  await expectChampionApproved(world);
  return reached;
}

function isApproving(outcome: CandidateOutcome): boolean {
  return outcome === "accepted" || outcome === "approved-by-hand";
}

/** Each step has a number of its own: no two performers made different steps of one. */
function expectNumbered(records: readonly CandidateRecord[]): void {
  expect(new Set(records.map(({ number }) => number)).size).toBe(records.length);
}

/** What was approved had passed, or people knew what was not known. */
function expectNoApprovalAgainstAGuardrail(world: Promotion): void {
  for (const { candidateId: id, verdict } of world.registry.marks) {
    if (verdict !== "approved") continue;
    const accepted = world.records().find(({ candidate, outcome }) => candidate.id === id && outcome === "accepted");
    const { checks = [], approvedBy = [] } = accepted ?? {};
    expect(accepted).toBeDefined();
    expect(checks.some((check) => check.verdict === "failed" && check.name !== "chain")).toBe(false);
    if (checks.some((check) => check.verdict === "not-known")) expect(approvedBy).not.toEqual([]);
  }
}

async function expectChampionApproved(world: Promotion): Promise<void> {
  const champion = (await world.state()).champions.at(-1);
  if (champion === undefined) return;
  expect((await world.registry.describe(champion.version))?.approval).toBe("approved");
}
