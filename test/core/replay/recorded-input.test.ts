import { type CoordinatorState, initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import { pause } from "../../../functions/core/coordination/intervene";
import { MAX_INPUTS, recorded, recordedInputSchema, requestInput } from "../../../functions/core/replay/recorded-input";
import { DAY_MS, NOON, policyOf, requestOf } from "../../simulation/requests";

const SETTINGS = { model: "flight-delay", policy: policyOf(), data: { bucket: "data" } };

describe("recorded", () => {
  it("should tell the settings and the state before the first decision, and nothing before the next of the month", () => {
    const first = requested(initialState(NOON), "1", NOON);
    const second = requested(first.state, "2", NOON + 1);

    expect(first.decisions[0]?.inputs?.map(({ type }) => type)).toEqual(["settings", "state"]);
    expect(first.decisions[0]?.inputs?.every((input) => recordedInputSchema.safeParse(input).success)).toBe(true);
    expect(second.decisions[0]?.inputs).toBeUndefined();
  });

  it("should give the outbox the decision that it returns", () => {
    const { state, decisions } = requested(initialState(NOON), "1", NOON);

    expect(state.outbox.flatMap((effect) => (effect.type === "record" ? [effect.decision] : []))).toEqual(decisions);
  });

  it("should tell settings that changed, and the state once a month", () => {
    const { state } = requested(initialState(NOON), "1", NOON);
    const settings = { ...SETTINGS, policy: policyOf({ maxRuns: 7 }) };

    const changed = requested(state, "2", NOON + 1, settings);
    const nextMonth = requested({ ...changed.state, outbox: [] }, "3", NOON + 20 * DAY_MS, settings);

    expect(changed.decisions[0]?.inputs).toEqual([
      { type: "settings", settings: JSON.stringify({ model: settings.model, policy: settings.policy, data: settings.data }) },
    ]);
    expect(nextMonth.decisions[0]?.inputs?.map(({ type }) => type)).toEqual(["settings", "state"]);
  });

  it("should keep what a state takes in until a decision carries it, and of sweeps in a row the last", () => {
    const { state } = requested(initialState(NOON), "1", NOON);
    const input = { type: "pause", at: NOON + 1, by: "rule a", why: "b" } as const;
    const paused = recorded(state, { state: pause(state, "rule a", "b", NOON + 1) }, input).state;
    let swept = paused;
    for (const at of [2, 3]) swept = recorded(swept, { state: { ...swept } }, { type: "sweep", at: NOON + at }).state;

    const next = requested(swept, "2", NOON + 4);

    expect(next.decisions[0]?.inputs).toEqual([input, { type: "sweep", at: NOON + 3 }]);
    expect(next.state.month.recording?.inputs).toEqual([]);
  });

  it("should give a duplicate nothing, as it is recorded once however often it comes", () => {
    const { state } = requested(initialState(NOON), "1", NOON);
    const paused = recorded(state, { state: pause(state, "a", "b", NOON) }, { type: "pause", at: NOON, by: "a", why: "b" }).state;

    const repeated = requested(paused, "1", NOON);

    expect(repeated.decisions[0]).toMatchObject({ outcome: "duplicate" });
    expect(repeated.decisions[0]?.inputs).toBeUndefined();
    expect(repeated.state.month.recording?.inputs).toHaveLength(1);
  });

  it("should record nothing of what changed nothing", () => {
    const state = initialState(NOON);

    expect(recorded(state, { state }, { type: "sweep", at: NOON }).state).toBe(state);
  });

  it(`should keep ${MAX_INPUTS} inputs, count those that are gone, and then tell settings and state again`, () => {
    const { state } = requested(initialState(NOON), "1", NOON);
    let many: CoordinatorState = { ...state, outbox: [] };
    for (let at = NOON; at < NOON + MAX_INPUTS + 5; at++) {
      many = recorded(many, { state: { ...many } }, { type: "withdrawn", at, requestId: "data/flight-delay/1" }).state;
    }

    const [first, ...rest] = requested(many, "2", NOON + DAY_MS).decisions[0]?.inputs ?? [];

    expect(many.month.recording?.inputs).toHaveLength(MAX_INPUTS);
    expect(first).toEqual({ type: "lost", inputs: 6 });
    expect(rest.slice(-2).map(({ type }) => type)).toEqual(["settings", "state"]);
  });

  it("should wait with the state while a start is left to do, or much waits", () => {
    const begun: CoordinatorState = { ...initialState(NOON), outbox: [{ type: "start", number: 0, request: requestOf("0") }] };
    const large: CoordinatorState = { ...initialState(NOON), recentIds: Array.from({ length: 50 }, (_, n) => `${n}`.repeat(400)) };

    for (const before of [begun, large]) {
      const { state, decisions } = requested(before, "1", NOON);

      expect(decisions[0]?.inputs?.map(({ type }) => type)).toEqual(["settings"]);
      expect(state.month.recording?.month).toBeUndefined();
    }
  });
});

describe("requestInput", () => {
  it("should be none where the decision shows the request as it was asked", () => {
    const request = requestOf("1");
    const { decisions } = decide(SETTINGS.policy, initialState(NOON), request, NOON);

    expect(requestInput(request, decisions)).toBeUndefined();
  });

  it("should tell what was asked where more stands in the decision", () => {
    const request = requestOf("1", { takesAlong: ["data/flight-delay/0"], needsApproval: true });
    const { decisions } = decide(SETTINGS.policy, initialState(NOON), { ...request, manifests: [...request.manifests] }, NOON);

    expect(requestInput(request, decisions)).toEqual({
      type: "request",
      id: request.id,
      causes: 1,
      manifests: 1,
      priority: 4,
      needsApproval: true,
      takesAlong: ["data/flight-delay/0"],
    });
  });
});

// Helpers

function requested(before: CoordinatorState, id: string, now: number, settings = SETTINGS) {
  const request = requestOf(id);
  const changed = decide(settings.policy, before, request, now);
  return recorded(before, changed, requestInput(request, changed.decisions), settings);
}
