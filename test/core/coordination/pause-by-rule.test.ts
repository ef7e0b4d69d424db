import fc from "fast-check";
import { type CoordinatorState, initialState } from "../../../functions/core/coordination/coordinator-state";
import { pauseByRule, pausedByRule } from "../../../functions/core/coordination/handle-coordinator-message";
import { pause, resume } from "../../../functions/core/coordination/intervene";
import type { PauseOrder } from "../../../functions/core/coordinator-message";
import type { LogRecord } from "../../../functions/core/log/log";
import { memoryCoordinatorStore } from "../../../functions/memory/coordination";
import { settingsOf } from "../../simulation/data-path";
import { NOON, policyOf } from "../../simulation/requests";

const ORDER: PauseOrder = { model: "flight-delay", rule: "endpoint-failed", why: "Endpoint State Change: scorer", at: NOON };
const BY_RULE = { by: "rule endpoint-failed", why: "Endpoint State Change: scorer", at: NOON + 5 };

describe("pausedByRule", () => {
  it("should pause in the rule's name, and change nothing the second time", () => {
    const once = pausedByRule(initialState(NOON), ORDER, NOON + 5);

    expect(once.paused).toEqual(BY_RULE);
    expect(pausedByRule(once, { ...ORDER, rule: "another", at: NOON + 9 }, NOON + 10)).toBe(once);
  });

  it("should not overwrite a person's pause", () => {
    const byPerson = pause(initialState(NOON), "ada", "audit", NOON - 1);

    expect(pausedByRule(byPerson, ORDER, NOON + 5)).toBe(byPerson);
  });

  it("should not undo that a person resumed after the event, but pause for a later event", () => {
    const resumed = resumedAt(pausedByRule(initialState(NOON), ORDER, NOON + 5), NOON + 60_000);

    expect(pausedByRule(resumed, ORDER, NOON + 70_000)).toBe(resumed);
    expect(pausedByRule(resumed, { ...ORDER, at: NOON + 60_000 }, NOON + 70_000)).toBe(resumed);
    expect(pausedByRule(resumed, { ...ORDER, at: NOON + 60_001 }, NOON + 70_000).paused?.at).toBe(NOON + 70_000);
  });

  it("should end as a person's last word says, however often and late an earlier event is delivered", () => {
    const step = fc.constantFrom("rule", "resume", "pause");

    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const end = steps.reduce<CoordinatorState>((state, what, index) => {
          const now = NOON + 1 + index;
          if (what === "rule") return pausedByRule(state, ORDER, now);
          return what === "pause" ? pause(state, "ada", "audit", now) : resumedAt(state, now);
        }, initialState(NOON));
        const last = steps.findLast((what) => what !== "rule");

        expect(end.paused !== undefined).toBe(last === undefined ? steps.length > 0 : last === "pause");
      }),
    );
  });
});

describe("pauseByRule", () => {
  it("should save the pause once, and report what it did", async () => {
    const world = createWorld();

    await pauseByRule(world.ports, settingsOf(), ORDER);
    await pauseByRule(world.ports, settingsOf(), ORDER);

    const loaded = await world.ports.states.load("flight-delay");
    expect(loaded).toMatchObject({ version: 1, state: { paused: BY_RULE } });
    expect(world.reports).toMatchObject([
      { level: "info", event: "paused", model: "flight-delay", rule: "endpoint-failed" },
      { level: "info", event: "pause-ignored", model: "flight-delay", rule: "endpoint-failed" },
    ]);
  });

  it("should report a model that is not configured, and leave no state for it", async () => {
    const world = createWorld();

    await pauseByRule(world.ports, undefined, { ...ORDER, model: "gone" });

    expect(world.reports).toMatchObject([{ level: "warn", event: "pause-of-unknown-model", model: "gone" }]);
    expect(await world.ports.states.load("gone")).toBeUndefined();
  });
});

// Helpers

function resumedAt(state: CoordinatorState, now: number): CoordinatorState {
  return resume(policyOf(), state, { by: "ada", catchUp: "merged" }, now).state;
}

function createWorld() {
  const reports: LogRecord[] = [];
  const log = (entry: LogRecord) => {
    reports.push(entry);
  };
  return { reports, ports: { states: memoryCoordinatorStore(), log, now: () => NOON + 5 } };
}
