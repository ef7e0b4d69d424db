import type { CaptureSettings } from "../../../functions/core/capture/capture-settings";
import { monitorCaptures } from "../../../functions/core/capture/monitor-captures";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { evaluateDrift } from "../../../functions/core/drift/evaluate-drift";
import { PoisonMessageError, RetryableError } from "../../../functions/core/errors";
import { randomOf } from "../../simulation/random";
import { BASELINE, folderOf, HOUR_MS, jsonLines, MIDNIGHT, monitorPorts, reportUri, settingsOf } from "./captures";

const NEVER = Number.POSITIVE_INFINITY;

/** Of the traffic of a month: what statistics say of it is said of this one, as of some other it may be wrong by chance. */
const GUARD_SEED = 20_261_130;

describe("monitorCaptures", () => {
  it("should do nothing for a model whose captures are not monitored", async () => {
    const { ports, told } = monitorPorts(3);
    const { capture: _none, ...monitoring } = settingsOf().monitoring;

    await monitorCaptures(ports, { ...settingsOf(), monitoring }, NEVER);

    expect(told).toEqual([]);
  });

  it("should make the first window the baseline, and a report of each one after it", async () => {
    const { ports, captures, files, told } = monitorPorts(3);
    for (const hour of [0, 1, 2]) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }, { delay: 5 }]));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect([...files.files.keys()]).toEqual([BASELINE, reportUri(1), reportUri(2)]);
    expect(told.map(({ event, start }) => [event, start])).toEqual([
      ["monitor-baseline-written", "2026-11-21T00:00:00.000Z"],
      ["monitor-report-written", "2026-11-21T01:00:00.000Z"],
      ["monitor-report-written", "2026-11-21T02:00:00.000Z"],
    ]);
    expect(reportIn(files.files, 1)).toMatchObject({
      version: 1,
      model: "flights",
      monitor: "retrigger",
      id: "captured flights 2026-11-21T010000Z 2026-11-21T020000Z",
      window: { start: MIDNIGHT + HOUR_MS, end: MIDNIGHT + 2 * HOUR_MS },
      features: [{ name: "delay", kind: "data" }],
    });
  });

  it("should put reports where a model on Google Cloud has them", async () => {
    const { ports, captures, files } = monitorPorts(2);
    for (const hour of ["00", "01"]) captures.objects.set(`gs://logs/2026/11/21/${hour}/x`, '{"a":1}');
    const settings = settingsOf({ location: "gs://logs/{yyyy}/{mm}/{dd}/{hh}/", baseline: "gs://flights/base.json" });

    await monitorCaptures(ports, settings, NEVER);

    expect([...files.files.keys()]).toEqual([
      "gs://flights/base.json",
      "gs://flights/drift/flights/captured-2026-11-21T010000Z.json",
    ]);
  });

  it("should read a window's captures of all variants and hours", async () => {
    const { ports, captures, files } = monitorPorts(4);
    for (const hour of [0, 1, 2, 3]) {
      for (const variant of ["blue", "green"]) {
        captures.objects.set(`${folderOf(hour).replace("AllTraffic", variant)}1.jsonl`, jsonLines([{ delay: hour }]));
      }
    }
    const location = "s3://flights/captured/endpoint/*/{yyyy}/{mm}/{dd}/{hh}/";

    await monitorCaptures(ports, settingsOf({ location, periodMs: 2 * HOUR_MS }), NEVER);

    expect([...files.files.keys()]).toEqual([BASELINE, reportUri(2)]);
    expect(JSON.parse(files.files.get(BASELINE) ?? "")).toMatchObject({ rows: 4 });
  });

  it("should catch up what it missed, but not what is longer ago than it looks back", async () => {
    const { ports, captures, files } = monitorPorts(60);
    for (let hour = 0; hour < 60; hour++) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: 1 }]));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(files.files.size).toBe(49);
    expect(JSON.parse(files.files.get(BASELINE) ?? "")).toMatchObject({ window: { start: MIDNIGHT + 11 * HOUR_MS } });
    expect(files.files.has(reportUri(59))).toBe(true);
  });

  it("should change nothing when it is repeated", async () => {
    const { ports, captures, files, told } = monitorPorts(3);
    for (const hour of [0, 1, 2]) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    await monitorCaptures(ports, settingsOf(), NEVER);
    const [before, events] = [new Map(files.files), told.length];
    captures.objects.set(`${folderOf(1)}late.jsonl`, jsonLines([{ delay: 99 }]));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(new Map(files.files)).toEqual(before);
    expect(told).toHaveLength(events);
  });

  it("should begin no window when its time is up", async () => {
    const { ports, captures, files, told } = monitorPorts(3);
    for (const hour of [0, 1, 2]) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const now = () => MIDNIGHT + 3 * HOUR_MS + (files.files.size < 2 ? 0 : 1);

    await monitorCaptures({ ...ports, now }, settingsOf(), MIDNIGHT + 3 * HOUR_MS + 1);

    expect([...files.files.keys()]).toEqual([BASELINE, reportUri(1)]);
    expect(told.at(-1)).toMatchObject({ event: "monitor-out-of-time", windows: 1 });
  });

  it("should leave a window alone that has too few rows, until it has enough", async () => {
    const { ports, captures, files, events } = monitorPorts(3);
    captures.objects.set(`${folderOf(0)}1.jsonl`, jsonLines([{ delay: 1 }]));
    captures.objects.set(`${folderOf(1)}1.jsonl`, jsonLines([{ delay: 1 }, { delay: 2 }]));
    captures.objects.set(`${folderOf(2)}1.jsonl`, jsonLines([{ delay: 1 }]));
    const settings = settingsOf({ minimumRows: 2 });
    await monitorCaptures(ports, settings, NEVER);
    const before = [...files.files.keys()];
    captures.objects.set(`${folderOf(2)}late.jsonl`, jsonLines([{ delay: 1 }]));

    await monitorCaptures(ports, settings, NEVER);

    expect(before).toEqual([BASELINE]);
    expect([...files.files.keys()]).toEqual([BASELINE, reportUri(2)]);
    expect(events()).toEqual([
      "monitor-window-too-small",
      "monitor-baseline-written",
      "monitor-window-too-small",
      "monitor-report-written",
    ]);
  });

  it("should count lines that it cannot read, and tell of them once", async () => {
    const { ports, captures, files, told } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, 'broken\n{"delay":1}\n[]\nbroken\n{"delay":2}\n{"delay":3}');

    await monitorCaptures(ports, settingsOf(), NEVER);

    const uri = `${folderOf(0)}1.jsonl`;
    expect(told[0]).toMatchObject({
      level: "warn",
      event: "monitor-window-partly-read",
      lines: 6,
      unreadable: 3,
      problems: [
        { uri, line: 1, why: "not JSON, or cut short" },
        { uri, line: 3, why: "got a line that is not a JSON object, expected values by their names" },
      ],
    });
    expect(JSON.parse(files.files.get(BASELINE) ?? "")).toMatchObject({ rows: 3 });
  });

  it("should make nothing of a window of which more than half cannot be read", async () => {
    const { ports, captures, files, told } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, 'broken\n{"delay":1}\nbroken');

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(files.files.size).toBe(0);
    expect(told).toEqual([
      {
        level: "error",
        event: "monitor-window-unreadable",
        unreadShare: 1,
        model: "flights",
        start: "2026-11-21T00:00:00.000Z",
        end: "2026-11-21T01:00:00.000Z",
        why: "more than half of the captured lines cannot be read: check format and columns",
        lines: 3,
        unreadable: 2,
        problems: [expect.objectContaining({ line: 1 })],
      },
    ]);
  });

  it("should give up a window of another format early, and go on with the next", async () => {
    const { ports, captures, files, told } = monitorPorts(2);
    captures.objects.set(`${folderOf(0)}1.jsonl`, "broken\n".repeat(30_000));
    captures.objects.set(`${folderOf(1)}1.jsonl`, jsonLines([{ delay: 1 }]));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(told[0]).toMatchObject({ event: "monitor-window-unreadable", lines: 10_000 });
    expect([...files.files.keys()]).toEqual([BASELINE]);
  });

  it.each([
    ["an empty object", ""],
    ["an object of nothing but a broken line", "broken\n"],
  ])("should read a window on after %s", async (_what, first) => {
    const { ports, captures, files } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, first);
    captures.objects.set(`${folderOf(0)}2.jsonl`, jsonLines([{ delay: 1 }, { delay: 2 }]));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(JSON.parse(files.files.get(BASELINE) ?? "{}")).toMatchObject({ rows: 2 });
  });

  it("should not ask for what an empty object holds", async () => {
    const { ports, captures, files } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, "");
    captures.objects.set(`${folderOf(0)}2.jsonl`, jsonLines([{ delay: 1 }]));
    const asked: string[] = [];
    const observed: typeof captures = {
      ...captures,
      lines(uri) {
        asked.push(uri);
        return captures.lines(uri);
      },
    };

    await monitorCaptures({ ...ports, captures: observed }, settingsOf(), NEVER);

    expect(new Set(asked)).toEqual(new Set([`${folderOf(0)}2.jsonl`]));
    expect(files.files.has(BASELINE)).toBe(true);
  });

  it("should compare with the baseline that another call wrote first", async () => {
    const { ports, captures, files } = monitorPorts(2);
    for (const hour of [0, 1]) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: 5 }]));
    const histogram = { type: "histogram", edges: [0, 2, 4, 6, 8, 10], counts: [20, 20, 20, 20, 20] };
    const feature = { name: "delay", kind: "data", type: "numbers", present: 100, histogram };
    const others = JSON.stringify({ version: 1, model: "flights", rows: 100, features: [feature] });
    const overtaken: typeof files = {
      ...files,
      async create(uri, text) {
        if (uri === BASELINE) await files.create(uri, others);
        return await files.create(uri, text);
      },
    };

    await monitorCaptures({ ...ports, files: overtaken }, settingsOf(), NEVER);

    expect(files.files.get(BASELINE)).toBe(others);
    expect(reportIn(files.files, 1).features).toMatchObject([{ evidence: { reference: { counts: [0, 20, 20, 20, 20, 20, 0] } } }]);
  });

  it("should count a line that is too long as one that cannot be read", async () => {
    const { ports, captures, told } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, jsonLines([{ delay: 1 }, { delay: 2 }]));
    captures.objects.set(`${folderOf(0)}2.jsonl`, jsonLines([{ delay: 3 }]));
    const tooLong: typeof captures = {
      ...captures,
      async *lines(uri) {
        yield* captures.lines(uri);
        if (uri.endsWith("1.jsonl")) throw new PoisonMessageError("got a line of more than 64 MiB");
      },
    };

    await monitorCaptures({ ...ports, captures: tooLong }, settingsOf(), NEVER);

    expect(told).toMatchObject([
      { lines: 4, unreadable: 1, problems: [{ line: 3 }] },
      { event: "monitor-baseline-written", rows: 3 },
    ]);
  });

  it("should go on with other windows when one cannot be read, and reject", async () => {
    const { ports, captures, files, told } = monitorPorts(3);
    for (const hour of [0, 1, 2]) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const failing: typeof captures = {
      ...captures,
      lines(uri) {
        if (uri.startsWith(folderOf(1))) throw new Error("access denied");
        return captures.lines(uri);
      },
    };

    const call = monitorCaptures({ ...ports, captures: failing }, settingsOf(), NEVER);

    await expect(call).rejects.toThrow(RetryableError);
    expect([...files.files.keys()]).toEqual([BASELINE, reportUri(2)]);
    expect(told).toContainEqual(expect.objectContaining({ event: "monitor-window-failed", error: "Error: access denied" }));
  });

  it("should not make a later window the baseline because an earlier one cannot be read now", async () => {
    const { ports, captures, files } = monitorPorts(2);
    for (const hour of [0, 1]) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const failing: typeof captures = {
      ...captures,
      lines(uri) {
        if (uri.startsWith(folderOf(0))) throw new Error("throttled");
        return captures.lines(uri);
      },
    };

    await expect(monitorCaptures({ ...ports, captures: failing }, settingsOf(), NEVER)).rejects.toThrow("throttled");
    expect(files.files.size).toBe(0);
  });

  it("should compare with a baseline that a person put there, from the first window on", async () => {
    const { ports, captures, files } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, jsonLines([{ delay: 5 }]));
    const histogram = { type: "histogram", edges: [0, 2, 4, 6, 8, 10], counts: [20, 20, 20, 20, 20] };
    const feature = { name: "delay", kind: "data", type: "numbers", present: 100, histogram };
    await files.create(BASELINE, JSON.stringify({ version: 1, model: "flights", rows: 100, features: [feature] }));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(reportIn(files.files, 0).features).toMatchObject([
      { evidence: { reference: { counts: [0, 20, 20, 20, 20, 20, 0] }, current: { counts: [0, 0, 0, 1, 0, 0, 0] } } },
    ]);
  });

  it("should tell when a report would be too long to be read, and write none", async () => {
    const { ports, captures, files, told } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, jsonLines([{ f1: "x" }]));
    const counts = Array.from({ length: 500 }, (_, index) => [`${index}`.padEnd(250, "x"), 1]);
    const features = Array.from({ length: 80 }, (_, index) => ({ name: `f${index}`, kind: "data", type: "categories", counts }));
    const whole = features.map((feature) => ({ ...feature, isCode: false, present: 500 }));
    await files.create(BASELINE, JSON.stringify({ version: 1, model: "flights", rows: 500, features: whole }));

    await monitorCaptures(ports, settingsOf(), NEVER);

    expect(told).toMatchObject([
      { level: "warn", event: "monitor-baseline-old" },
      { level: "error", event: "monitor-report-too-long" },
    ]);
    expect([...files.files.keys()]).toEqual([BASELINE]);
  });

  it("should reject when the baseline's file is none", async () => {
    const { ports, files } = monitorPorts(1);
    await files.create(BASELINE, "no baseline");

    await expect(monitorCaptures(ports, settingsOf(), NEVER)).rejects.toThrow(PoisonMessageError);
  });

  it("should not take a window for a baseline that holds none of the features", async () => {
    const { ports, captures, files, events } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, jsonLines([{ delay: 5 }]));

    await monitorCaptures(ports, settingsOf({ features: ["dealy"] }), NEVER);

    expect(files.files.size).toBe(0);
    expect(events()).toEqual(["monitor-baseline-empty"]);
  });

  it.each([
    { what: "is off", capture: { isOn: false, why: "EnableCapture is false" } as const, events: ["endpoint-captures-nothing"] },
    {
      what: "takes no request",
      capture: { isOn: true, samplingPercent: 0, destination: "s3://x" } as const,
      events: ["endpoint-captures-nothing"],
    },
    { what: "takes some requests", capture: { isOn: true, samplingPercent: 20, destination: "s3://x" } as const, events: [] },
  ])("should tell when the endpoint's capture $what", async ({ capture, events: expected }) => {
    const { ports, events } = monitorPorts(1);

    await monitorCaptures({ ...ports, endpoints: { captureOf: async () => capture } }, settingsOf({ endpoint: "flights" }), NEVER);

    expect(events()).toEqual(expected);
  });

  it("should go on when the endpoint cannot be asked", async () => {
    const { ports, captures, events } = monitorPorts(1);
    captures.objects.set(`${folderOf(0)}1.jsonl`, jsonLines([{ delay: 5 }]));
    const endpoints = { captureOf: () => Promise.reject(new Error("access denied")) };

    await monitorCaptures({ ...ports, endpoints }, settingsOf({ endpoint: "flights" }), NEVER);

    expect(events()).toEqual(["endpoint-check-failed", "monitor-baseline-written"]);
  });
});

describe("what the monitor makes of a month of traffic", () => {
  it("should suspect nothing where nothing changes", async () => {
    const evaluations = await evaluationsOf(40, () => ({}));

    const suspected = evaluations.flatMap(({ features }) => features.filter(({ state }) => state !== "none"));
    expect(evaluations).toHaveLength(39);
    expect(suspected).toEqual([]);
  });

  it.each([
    { what: "numbers that shift", change: { delay: 8 }, feature: "delay" },
    { what: "a category that is new", change: { origin: "JFK" }, feature: "origin" },
    { what: "values that go missing", change: { distance: null }, feature: "distance (missing)" },
    { what: "predictions that shift", change: { prediction: 0.99 }, feature: "prediction" },
  ])("should detect $what in every fifth row", async ({ change, feature }) => {
    const evaluations = await evaluationsOf(5, (hour, row) => (hour >= 3 && row % 5 === 0 ? change : {}));

    expect(evaluations.map(({ features }) => features.find(({ name }) => name === feature)?.state ?? "none")).toEqual([
      "none",
      "none",
      "suspected",
      "detected",
    ]);
    expect(
      evaluations
        .at(-1)
        ?.features.filter(({ state }) => state !== "none")
        .map(({ name }) => name),
    ).toContain(feature);
  });
});

// Helpers

function reportIn(files: ReadonlyMap<string, string>, hour: number) {
  return parseDriftReport(JSON.parse(files.get(reportUri(hour)) ?? ""));
}

/** What the drift evaluator says of each hour after the first, of 1,000 rows each. */
async function evaluationsOf(hours: number, change: (hour: number, row: number) => Record<string, unknown>) {
  const random = randomOf(GUARD_SEED);
  const unit = () => random(2 ** 31) / 2 ** 31;
  const { ports, captures, files } = monitorPorts(hours);
  for (let hour = 0; hour < hours; hour++) {
    const rows = Array.from({ length: 1_000 }, (_, row) => {
      const normal = Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
      const distance = unit() < 0.1 ? null : Math.round(-800 * Math.log(1 - unit()));
      const origin = ["SEA", "LAX", "ORD", "DFW"][Math.floor(4 * unit() ** 2)];
      const usual = {
        delay: normal * 3,
        distance,
        hour: random(24),
        origin,
        id: random(2 ** 31),
        user: `user-${random(3_000)}`,
        prediction: unit(),
      };
      return { ...usual, ...change(hour, row) };
    });
    captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines(rows));
  }
  const capture: Partial<CaptureSettings> = { categories: ["hour", "id"], minimumRows: 1_000 };
  const settings = settingsOf(capture);
  // At the usual rate chance alone would fail a thousandth of all windows, and with them one seed in 25.
  const policy = { ...settings.drift, falseAlarmRate: 1e-8 };
  await monitorCaptures(ports, settings, NEVER);
  const reports = [...files.files.keys()]
    .filter((uri) => uri !== BASELINE)
    .map((uri) => parseDriftReport(JSON.parse(files.files.get(uri) ?? "")));
  let history: Parameters<typeof evaluateDrift>[2] = [];
  return reports.map((report) => {
    const evaluated = evaluateDrift(policy, report, history);
    history = evaluated.history;
    return evaluated.evaluation;
  });
}
