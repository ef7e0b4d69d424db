import { RetryableError } from "../../../../functions/core/errors";
import { GoogleApiError } from "../../../../functions/gcp/adapters/google-rest";
import { monitoringTrafficMetrics } from "../../../../functions/gcp/adapters/monitoring/traffic-metrics";
import type { Answer, LoopbackServer, Received } from "../../../aws/adapters/loopback-server";
import { CHAMPION } from "../endpoint-server";
import { anonymousRest, googleError, jsonAnswer, queryOf, startGoogleServer } from "../google-server";
import { ALONE, BACK, drive, goTo, MINUTE_MS, NOON, openEndpoint, order, SERVED, SETTINGS, split } from "../vertex/endpoint-world";

const WINDOW_MS = 300_000;
const CANDIDATE = "256";
const ORDER = order(split(5), split(5));
const bounds = [10, 20, 50];

/** A window's end, counted from noon. */
const endOf = (index: number) => new Date(NOON + (index + 1) * WINDOW_MS).toISOString();

function series(model: string, values: Readonly<Record<number, object>>, labels: object = {}) {
  return {
    metric: { labels: { deployed_model_id: model, ...labels } },
    // The newest first.
    points: Object.entries(values)
      .map(([index, value]) => ({ interval: { endTime: endOf(Number(index)) }, value }))
      .reverse(),
  };
}

const responses = (model: string, code: string, counts: Readonly<Record<number, number>>) =>
  series(
    model,
    mapped(counts, (count) => ({ int64Value: String(count) })),
    { response_code: code },
  );
const latencies = (model: string, counts: Readonly<Record<number, readonly number[]>>) =>
  series(
    model,
    mapped(counts, (bucketCounts) => ({
      distributionValue: {
        count: String(bucketCounts.reduce((sum, one) => sum + one, 0)),
        mean: 15,
        bucketOptions: { explicitBuckets: { bounds } },
        bucketCounts: bucketCounts.map(String),
      },
    })),
  );

function mapped<T>(values: Readonly<Record<number, T>>, change: (value: T) => object): Record<string, object> {
  return Object.fromEntries(Object.entries(values).map(([index, value]) => [index, change(value)]));
}

describe("monitoringTrafficMetrics", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  /** Series by the end of their metric's type. */
  async function open(found: Readonly<Record<string, readonly object[]>>, answer?: (request: Received, before: number) => Answer) {
    const cloud = await startGoogleServer((request, before) => {
      if (answer !== undefined) return answer(request, before);
      const { filter = "" } = queryOf(request);
      const type = /metric\.type = "[^"]*?([^/"]+)"/.exec(filter)?.[1] ?? "";
      return jsonAnswer(type in found ? { timeSeries: found[type] } : {});
    });
    server = cloud;
    return { metrics: monitoringTrafficMetrics(anonymousRest(), cloud.endpoint), cloud };
  }

  const spanOf = (windows: number) => ({ from: NOON, until: NOON + windows * WINDOW_MS });

  it("should ask for sums of five minutes, of the endpoint and the rollout's own models", async () => {
    const { metrics, cloud } = await open({});

    await metrics.read(ORDER, spanOf(2), 20);

    const [counted, slow] = cloud.received.map(({ path }) => new URL(`http://server${path}`));
    expect(counted?.pathname).toBe("/v3/projects/p/timeSeries");
    expect([...(counted?.searchParams ?? [])]).toEqual([
      [
        "filter",
        [
          'metric.type = "aiplatform.googleapis.com/prediction/online/response_count"',
          'resource.type = "aiplatform.googleapis.com/Endpoint"',
          'resource.labels.location = "europe-west4"',
          'resource.labels.endpoint_id = "7000"',
          `metric.labels.deployed_model_id = one_of("${CHAMPION.id}", "4294967552", "256")`,
        ].join(" AND "),
      ],
      ["interval.startTime", "2026-11-21T12:00:00.000Z"],
      ["interval.endTime", "2026-11-21T12:10:00.000Z"],
      ["aggregation.alignmentPeriod", "300s"],
      ["aggregation.perSeriesAligner", "ALIGN_SUM"],
      ["aggregation.crossSeriesReducer", "REDUCE_SUM"],
      ["aggregation.groupByFields", "metric.labels.deployed_model_id"],
      ["aggregation.groupByFields", "metric.labels.response_code"],
    ]);
    expect(slow?.searchParams.get("filter")).toContain('prediction_latencies" AND');
    expect(slow?.searchParams.get("filter")).toContain('metric.labels.latency_type = "total"');
    expect(cloud.received).toHaveLength(2);
  });

  it("should count a point to the window that ends with it, all responses as requests, and 5xx alone as errors", async () => {
    const { metrics } = await open({
      response_count: [
        responses(CHAMPION.id, "2xx", { 0: 90, 1: 80 }),
        responses(CHAMPION.id, "4xx", { 0: 7 }),
        responses(CHAMPION.id, "5xx", { 0: 3 }),
        responses(CANDIDATE, "2xx", { 1: 5 }),
        responses("12", "2xx", { 0: 1000 }),
      ],
    });

    expect(await metrics.read(ORDER, spanOf(3))).toEqual([
      { at: NOON, champion: { requests: 100, errors: 3 } },
      { at: NOON + WINDOW_MS, champion: { requests: 80, errors: 0 }, candidate: { requests: 5, errors: 0 } },
      { at: NOON + 2 * WINDOW_MS },
    ]);
  });

  it("should count requests above the frozen latency, and leave out what nobody knows", async () => {
    const { metrics } = await open({
      response_count: [responses(CHAMPION.id, "2xx", { 0: 10, 1: 10 }), responses(CANDIDATE, "2xx", { 0: 4 })],
      prediction_latencies: [latencies(CHAMPION.id, { 0: [1, 6, 2, 1] }), latencies(CANDIDATE, { 0: [0, 0, 9] })],
    });

    const told = await metrics.read(ORDER, spanOf(2), 20);
    const between = await metrics.read(ORDER, spanOf(1), 21);

    expect(told).toEqual([
      { at: NOON, champion: { requests: 10, errors: 0, slow: 3 }, candidate: { requests: 4, errors: 0, slow: 4 } },
      { at: NOON + WINDOW_MS, champion: { requests: 10, errors: 0 } },
    ]);
    expect(between).toEqual([{ at: NOON, champion: { requests: 10, errors: 0 }, candidate: { requests: 4, errors: 0 } }]);
  });

  it.each<[string, object, number]>([
    ["whole numbers", { int64Value: "7" }, 7],
    ["numbers", { doubleValue: -1.5 }, -1.5],
    ["distributions", { distributionValue: { count: "4", mean: 2.5 } }, 10],
  ])("should add the business value up from %s", async (_, value, business) => {
    const { metrics, cloud } = await open({
      response_count: [responses(CANDIDATE, "2xx", { 0: 10, 1: 10 })],
      revenue: [series(CANDIDATE, { 0: value })],
    });
    const settings = { ...SETTINGS, business: { metric: "custom.googleapis.com/revenue", dwellWindows: 72 } };

    expect(await metrics.read({ ...ORDER, settings }, spanOf(2))).toEqual([
      { at: NOON, candidate: { requests: 10, errors: 0, business } },
      { at: NOON + WINDOW_MS, candidate: { requests: 10, errors: 0 } },
    ]);
    expect(queryOf(cloud.received[1]).filter).toBe(
      `metric.type = "custom.googleapis.com/revenue" AND metric.labels.deployed_model_id = one_of("${CHAMPION.id}", "4294967552", "256")`,
    );
  });

  it.each<[string, object]>([
    ["NaN", { doubleValue: "NaN" }],
    ["Infinity", { doubleValue: "Infinity" }],
    ["-Infinity", { doubleValue: "-Infinity" }],
    ["a distribution around NaN", { distributionValue: { count: "4", mean: "NaN" } }],
    ["a sum above all numbers", { distributionValue: { count: "4", mean: 1e308 } }],
  ])("should count requests, and leave a business value out, where that is %s", async (_, value) => {
    const { metrics } = await open({
      response_count: [responses(CANDIDATE, "2xx", { 0: 10 })],
      revenue: [series(CANDIDATE, { 0: value })],
    });
    const settings = { ...SETTINGS, business: { metric: "custom.googleapis.com/revenue", dwellWindows: 72 } };

    expect(await metrics.read({ ...ORDER, settings }, spanOf(1))).toEqual([{ at: NOON, candidate: { requests: 10, errors: 0 } }]);
  });

  it("should reject a list that not all series came in, as missing errors would be none", async () => {
    const executionErrors = [{ code: 14, message: "\u001bshard is down, token=abcdefgh" }];
    const timeSeries = [responses(CANDIDATE, "2xx", { 0: 100 })];
    const { metrics } = await open({}, () => jsonAnswer({ timeSeries, executionErrors }));

    const read = metrics.read(ORDER, spanOf(1));

    await expect(read).rejects.toThrow(RetryableError);
    await expect(read).rejects.toThrow("got a part of them only (\\u001bshard is down, token=<hidden>)");
  });

  it("should tell the champion's windows and the edge that at most 5 % of its requests were above", async () => {
    const { metrics, cloud } = await open({
      response_count: [responses(CHAMPION.id, "2xx", { 0: 100, 1: 100 }), responses(CHAMPION.id, "5xx", { 1: 2 })],
      prediction_latencies: [latencies(CHAMPION.id, { 0: [0, 91, 9], 1: [0, 101, 1] })],
    });

    const history = await metrics.history(SETTINGS, SERVED, spanOf(2));

    expect(history).toEqual({
      p95Ms: 20,
      windows: [
        { at: NOON, champion: { requests: 100, errors: 0, slow: 9 } },
        { at: NOON + WINDOW_MS, champion: { requests: 102, errors: 2, slow: 1 } },
      ],
    });
    expect(queryOf(cloud.received[0]).filter).toContain(`one_of("${CHAMPION.id}")`);
  });

  it("should compare no latency where too many requests are above the last edge", async () => {
    const { metrics } = await open({
      response_count: [responses(CHAMPION.id, "2xx", { 0: 100 })],
      prediction_latencies: [latencies(CHAMPION.id, { 0: [0, 0, 50, 50] })],
    });

    expect(await metrics.history(SETTINGS, SERVED, spanOf(1))).toEqual({
      windows: [{ at: NOON, champion: { requests: 100, errors: 0 } }],
    });
  });

  it("should read a series that goes on over pages", async () => {
    const pages = [{ 1: 20 }, { 0: 10 }].map((counts) => ({ timeSeries: [responses(CHAMPION.id, "2xx", counts)] }));
    const { metrics } = await open({}, (request) => {
      const isSecond = queryOf(request).pageToken === "next";
      return jsonAnswer(isSecond ? pages[1] : { ...pages[0], nextPageToken: "next" });
    });

    const windows = await metrics.read(ORDER, spanOf(2));

    expect(windows.map(({ champion }) => champion?.requests)).toEqual([10, 20]);
  });

  it("should give up pages that do not end", async () => {
    const { metrics, cloud } = await open({}, () => jsonAnswer({ nextPageToken: "next" }));

    await expect(metrics.read(ORDER, spanOf(1))).rejects.toThrow("more than 100 pages");
    expect(cloud.received).toHaveLength(100);
  });

  it.each<[string, object]>([
    ["a period that ends within a window", { interval: { endTime: "2026-11-21T12:03:00Z" }, value: { int64Value: "1" } }],
    ["a time that is none", { interval: { endTime: "noon" }, value: { int64Value: "1" } }],
    ["a point without its time", { value: { int64Value: "1" } }],
  ])("should not count %s", async (_, point) => {
    const { metrics } = await open({ response_count: [{ ...series(CHAMPION.id, {}), points: [point] }] });

    await expect(metrics.read(ORDER, spanOf(1))).rejects.toThrow(RetryableError);
  });

  it("should reject with what Cloud Monitoring does not allow", async () => {
    const denied = googleError(403, "PERMISSION_DENIED", "Permission monitoring.timeSeries.list denied");
    const { metrics } = await open({}, () => denied);

    await expect(metrics.read(ORDER, spanOf(1))).rejects.toThrow(GoogleApiError);
  });

  it("should count a rollout's stages as its requests went, from the champion alone and back", async () => {
    const { vertex, traffic } = await openEndpoint({ failsEvery: (model) => (model === CANDIDATE ? 5 : 50) });
    server = vertex;
    const metrics = monitoringTrafficMetrics(anonymousRest(), vertex.endpoint);
    const windowAfter = async () => {
      // The window in which requests go over is none of the stage's.
      vertex.advance(2 * WINDOW_MS - (vertex.now() % WINDOW_MS) + WINDOW_MS);
      const from = vertex.now() - WINDOW_MS;
      return (await metrics.read(ORDER, { from, until: vertex.now() }, 100))[0];
    };

    const before = await windowAfter();
    await goTo(vertex, traffic, split(25));
    const quarter = await windowAfter();
    await drive(vertex, traffic, order(split(25), split(100)));
    await drive(vertex, traffic, order(split(100), ALONE));
    const alone = await windowAfter();
    await drive(vertex, traffic, order(ALONE, BACK));
    const back = await windowAfter();

    expect(before).toMatchObject({ champion: { requests: 500, errors: 10, slow: 20 } });
    expect(quarter).toMatchObject({ champion: { requests: 375 }, candidate: { requests: 125, errors: 25, slow: 5 } });
    expect(alone).toEqual({ at: alone?.at, candidate: { requests: 500, errors: 100, slow: 20 } });
    expect(back).toMatchObject({ champion: { requests: 500, errors: 10 } });
    expect(back?.candidate).toBeUndefined();
    expect(vertex.now() % MINUTE_MS).toBe(0);
  });
});
