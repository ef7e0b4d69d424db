// Whoever may send to the request queue chooses every text of a request. Whatever they are, the model's state fits into its record.
import fc from "fast-check";
import { type CoordinatorState, initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide, reask, type Transition } from "../../../functions/core/coordination/decide";
import { answerApproval, pause, resume } from "../../../functions/core/coordination/intervene";
import type { CoordinatorPolicy } from "../../../functions/core/coordination/policy";
import { MAX_TRAINING_SPACE, spaceOf } from "../../../functions/core/coordination/request-size";
import { giveUpStart, settleRun, withdrawStart } from "../../../functions/core/coordination/settle-run";
import { decisionNotice, messageText } from "../../../functions/core/notices/notice";
import type { Cause, Manifest, TrainingRequest } from "../../../functions/core/training-request";
import { deflatedJson, MAX_RECORD_BYTES } from "../../../functions/node/deflated-json";
import { encodeState } from "../../../functions/node/record-codecs";
import { randomOf } from "../../simulation/random";
import { DAY_MS, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "../../simulation/requests";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SEQUENCES = 2;

/** Of a sequence whose state reaches 83 % of its record: of random ones one in ten stays below half. */
const GUARD_SEED = 22;

const EVENT: Cause = { type: "event", rule: "labels", event: "changed", subject: "job", metadata: { job: "x".repeat(200) }, at: 1 };

describe("the space of a request", () => {
  it("should be more than it takes in a record, whatever its texts are", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const request = hostileRequest(randomOf(seed), 1);
        const frame = deflatedJson({ ...request, manifests: [], causes: [] }).length;
        expect(deflatedJson(request).length - frame).toBeLessThan(spaceOf(request));
      }),
      { numRuns: 20, seed: jest.getSeed() },
    );
  });

  it("should be little where the addresses are those of one model's batches", () => {
    const manifests = Array.from({ length: 1_000 }, (_, n) =>
      manifestOf(`s3://lists/retrigger/churn/0a1b2c3d4e5f/${n + 1}.manifest`),
    );

    expect(spaceOf(requestOf("1", { manifests }))).toBeLessThan(MAX_TRAINING_SPACE);
  });
});

describe("a notice that waits to be sent", () => {
  const causes: Cause[] = [MANUAL, ...Array<Cause>(40).fill(EVENT)];
  const manifests = Array.from({ length: 900 }, (_, n) => manifestOf(`s3://data/${n}`));
  const policy = policyOf({ approval: { ...policyOf().approval, needed: "always" } });

  it("should list little of a large request, and say how much it does not list", () => {
    const { state } = decide(policy, initialState(NOON), requestOf("1", { causes, manifests }), NOON);

    const notice = state.outbox.find((effect) => effect.type === "notify");
    if (notice?.type !== "notify") throw new Error("people were not told");
    const { decision, omitted, subject } = notice;
    expect(spaceOf(decision.request)).toBeLessThan(2_000);
    expect(omitted).toEqual({ causes: 41 - decision.request.causes.length, manifests: 900 - decision.request.manifests.length });
    const text = messageText(decisionNotice(subject, decision, omitted), 262_144);
    expect(text).toContain("because of manual, event");
    expect(JSON.parse(text.split("\n\n").at(-1) ?? "").request).toMatchObject({ omitted });
  });

  it("should be whole where its request is small, with the metadata of its event", () => {
    const request = requestOf("1", { causes: [EVENT] });

    const { state } = decide(policy, initialState(NOON), request, NOON);

    expect(state.outbox.at(-1)).toEqual(
      expect.objectContaining({ type: "notify", decision: expect.objectContaining({ request }) }),
    );
    expect(state.outbox.at(-1)).not.toHaveProperty("omitted");
  });
});

describe("a model's state", () => {
  it(`should fit into its record, over ${SEQUENCES} random sequences of requests with random texts`, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        for (const { state } of statesOf(randomOf(seed))) {
          expect(encodeState("flight-delay", state).length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
        }
      }),
      { numRuns: SEQUENCES, seed: jest.getSeed(), endOnFailure: true },
    );
  });

  it(`should take more than half of its record, and have requests refused, in the sequence of seed ${GUARD_SEED}`, () => {
    const states = [...statesOf(randomOf(GUARD_SEED))];

    expect(Math.max(...states.map(({ state }) => encodeState("flight-delay", state).length))).toBeGreaterThan(MAX_RECORD_BYTES / 2);
    expect(states.flatMap(({ told }) => told)).toContain("backlog-full");
  });
});

// Helpers

type Random = (limit: number) => number;

/** What a model goes through that is asked by somebody hostile, with what was decided. */
function* statesOf(random: Random): Generator<{ state: CoordinatorState; told: readonly string[] }> {
  const policy = policyOf({ maxRuns: 1, cooldownMs: HOUR_MS, deferralExpiresMs: 2 * DAY_MS });
  let state = initialState(NOON);
  let now = NOON;
  for (let step = 0; step < 60; step++) {
    now += random(4) === 0 ? random(12 * HOUR_MS) : random(HOUR_MS / 6);
    const next = happen(random, state, step, now, policy);
    yield { state: next.state, told: next.decisions.map(({ reason }) => reason) };
    state = performed(random, next.state, now);
  }
}

function happen(random: Random, state: CoordinatorState, step: number, now: number, policy: CoordinatorPolicy): Transition {
  switch (random(12)) {
    case 0:
      return { state: pause(state, "ada", "audit", now), decisions: [] };
    case 1:
      return resume(policy, state, { by: "ada", catchUp: (["skip", "merged", "all"] as const)[random(3)] ?? "all" }, now);
    case 2: {
      const answer = { requestId: state.approval?.request.id ?? "data/flight-delay/none", by: "ada", isApproved: random(4) > 0 };
      const taken = answerApproval(policy, state, answer, now);
      return "transition" in taken ? taken.transition : { state, decisions: [] };
    }
    case 3: {
      const requestId = state.runs[0]?.requestId ?? "data/flight-delay/none";
      // Of a run that has not started a person ends the start too.
      return { state: settleRun(giveUpStart(state, requestId, now), { requestId, status: "succeeded" }, now), decisions: [] };
    }
    case 4:
      return reask(policy, state, now);
    default:
      return decide(policy, state, hostileRequest(random, step), now);
  }
}

/** The records were written, no notice was sent, and a start was performed, was not, or found no capacity. */
function performed(random: Random, state: CoordinatorState, now: number): CoordinatorState {
  const notices = state.outbox.filter(({ type }) => type === "notify").slice(-20);
  const starts = state.outbox.flatMap((effect) => (effect.type === "start" ? [effect] : []));
  const [start] = starts;
  if (start === undefined || random(2) === 0) return { ...state, outbox: [...notices, ...starts] };
  const left = { ...state, outbox: [...notices, ...starts.slice(1)] };
  return random(2) === 0 ? withdrawStart(left, start, now) : left;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_äöüßéèñ日本語学習再訓練";

/** As large as a request may be, of texts that nothing makes smaller. */
function hostileRequest(random: Random, step: number): TrainingRequest {
  const noise = Array.from({ length: 150_000 }, () => LETTERS[random(LETTERS.length)]).join("");
  const text = (length: number) => {
    const from = random(noise.length - length);
    return noise.slice(from, from + length);
  };
  const cause = (): Cause => ({ type: "manual", by: text(80), why: text(80) });
  const causes = Array.from({ length: 1 + random(20) }, cause);
  const length = 1 + random(random(2) === 0 ? 20 : 300);
  const all = Array.from({ length: 1_000 }, () => manifestOf(`s3://data/${text(length)}`, random));
  const request = requestOf(`${step}`, { causes, manifests: all, priority: 1 + random(5), needsApproval: random(3) === 0 });
  let count = all.length;
  while (spaceOf({ ...request, manifests: all.slice(0, count) }) > MAX_TRAINING_SPACE) count = Math.floor(count * 0.95);
  return { ...request, manifests: all.slice(0, random(4) === 0 ? random(count) : count) };
}

function manifestOf(uri: string, random: Random = randomOf(1)): Manifest {
  const number = () => random(2 ** 31) * 2 ** 21;
  const digest = Array.from({ length: 16 }, () => random(65_536).toString(16).padStart(4, "0")).join("");
  return { uri, objects: number(), bytes: number(), digest };
}
