import { impliedPrice, type ServedStep } from "../../../functions/core/replay/implied-price";

describe("impliedPrice", () => {
  it("should be the debt that a team let grow before it trained", () => {
    const calm = Array<ServedStep>(10).fill({ error: 0.1 });
    const drifting = Array<ServedStep>(10).fill({ error: 0.2 });
    const steps = [...calm, ...drifting].with(-1, { error: 0.2, isStart: true });
    expect(impliedPrice(steps)).toEqual({ price: expect.closeTo(1, 9), starts: 1, debts: [expect.closeTo(1, 9)] });
  });

  it("should begin again with each model", () => {
    const cycle = (error: number): ServedStep[] => [
      { error: 0.1, isDeployed: true },
      ...Array<ServedStep>(8).fill({ error: 0.1 }),
      { error, isStart: true },
    ];
    expect(impliedPrice([...cycle(0.3), ...cycle(0.5)])).toMatchObject({ price: expect.closeTo(0.3, 9), starts: 2 });
  });

  it("should be 0 for trainings of a model that is as good as any", () => {
    const steps = Array<ServedStep>(30).fill({ error: 0.1, rows: 100, isStart: true });
    expect(impliedPrice(steps)?.price).toBeCloseTo(0, 9);
  });

  it("should be unknown without starts, without steps, and before anything is known of the model", () => {
    expect(impliedPrice([])).toBeUndefined();
    expect(impliedPrice([{ error: 0.1 }])).toBeUndefined();
    expect(impliedPrice([{ error: 0.1, isStart: true }])).toBeUndefined();
  });
});
