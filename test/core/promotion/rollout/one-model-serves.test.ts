import fc from "fast-check";
import type { HandEdit } from "../../../../local/rollout/endpoint-events";
import { randomOf } from "../../../simulation/random";
import { type RolledEndpoint, rolledEndpoint } from "../../../simulation/rolled-endpoint";
import type { Fate } from "../../../simulation/unreliable";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SCHEDULES = 20;
/** What the schedules reach is asked of one that is known to reach it. */
const GUARD_SEEDS = 20;
const MINUTE_MS = 60_000;
const PLAN = [5, 25, 50, 100];
/** What is behind a model that somebody deployed past Retrigger. */
const SOMEBODY = "a model of somebody";

describe("ticks, people, hand edits and a failing cloud at the same time", () => {
  it(`should serve no share that no stage names, skip none, and end with one model, over ${SCHEDULES} schedules`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await play(seed);
      }),
      { numRuns: SCHEDULES, seed: jest.getSeed(), endOnFailure: true },
    );
  });

  it(`should reach every end, and every reason to hold, in ${GUARD_SEEDS} of them`, async () => {
    const reached = new Set<string>();
    for (let seed = 0; seed < GUARD_SEEDS; seed++) for (const name of await play(seed)) reached.add(name);

    expect([...reached]).toEqual(
      expect.arrayContaining(["accepted", "rolled-back", "held person", "held changed", "held quota", "held refused"]),
    );
  });
});

// Helpers

type Random = (limit: number) => number;

/** A random schedule to its end; resolves to what came about. */
async function play(seed: number): Promise<ReadonlySet<string>> {
  const random = randomOf(seed);
  const pause = async () => {
    for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
  };
  const nextFate = (): Fate => (["dies", "throws"] as const)[random(40)] ?? "fine";
  const layout = (["sagemaker", "vertex"] as const)[random(2)] ?? "vertex";
  const rates = [() => 0.01, () => 0.008, () => 0.03, (percent: number) => (percent >= 25 ? 0.05 : 0.01)];
  const world = rolledEndpoint({ layout, seed, errorRate: rates[random(4)] ?? (() => 0.01), pause });
  const reached = new Set<string>();
  const served = followServed(world);
  let orders = 0;

  const tick = async (fate?: () => Fate) => {
    await world.tick(fate).catch(() => {});
    const { current, ended } = await world.state();
    if (current?.rollout?.hold !== undefined) reached.add(`held ${current.rollout.hold.reason}`);
    for (const { outcome } of ended) reached.add(outcome);
  };
  const order = async () => {
    const deed = (["hold", "continue", "continue", "rollback", "promote"] as const)[random(5)] ?? "hold";
    if (deed === "promote") served.mayJump();
    await world.order(`order-${++orders}`, deed);
  };

  await world.accept();
  for (let acts = 0; acts < 120; acts++) {
    world.advance((1 + random(8)) * MINUTE_MS);
    switch (random(24)) {
      case 0:
        if (random(2) === 0) await order();
        break;
      case 1:
        if (random(4) === 0 && (await isStarted(world)) && world.endpoint.editByHand(editOf(random, world))) served.wasEdited();
        break;
      case 2:
        world.endpoint.inject(faultOf(random));
        break;
      case 3:
      case 4:
        await Promise.all([tick(nextFate), tick(nextFate), tick()]);
        break;
      default:
        await tick(nextFate);
    }
    served.check();
  }
  await toTheEnd(world, served, tick);
  return reached;
}

/** Nothing fails any more, and a person lets go on what is held. */
async function toTheEnd(world: RolledEndpoint, served: Served, tick: () => Promise<void>): Promise<void> {
  world.endpoint.inject({ is: "stuck", ends: true });
  for (let ticks = 0; ticks < 3000; ticks++) {
    const { current } = await world.state();
    if (current === undefined) break;
    if (current.rollout?.hold !== undefined && ticks % 20 === 0) await world.order(`late-${ticks}`, "continue");
    world.advance(3 * MINUTE_MS);
    await tick();
    served.check();
  }
  const { current, ended, champions } = await world.state();
  expect(current).toBeUndefined();
  const [end] = ended;
  const isAccepted = end?.outcome === "accepted";
  const serving = world.endpoint.serving().map(({ name, percent }) => ({ isChampion: name === world.champion, percent }));
  expect({ seed: world.seed, end, serving }).toMatchObject({ serving: [{ isChampion: !isAccepted, percent: 100 }] });
  expect(champions).toHaveLength(isAccepted ? 1 : 0);
  expect(world.mostSteps()).toBeLessThanOrEqual(1);
}

/** What somebody changes before it is what the rollout finds, and after it nobody's but theirs. */
async function isStarted(world: RolledEndpoint): Promise<boolean> {
  return (await world.state()).current?.rollout?.startedAt !== undefined;
}

interface Served {
  /** Looks at what was served since the last look. */
  check(): void;
  /** Somebody changed it: until it is back at a share of the plan nothing is known. */
  wasEdited(): void;
  /** A person gives all of the traffic at once. */
  mayJump(): void;
}

function followServed({ endpoint, champion, now }: RolledEndpoint): Served {
  let before = 0;
  let isEdited = false;
  let editedAt = Number.POSITIVE_INFINITY;
  let jumps = false;
  let from = -1;
  return {
    check() {
      // A split that still spreads may be overtaken.
      const spans = endpoint.state().served.filter((span) => span.from > from && span.from <= now());
      for (const span of spans) {
        const total = span.variants.reduce((sum, { percent }) => sum + percent, 0);
        const percent = total - (span.variants.find(({ name }) => name === champion)?.percent ?? 0);
        const place = PLAN.indexOf(percent);
        if (span.from >= editedAt) {
          isEdited = true;
          editedAt = Number.POSITIVE_INFINITY;
        }
        if (span.variants.some(({ source }) => source === SOMEBODY)) isEdited = true;
        else if (isEdited) isEdited = place < 0 && percent !== 0;
        else {
          expect([0, ...PLAN]).toContain(percent);
          const isNext = place === 0 || PLAN[place - 1] === before;
          const isBack = percent <= before || (percent === 100 && jumps);
          expect({ before, percent, isAllowed: isNext || isBack }).toMatchObject({ isAllowed: true });
        }
        before = percent;
      }
      from = spans.at(-1)?.from ?? from;
    },
    wasEdited() {
      editedAt = Math.min(editedAt, now());
    },
    mayJump() {
      jumps = true;
    },
  };
}

function editOf(random: Random, { champion, endpoint }: RolledEndpoint): HandEdit {
  const other = endpoint.serving().find(({ name }) => name !== champion)?.name;
  const percents: Record<string, number> = other === undefined ? { [champion]: 100 } : { [champion]: 40, [other]: 60 };
  if (random(3) === 0) return { do: "deploy", variant: "other", source: SOMEBODY };
  return { do: "set-shares", percents };
}

function faultOf(random: Random) {
  const faults = [
    { is: "refusal", result: { is: "busy", why: "Cannot update in-progress endpoint" } },
    { is: "refusal", result: { is: "over-quota", why: "no instances are left" } },
    { is: "refusal", result: { is: "refused", why: "the role is not allowed" } },
    { is: "failing-change", why: "the container does not start" },
    { is: "lost-answer" },
    { is: "unanswered", calls: 1 + random(4) },
  ] as const;
  return faults[random(faults.length)] ?? faults[0];
}
