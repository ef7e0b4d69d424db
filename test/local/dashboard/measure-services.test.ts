import { measureServices, type Services } from "../../../local/dashboard/collect-metrics";

describe("measureServices", () => {
  it("should measure the queues as they are, and the functions since the last time", () => {
    const counts = { killed: 3 };
    const measure = measureServices(services(counts, 40_000));

    const first = measure(100_000);
    counts.killed = 5;
    const second = measure(160_000);

    expect(valuesOf(first)).toMatchObject({
      "DeadLetters data": 2,
      "QueueAge data": 60,
      "QueueAge drift": 0,
      "FunctionErrors sweeper": 3,
    });
    expect(valuesOf(second)).toMatchObject({ "QueueAge data": 120, "FunctionErrors sweeper": 2, "FunctionErrors batcher": 0 });
  });
});

// Helpers

function services(sweeperCounts: { readonly killed: number }, oldest: number): Services {
  const idle = { deadLetters: [], oldestSentAt: () => undefined };
  const calm = { counts: { killed: 0 } };
  return {
    queues: { data: { deadLetters: ["a", "b"], oldestSentAt: () => oldest }, requests: idle, drift: idle },
    functions: { batcher: calm, coordinator: calm, "drift-evaluator": calm, sweeper: { counts: sweeperCounts } },
  };
}

function valuesOf(values: ReturnType<ReturnType<typeof measureServices>>): Record<string, number> {
  return Object.fromEntries(values.map(({ name, dimensions, value }) => [`${name} ${dimensions.role}`, value]));
}
