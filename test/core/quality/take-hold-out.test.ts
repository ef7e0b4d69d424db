import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import type { LogRecord } from "../../../functions/core/log/log";
import type { AdaptivePolicy } from "../../../functions/core/quality/adaptive-policy";
import { decideHoldOut, takeHoldOut } from "../../../functions/core/quality/take-hold-out";
import { memoryCoordinatorStore } from "../../../functions/memory/coordination";
import { settingsOf } from "../../simulation/data-path";
import { DAY_MS, NOON, policyOf, requestOf } from "../../simulation/requests";

const ADAPTIVE: AdaptivePolicy = { price: { steps: 0.5 }, stepMs: DAY_MS };
const SETTINGS = { ...settingsOf(), policy: policyOf({ adaptive: ADAPTIVE }) };
const REPORT = { model: "flight-delay", run: "data/flight-delay/1", holdOut: { challenger: 0.12, champion: 0.19 } };

describe("decideHoldOut", () => {
  it("should change nothing of a state in which it counts for nothing", () => {
    const state = started();

    for (const [settings, report, why] of [
      [{ policy: policyOf() }, REPORT, "the model has no policy.adaptive, which would use it"],
      [SETTINGS, { ...REPORT, run: "run-9" }, "it is of no training that is awaited or serves"],
    ] as const) {
      expect(decideHoldOut(settings, state, report, NOON + DAY_MS)).toEqual({ state, ignored: why });
    }
  });

  it("should find the training that runs where the policy is newer than its start", () => {
    const { quality: _none, ...before } = started();

    expect(decideHoldOut(SETTINGS, before, REPORT, NOON)).toMatchObject({
      training: REPORT.run,
      state: { quality: { awaited: REPORT.holdOut } },
    });
  });
});

describe("takeHoldOut", () => {
  it("should record it for a replay, once, however often it is told", async () => {
    const world = await createWorld();

    await world.take();
    await world.take();

    const state = await world.state();
    expect(state?.quality?.awaited).toMatchObject(REPORT.holdOut);
    expect(state?.month.recording?.inputs.filter((input) => "training" in input)).toEqual([
      { type: "hold-out", at: NOON, training: REPORT.run, holdOut: REPORT.holdOut },
    ]);
    expect(world.logged.map(({ event }) => event)).toEqual(["hold-out-taken"]);
  });

  it("should say why it counts for nothing", async () => {
    const world = await createWorld();

    await world.take({ ...REPORT, run: "run-9" });
    await takeHoldOut(world.ports, undefined, REPORT);

    expect(world.logged).toMatchObject([
      { event: "hold-out-ignored", run: "run-9", why: "it is of no training that is awaited or serves" },
      { event: "hold-out-ignored", run: REPORT.run, why: "no such model is configured" },
    ]);
  });
});

// Helpers

function started() {
  return decide(SETTINGS.policy, initialState(NOON), requestOf("1"), NOON).state;
}

async function createWorld() {
  const states = memoryCoordinatorStore();
  await states.save(SETTINGS.model, started(), 0);
  const logged: LogRecord[] = [];
  const ports = { states, now: () => NOON, log: (entry: LogRecord) => void logged.push(entry) };
  return {
    ports,
    logged,
    take: (report = REPORT) => takeHoldOut(ports, SETTINGS, report),
    state: async () => (await states.load(SETTINGS.model))?.state,
  };
}
