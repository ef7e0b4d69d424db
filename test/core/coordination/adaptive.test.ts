import {
  type CoordinatorState,
  coordinatorStateSchema,
  initialState,
} from "../../../functions/core/coordination/coordinator-state";
import { decide, reask } from "../../../functions/core/coordination/decide";
import { decideSignal } from "../../../functions/core/coordination/handle-coordinator-message";
import { hasRoom } from "../../../functions/core/coordination/parked-requests";
import { settleRun, withdrawStart } from "../../../functions/core/coordination/settle-run";
import { reaskAll } from "../../../functions/core/coordination/sweep-coordination";
import type { AdaptivePolicy } from "../../../functions/core/quality/adaptive-policy";
import { candidateEnded } from "../../../functions/core/quality/follow-training";
import type { QualitySignal } from "../../../functions/core/quality/quality-signal";
import { decideHoldOut } from "../../../functions/core/quality/take-hold-out";
import { DAY_MS, DRIFT, HOUR_MS, MANUAL, policyOf, requestOf } from "../../simulation/requests";

const MODEL = "flight-delay";
const DATA = { bucket: "data", prefixes: [], suffixes: [], manifestPrefix: "m/" };
const MONDAY = Date.UTC(2026, 10, 2);
const ADAPTIVE: AdaptivePolicy = { price: { steps: 0.5 }, stepMs: DAY_MS, attainable: 0.1 };

describe("the check adaptive", () => {
  it("should hold every request but a person's and those of priority 1, and merge what asks meanwhile", () => {
    const { state } = labelled([0.12]);
    const now = MONDAY + DAY_MS;
    const policy = policyOf({ adaptive: ADAPTIVE });

    const urgent = requestOf("4", { causes: [DRIFT], priority: 1, manifests: [] });
    const [data] = decide(policy, state, requestOf("1"), now).decisions;
    const [drift] = decide(policy, state, requestOf("2", { causes: [DRIFT], priority: 2 }), now).decisions;
    const [person] = decide(policy, initialOf(state), requestOf("3", { causes: [MANUAL] }), now).decisions;
    const [critical] = decide(policy, initialOf(state), urgent, now).decisions;

    expect(data).toMatchObject({ outcome: "merge", reason: "adaptive" });
    expect(drift).toMatchObject({ outcome: "merge", reason: "adaptive" });
    expect(person).toMatchObject({ outcome: "start" });
    expect(critical).toMatchObject({ outcome: "start" });
    expect(critical?.checks.find(({ check }) => check === "adaptive")?.verdict).toBe("overridden");
  });

  it("should start, by a signal, the training that its error pays for, with all that waits", () => {
    const { state, decisions } = labelled([0.12, 0.5, 0.5], { first: [requestOf("1")] });

    expect(decisions.at(-1)).toMatchObject({
      outcome: "start",
      request: { manifests: [{ objects: 10 }], askedBy: { data: 4, quality: 4 } },
    });
    expect(state.quality).toMatchObject({ awaited: { requestId: "data/flight-delay/1" }, month: { starts: 1 } });
    expect(state.quality?.breakEven.excessAtStart).toBeGreaterThan(0.15);
  });

  it("should say of a refusal when it will be over, and ask again then, without a signal", () => {
    const { state } = labelled([0.12, 0.2, 0.2, 0.2]);
    const [waiting] = state.parked;
    const policy = policyOf({ adaptive: ADAPTIVE });
    const dueAt = waiting?.dueAt ?? 0;

    expect(reask(policy, state, dueAt - 1).state.parked).toEqual(state.parked);
    expect(reask(policy, state, dueAt).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should let a request wait for its worth for longer than others may wait, and write nothing meanwhile", () => {
    const { state } = labelled([0.1, 0.1, 0.1]);
    const policy = policyOf({ adaptive: ADAPTIVE });
    const paused: CoordinatorState = { ...state, paused: { by: "ada", why: "audit", at: MONDAY } };
    const late = MONDAY + 12 * DAY_MS;

    const day = reask(policy, state, late).state;

    expect(day.parked).toEqual(state.parked);
    expect(reask(policy, day, late + HOUR_MS).state).toBe(day);
    expect(reask(policy, paused, late).decisions).toMatchObject([{ outcome: "reject", reason: "expired" }]);
  });

  it("should be answered by the model that its training made, and wait for that", () => {
    const policy = policyOf({ adaptive: ADAPTIVE });
    const { state } = labelled([0.12, 0.5, 0.5]);
    const requestId = state.quality?.awaited?.requestId ?? "";
    const [now, end] = [MONDAY + 3 * DAY_MS + HOUR_MS, MONDAY + 4 * DAY_MS];

    const during = decide(policy, state, requestOf("9"), now).decisions[0];
    const told = decideHoldOut(
      settings(),
      state,
      { model: MODEL, run: requestId, holdOut: { challenger: 0.12, champion: 0.5 } },
      now,
    );
    const after = settleRun(told.state, { requestId, status: "succeeded" }, end, end);

    expect(during).toMatchObject({ outcome: "defer", reason: "adaptive" });
    expect(after.quality).toMatchObject({ servingSince: end, breakEven: { steps: 0, holdOut: 0.12 } });
    expect(after.quality).not.toHaveProperty("awaited");
  });

  it("should not wait for a training that found no room", () => {
    const { state } = labelled([0.12, 0.5, 0.5]);
    const start = state.outbox.find((effect) => effect.type === "start");
    if (start?.type !== "start") throw new Error("expected a start");

    const { quality } = withdrawStart(state, start, MONDAY + 5 * DAY_MS);

    expect(quality).not.toHaveProperty("awaited");
    expect(quality?.month.starts).toBe(0);
  });
});

describe("decideSignal", () => {
  it.each(["withdrawn", "failed"] as const)("should wait for a training that runs when a later start was %s", (fate) => {
    const policy = policyOf({ adaptive: ADAPTIVE });
    const { state } = labelled([0.12, 0.5, 0.5]);
    const now = MONDAY + 3 * DAY_MS + HOUR_MS;
    const [running] = state.runs;
    const { state: both } = decide(policy, state, requestOf("3", { causes: [MANUAL], manifests: [] }), now);
    const requestId = both.quality?.awaited?.requestId ?? "";
    const start = both.outbox.findLast(({ type }) => type === "start");
    if (start?.type !== "start") throw new Error("nothing started");

    const after = fate === "failed" ? settleRun(both, { requestId, status: fate }, now, now) : withdrawStart(both, start, now);

    expect(requestId).not.toBe(running?.requestId);
    expect(after.quality?.awaited?.requestId).toBe(running?.requestId);
    expect(decide(policy, after, requestOf("4"), now + 1).decisions[0]).toMatchObject({ outcome: "defer", reason: "adaptive" });
  });

  it.each([
    [0.3, 12],
    [1, 35],
  ])("should start ever more rarely at an error of %s while candidates are rejected, one after the other", (error, most) => {
    const adapting = { ...settings(), policy: policyOf({ adaptive: { ...ADAPTIVE, isPromoted: true } }) };
    let state = initialState(MONDAY);
    const starts: number[] = [];
    for (let day = 0; day < 200; day++) {
      const at = MONDAY + (day + 1) * DAY_MS;
      state = decideSignal(adapting, state, signalOf(day, day < 5 ? 0.1 : error), false, at).state;
      const [run] = state.runs;
      if (run === undefined) continue;
      starts.push(day);
      const ended = settleRun(state, { requestId: run.requestId, status: "succeeded" }, at + HOUR_MS, at + HOUR_MS);
      if (ended.quality === undefined) throw new Error("nothing is known");
      state = { ...ended, outbox: [], quality: candidateEnded(ended.quality, run.requestId) };
    }

    expect(starts.length).toBeGreaterThan(3);
    expect(starts.length).toBeLessThan(most);
    expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBeLessThanOrEqual((starts.at(-1) ?? 0) - (starts.at(-2) ?? 0));
  });

  it("should take each signal of a monitor with long names for a year, with room left for data", () => {
    const name = "漢".repeat(256);
    let { state } = labelled([0.1]);
    const reasons = new Set<string>();
    for (let day = 1; day < 365; day++) {
      const signal = { ...signalOf(day, 0.1), monitor: name, metric: name };
      const decided = decideSignal(settings(), state, signal, false, MONDAY + (day + 1) * DAY_MS);
      for (const { reason } of decided.decisions) reasons.add(reason);
      state = { ...decided.state, outbox: [] };
    }

    expect([...reasons]).toEqual(["adaptive"]);
    expect(state.parked).toHaveLength(1);
    const [{ causes, omittedCauses = 0 } = { causes: [] }] = state.parked.map(({ request }) => request);
    expect(causes.length + omittedCauses).toBe(365);
    expect(hasRoom(state, requestOf("1"))).toBe(true);
  });

  it("should count signals again of a model whose promotion was told by a clock that was far ahead", () => {
    const { state } = labelled([0.12]);
    if (state.quality === undefined) throw new Error("nothing is known");
    const ahead = { ...state, quality: { ...state.quality, servingSince: MONDAY + 300 * DAY_MS } };

    const corrected = decide(policyOf({ adaptive: ADAPTIVE }), ahead, requestOf("1"), MONDAY + DAY_MS).state;

    expect(corrected.quality?.servingSince).toBe(MONDAY + DAY_MS);
  });

  it("should count each delivery of a signal once, and keep a state that can be stored", () => {
    const { state } = labelled([0.12]);
    const again = decideSignal(settings(), state, signalOf(0, 0.12), false, MONDAY + 2 * DAY_MS);

    expect(again.decisions).toMatchObject([{ outcome: "duplicate" }]);
    expect(again.state.quality).toEqual(state.quality);
    expect(coordinatorStateSchema.parse(JSON.parse(JSON.stringify(again.state)))).toEqual(again.state);
  });

  it("should change nothing for a signal that counts for nothing, and say why", () => {
    const { state } = labelled([0.12]);

    for (const [signal, why] of [
      [signalOf(0, 0.9), "labels of its time, or of a later one, counted already"],
      [{ ...signalOf(1, 0.9), rows: 0 }, "it has no labelled rows"],
    ] as const) {
      const taken = decideSignal(settings(), state, signal, false, MONDAY + 2 * DAY_MS);
      expect([taken.ignored, taken.decisions, taken.state]).toEqual([why, [], state]);
    }
  });

  it("should leave a model alone that has no such policy", () => {
    const state = initialState(MONDAY);
    const taken = decideSignal({ policy: policyOf(), data: DATA }, state, signalOf(0, 0.9), false, MONDAY + DAY_MS);

    expect(taken.state).toBe(state);
    expect(taken.ignored).toContain("no policy.adaptive");
  });
});

describe("reaskAll", () => {
  it("should ask by the clock, once in a step, where the nowcast reaches the price and nobody waits", () => {
    const { state } = labelled([0.12, 0.2, 0.2, 0.2]);
    const alone = { ...state, parked: [] };
    const due = state.parked[0]?.dueAt ?? 0;

    expect(reaskAll(settings(), alone, due - 1).decisions).toEqual([]);
    const asked = reaskAll(settings(), alone, due);
    expect(asked.decisions).toMatchObject([
      { outcome: "start", requestId: expect.stringMatching(/^quality\/flight-delay\/sweep-/) },
    ]);
    expect(reaskAll(settings(), asked.state, due + 60_000).decisions).toEqual([]);
  });

  it("should ask once in a step, however many requests came since", () => {
    const { state } = labelled([0.12, 0.2, 0.2, 0.2]);
    const due = state.parked[0]?.dueAt ?? 0;
    const asked = reaskAll(settings(), { ...state, parked: [] }, due).state;
    if (asked.quality === undefined) throw new Error("nothing is known of the quality");
    const { awaited: _awaited, ...quality } = asked.quality;
    const forgotten = { ...asked, runs: [], recentIds: [], quality };

    expect(reaskAll(settings(), forgotten, due + 60_000).decisions).toEqual([]);
    expect(reaskAll(settings(), forgotten, due + DAY_MS).decisions).toHaveLength(1);
  });

  it("should ask by the period where labels never came, and not before a first training", () => {
    const policy = policyOf({ adaptive: { ...ADAPTIVE, periodMs: 7 * DAY_MS } });
    const periodic = { model: MODEL, data: DATA, policy };
    const nothing = initialState(MONDAY);
    const started = decide(policy, nothing, requestOf("1"), MONDAY).state;
    const ended = settleRun(started, { requestId: "data/flight-delay/1", status: "succeeded" }, MONDAY + HOUR_MS);

    expect(reaskAll(periodic, nothing, MONDAY + 60_000).decisions).toEqual([]);
    expect(reaskAll(periodic, ended, MONDAY + 7 * DAY_MS).decisions).toEqual([]);
    expect(reaskAll(periodic, ended, MONDAY + 7 * DAY_MS + HOUR_MS).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should do what it did before without the policy", () => {
    const state = initialState(MONDAY);

    expect(reaskAll({ ...settings(), policy: policyOf() }, state, MONDAY).state).toBe(state);
  });
});

// Helpers

function settings() {
  return { model: MODEL, policy: policyOf({ adaptive: ADAPTIVE }), data: DATA };
}

function signalOf(day: number, error: number): QualitySignal {
  const [from, to] = [MONDAY + day * DAY_MS, MONDAY + (day + 1) * DAY_MS];
  return { model: MODEL, monitor: "labels", metric: "accuracy", from, to, error, rows: 400 };
}

/** What a signal at the end of each day came to, after the requests of `first`. */
function labelled(errors: readonly number[], { first = [] }: { readonly first?: readonly ReturnType<typeof requestOf>[] } = {}) {
  const known = decideSignal(settings(), initialState(MONDAY), signalOf(0, errors[0] ?? 0), false, MONDAY + DAY_MS);
  const begun = first.reduce((sofar, request) => decide(settings().policy, sofar.state, request, MONDAY + DAY_MS), {
    state: { ...known.state, parked: first.length > 0 ? [] : known.state.parked },
    decisions: known.decisions,
  });
  return errors
    .slice(1)
    .reduce(
      ({ state }, error, day) => decideSignal(settings(), state, signalOf(day + 1, error), false, MONDAY + (day + 2) * DAY_MS),
      begun,
    );
}

/** Nothing waits that a request could join. */
function initialOf(state: CoordinatorState): CoordinatorState {
  return { ...state, parked: [] };
}
