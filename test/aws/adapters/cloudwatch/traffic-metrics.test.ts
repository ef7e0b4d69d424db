import { RetryableError } from "../../../../functions/core/errors";
import { WINDOW_MS } from "../../../../functions/core/promotion/rollout/evidence/counted-window";
import type { WindowSpan } from "../../../../functions/core/promotion/rollout/ports";
import type { Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import { orderOf, reach } from "../../../contracts/endpoint-traffic.contract";
import { type Answer, awsError } from "../loopback-server";
import {
  CHAMPION,
  type EndpointWorldOptions,
  openEndpointWorld,
  type SageMakerWorld,
  settingsOf,
} from "../sagemaker/endpoint-world";

const BEFORE: Traffic = { is: "champion" };
const SHADOW: Traffic = { is: "shadow" };
const split = (percent: number): Traffic => ({ is: "split", percent });
const BUSINESS = { namespace: "Shop", metric: "Value", dwellWindows: 72 };

describe("cloudWatchTrafficMetrics", () => {
  let world: SageMakerWorld | undefined;

  afterEach(() => world?.stop());

  async function openWorld(options: EndpointWorldOptions = {}) {
    world = await openEndpointWorld(options);
    return world;
  }

  it("should count each stage by what was answered, and prove each way back", async () => {
    const opened = await openWorld({ settings: { business: BUSINESS } });
    opened.simulated.errorRates.set(CHAMPION.model, 0.01).set("rt-89abcdef-0123abcd-model", 0.1);
    opened.simulated.values.set(CHAMPION.model, 0.5).set("rt-89abcdef-0123abcd-model", 0.25);
    const counted: unknown[] = [];
    let from: Traffic = BEFORE;
    for (const to of [SHADOW, split(5), BEFORE, split(25), BEFORE, split(50), split(100), BEFORE]) {
      await reach(opened, from, to);
      from = to;
      const { at, ...counts } = await nextWindow(opened, 2_000);
      counted.push(counts);
    }

    const side = (requests: number, errors: number, business: number) => ({ requests, errors, business });
    const alone = { champion: side(2_000, 20, 1_000) };
    expect(counted).toEqual([
      { ...alone, candidate: side(2_000, 200, 500) },
      { champion: side(1_900, 19, 950), candidate: side(100, 10, 25) },
      alone,
      { champion: side(1_500, 15, 750), candidate: side(500, 50, 125) },
      alone,
      { champion: side(1_000, 10, 500), candidate: side(1_000, 100, 250) },
      { candidate: side(2_000, 200, 500) },
      alone,
    ]);
  });

  it("should give every window, oldest first, and none to a variant without a request", async () => {
    const opened = await openWorld();
    const span = spanOf(opened, 3);
    opened.simulated.advance(WINDOW_MS);
    opened.serve(40);
    opened.simulated.advance(2 * WINDOW_MS);

    const windows = await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), span);

    const [first, second, third] = [0, 1, 2].map((index) => span.from + index * WINDOW_MS);
    expect(windows).toEqual([{ at: first }, { at: second, champion: { requests: 40, errors: 0 } }, { at: third }]);
  });

  it("should ask for sums by variant, over whole windows", async () => {
    const opened = await openWorld({ settings: { business: BUSINESS } });
    const span = spanOf(opened, 2);

    await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), span);

    const [input] = opened.server.inputs("GetMetricData");
    expect(input).toMatchObject({ StartTime: span.from / 1000, EndTime: span.until / 1000, ScanBy: "TimestampAscending" });
    const asked = ["AllTraffic", "retrigger-a"].flatMap((variant) =>
      [
        ["AWS/SageMaker", "Invocations"],
        ["AWS/SageMaker", "InvocationModelErrors"],
        ["Shop", "Value"],
      ].map(([Namespace, MetricName]) => ({
        Id: expect.stringMatching(/^[a-z][a-zA-Z0-9_]*$/),
        MetricStat: {
          Metric: {
            Namespace,
            MetricName,
            Dimensions: [
              { Name: "EndpointName", Value: "flights" },
              { Name: "VariantName", Value: variant },
            ],
          },
          Period: 300,
          Stat: "Sum",
        },
      })),
    );
    expect(input?.MetricDataQueries).toEqual(asked);
  });

  it("should put together what comes on pages, in whatever order", async () => {
    const opened = await openWorld({ pageSize: 2 });
    const span = spanOf(opened, 5);
    for (let index = 1; index <= 5; index++) {
      opened.serve(index);
      opened.simulated.advance(WINDOW_MS);
    }

    const windows = await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), span);

    expect(windows.map(({ champion }) => champion?.requests)).toEqual([1, 2, 3, 4, 5]);
    expect(opened.server.inputs("GetMetricData")).toHaveLength(3);
  });

  it("should tell the champion's past alone, without a latency", async () => {
    const opened = await openWorld();
    const span = spanOf(opened, 2016);
    opened.serve(10);

    const history = await opened.metrics.history(opened.settings, CHAMPION, span);

    expect(history.windows).toHaveLength(2016);
    expect(history.windows[0]).toEqual({ at: span.from, champion: { requests: 10, errors: 0 } });
    expect(history).not.toHaveProperty("p95Ms");
    expect(JSON.stringify(opened.server.inputs("GetMetricData"))).not.toContain("retrigger-a");
  });

  it("should count nothing of SageMaker's own blue/green", async () => {
    const native = { shift: { type: "canary" as const, percent: 10 }, waitSec: 600, alarms: ["flights-errors"] };
    const opened = await openWorld({ settings: { sagemaker: { role: "r", namePrefix: "rt-89abcdef", native } } });
    const span = spanOf(opened, 1);

    expect(await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), span)).toEqual([{ at: span.from }]);
    expect(opened.server.inputs("GetMetricData")).toEqual([]);
  });

  it("should leave out errors and values that are not reported yet", async () => {
    const refuse = () => metricAnswer({ champion_requests: [7], champion_errors: [], champion_business: [] });
    const opened = await openWorld({ settings: { business: BUSINESS }, refuse });
    const span = spanOf(opened, 1);

    expect(await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), span)).toEqual([
      { at: span.from, champion: { requests: 7 } },
    ]);
  });

  it("should count no more errors than requests, as a slow answer may fail in the window after its request", async () => {
    const refuse = () => metricAnswer({ champion_requests: [10], champion_errors: [11] });
    const opened = await openWorld({ refuse });
    const span = spanOf(opened, 1);

    expect(await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), span)).toEqual([
      { at: span.from, champion: { requests: 10, errors: 10 } },
    ]);
  });

  it.each([
    ["a part of the values", metricAnswer({}, "PartialData")],
    ["an error of its own", metricAnswer({}, "InternalError")],
    ["not all of the metrics", { status: 200, body: JSON.stringify({ MetricDataResults: [] }) }],
    ["a message", { status: 200, body: JSON.stringify({ MetricDataResults: [], Messages: [{ Code: "c", Value: "too much" }] }) }],
    ["that it is asked too often", awsError("ThrottlingException", "Rate exceeded")],
    ["a fault", awsError("InternalServiceFault", "a fault", 500)],
    ["nothing", "hang up"],
  ] as const satisfies readonly (readonly [string, Answer])[])(
    "should be asked again where CloudWatch answers %s",
    async (_, answer) => {
      const opened = await openWorld({ refuse: () => answer });

      await expect(opened.metrics.read(orderOf(opened, BEFORE, BEFORE), spanOf(opened, 1))).rejects.toThrow(RetryableError);
    },
  );

  it.each([
    ["a negative count", metricAnswer({ champion_requests: [-1] })],
    ["a time without its value", metricAnswer({ champion_requests: [undefined] })],
    ["a missing permission", awsError("AccessDeniedException", "not authorized to perform: cloudwatch:GetMetricData")],
  ] as const)("should reject where CloudWatch answers %s", async (_, answer) => {
    const opened = await openWorld({ refuse: () => answer });

    const failure = await opened.metrics.read(orderOf(opened, BEFORE, BEFORE), spanOf(opened, 1)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(RetryableError);
  });

  it("should stop where pages have no end", async () => {
    const opened = await openWorld({ refuse: () => metricAnswer({}, "PartialData", { NextToken: "again" }) });

    await expect(opened.metrics.read(orderOf(opened, BEFORE, BEFORE), spanOf(opened, 1))).rejects.toThrow(
      "have no end after 50 pages",
    );
  });

  it("should refuse spans of no whole windows, and a business metric without a namespace", async () => {
    const opened = await openWorld();
    const { from } = spanOf(opened, 1);
    const { namespace: _namespace, ...business } = BUSINESS;

    const refusals = [
      opened.metrics.history(opened.settings, CHAMPION, { from, until: from + 1 }),
      opened.metrics.history(settingsOf({ business }), CHAMPION, spanOf(opened, 1)),
    ];

    await expect(refusals[0]).rejects.toThrow("expected multiples of 300000 ms");
    await expect(refusals[1]).rejects.toThrow("has no namespace");
  });
});

// Helpers

/** So many windows from the one of now on. */
function spanOf({ simulated }: SageMakerWorld, windows: number): WindowSpan {
  const from = Math.floor(simulated.now() / WINDOW_MS) * WINDOW_MS;
  return { from, until: from + windows * WINDOW_MS };
}

/** What is counted of a whole window in which callers send so many requests. */
async function nextWindow(world: SageMakerWorld, requests: number) {
  world.simulated.advance(WINDOW_MS);
  const [window] = [spanOf(world, 1)];
  world.serve(requests);
  world.simulated.advance(WINDOW_MS);
  const [counts] = await world.metrics.read(orderOf(world, BEFORE, BEFORE), window);
  if (counts === undefined) throw new Error("there is no window");
  return counts;
}

/** An answer with these values of the window that the world begins with. */
function metricAnswer(
  values: Readonly<Record<string, readonly (number | undefined)[]>>,
  StatusCode = "Complete",
  fields: object = {},
): Answer {
  const at = Date.parse("2026-11-21T12:00:00Z") / 1000;
  const ids = ["champion", "candidate"].flatMap((side) => ["requests", "errors", "business"].map((count) => `${side}_${count}`));
  const MetricDataResults = ids.map((Id) => {
    const found = values[Id] ?? [];
    return { Id, Timestamps: found.map(() => at), Values: found.filter((value) => value !== undefined), StatusCode };
  });
  return { status: 200, body: JSON.stringify({ MetricDataResults, ...fields }) };
}
