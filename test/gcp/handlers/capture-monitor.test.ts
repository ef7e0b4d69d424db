import type { LogRecord } from "../../../functions/core/log/log";
import { gcsCaptureStore } from "../../../functions/gcp/adapters/storage/capture-store";
import { gcsMonitorFiles } from "../../../functions/gcp/adapters/storage/monitor-files";
import { createCaptureMonitor } from "../../../functions/gcp/handlers/capture-monitor";
import { memoryTrainingStarts } from "../../../functions/memory/capture";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { capturedObjects, monitoredSettings, NOW, reportIn } from "../../simulation/captures";
import { anonymousDownload, anonymousRest, googleError } from "../adapters/google-server";
import { type StorageServer, type StorageServerOptions, startStorageServer } from "../adapters/storage-server";
import { pushedEvent } from "../messages";

const REPORT = "data/drift/flight-delay/captured-2026-11-21T100000Z.json";
const BASELINE = "data/retrigger/baselines/flight-delay.json";
const ORDER = pushedEvent("m1", { text: '{"model":"flight-delay"}' });

describe("drift monitor", () => {
  let server: StorageServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function createWorld(options: StorageServerOptions = {}) {
    server = await startStorageServer({ pageSize: 2, ...options });
    for (const [path, text] of capturedObjects("vertex")) server.objects.set(path, Buffer.from(text));
    const reports: LogRecord[] = [];
    let now = NOW;
    const rest = anonymousRest();
    const rejected = memoryRejectedMessages();
    const monitor = createCaptureMonitor({
      settings: memoryModelSettings([monitoredSettings("gs", "vertex")]),
      captures: gcsCaptureStore(rest, anonymousDownload(), server.endpoint),
      files: gcsMonitorFiles(rest, server.endpoint),
      trainings: memoryTrainingStarts(),
      rejected,
      log: (entry) => {
        reports.push(entry);
      },
      now: () => now,
    });
    const pass = (ms: number) => {
      now += ms;
    };
    return { monitor, objects: server.objects, received: server.received, rejected, reports, pass };
  }

  it("should learn from the first window, and report on the next, each once", async () => {
    const { monitor, objects, received } = await createWorld();

    await monitor(ORDER);
    const written = [objects.get(BASELINE), objects.get(REPORT)];
    await monitor(ORDER);

    expect(reportIn(objects.get(REPORT))).toEqual({ model: "flight-delay", monitor: "retrigger", values: 60 });
    expect([objects.get(BASELINE), objects.get(REPORT)]).toEqual(written);
    expect(received.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  it("should report nothing on half of a window when a connection breaks, and on all of it the next time", async () => {
    let isBroken = true;
    const { monitor, objects } = await createWorld({
      refuse: ({ path }) => {
        if (!(isBroken && path.includes("10%2Fpart-2"))) return undefined;
        isBroken = false;
        return { status: 200, body: '{"endpoint":', type: "application/jsonlines", breaksOff: true };
      },
    });

    await expect(monitor(ORDER)).rejects.toThrow("the monitoring failed for flight-delay");
    expect(objects.has(REPORT)).toBe(false);
    await monitor(ORDER);

    expect(reportIn(objects.get(REPORT))).toMatchObject({ values: 60 });
  });

  it("should write nothing twice when the answers to its writes are lost", async () => {
    const { monitor, objects } = await createWorld({
      refuse: ({ method, path, body }) => {
        const key = `data/${new URL(`http://server${path}`).searchParams.get("name")}`;
        if (method !== "POST" || objects.has(key)) return undefined;
        objects.set(key, body);
        return "hang up";
      },
    });

    await monitor(ORDER);

    expect(reportIn(objects.get(REPORT))).toMatchObject({ values: 60 });
    expect(objects.has(BASELINE)).toBe(true);
  });

  it("should begin no window in the second half of its time", async () => {
    // What the baseline is made of is read twice.
    let readings = 0;
    const { monitor, objects, reports, pass } = await createWorld({
      refuse: ({ path }) => {
        if (path.includes("09%2Fpart-3") && ++readings === 2) pass(270_000);
        return undefined;
      },
    });

    await monitor(ORDER);

    expect(objects.has(BASELINE)).toBe(true);
    expect(objects.has(REPORT)).toBe(false);
    expect(reports).toContainEqual(expect.objectContaining({ event: "monitor-out-of-time" }));
  });

  it.each([
    ["of no model", '{"model":"other"}'],
    ["of no name", '{"model":1}'],
    ["that is no order", "[]"],
    ["that is no JSON", "{"],
    ["without a body", undefined],
  ])("should set aside a message %s, and say so", async (_case, text) => {
    const { monitor, received, rejected, reports } = await createWorld();

    await monitor(pushedEvent("m1", text === undefined ? {} : { text }));

    expect(rejected.kept).toMatchObject([{ message: { messageId: "m1" }, refusal: { function: "drift-monitor" } }]);

    expect(received).toEqual([]);
    expect(reports).toMatchObject([{ level: "error", event: "message-rejected", messageId: "m1" }]);
  });

  it("should return the message when Cloud Storage refuses, for another try", async () => {
    const { monitor, reports } = await createWorld({ refuse: () => googleError(403, "forbidden", "no access") });

    await expect(monitor(ORDER)).rejects.toThrow("the monitoring failed for flight-delay");

    expect(reports.map(({ event }) => event)).toEqual(["monitoring-failed", "handler-failed"]);
  });
});
