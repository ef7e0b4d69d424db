import { S3Client } from "@aws-sdk/client-s3";
import { s3CaptureStore } from "../../../functions/aws/adapters/s3/capture-store";
import { s3MonitorFiles } from "../../../functions/aws/adapters/s3/monitor-files";
import { createCaptureMonitor } from "../../../functions/aws/handlers/capture-monitor";
import type { LogRecord } from "../../../functions/core/log/log";
import { memoryTrainingStarts } from "../../../functions/memory/capture";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { capturedObjects, monitoredSettings, NOW, reportIn } from "../../simulation/captures";
import { CLIENT } from "../adapters/loopback-server";
import { type S3Server, type S3ServerOptions, startS3Server } from "../adapters/s3-server";

const REPORT = "/data/drift/flight-delay/captured-2026-11-21T100000Z.json";
const BASELINE = "/data/retrigger/baselines/flight-delay.json";

describe("drift monitor", () => {
  let server: S3Server | undefined;
  let client: S3Client | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function createWorld(options: S3ServerOptions = {}) {
    server = await startS3Server({ pageSize: 2, ...options });
    for (const [path, text] of capturedObjects("sagemaker")) server.objects.set(`/${path}`, Buffer.from(text));
    client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true, maxAttempts: 1 });
    const reports: LogRecord[] = [];
    const monitor = createCaptureMonitor({
      settings: memoryModelSettings([monitoredSettings("s3", "sagemaker")]),
      captures: s3CaptureStore(client),
      files: s3MonitorFiles(client),
      trainings: memoryTrainingStarts(),
      log: (entry) => {
        reports.push(entry);
      },
      now: () => NOW,
    });
    const invoke = (event: unknown, remainingMs = 900_000) => monitor(event, { getRemainingTimeInMillis: () => remainingMs });
    return { invoke, objects: server.objects, received: server.received, reports };
  }

  it("should learn from the first window, and report on the next, each once", async () => {
    const { invoke, objects, received } = await createWorld();

    await invoke({ model: "flight-delay" });
    const written = [objects.get(BASELINE), objects.get(REPORT)];
    await invoke({ model: "flight-delay" });

    expect(reportIn(objects.get(REPORT))).toEqual({ model: "flight-delay", monitor: "retrigger", values: 60 });
    expect([objects.get(BASELINE), objects.get(REPORT)]).toEqual(written);
    expect(received.filter(({ method }) => method === "PUT").map(({ path }) => path.split("?")[0])).toEqual([BASELINE, REPORT]);
  });

  it("should report nothing on half of a window when a connection breaks, and on all of it the next time", async () => {
    let isBroken = true;
    const { invoke, objects } = await createWorld({
      refuse: ({ method, path }) => {
        if (!(isBroken && method === "GET" && path.includes("/10/part-2"))) return undefined;
        isBroken = false;
        return { status: 200, body: '{"captureData":', type: "application/jsonlines", breaksOff: true };
      },
    });

    await expect(invoke({ model: "flight-delay" })).rejects.toThrow("the monitoring failed for flight-delay");
    expect(objects.has(REPORT)).toBe(false);
    await invoke({ model: "flight-delay" });

    expect(reportIn(objects.get(REPORT))).toMatchObject({ values: 60 });
  });

  it("should write nothing twice when it dies between a write and its answer", async () => {
    const { invoke, objects, received } = await createWorld({
      refuse: ({ method, path, body }, before) => {
        const [key = ""] = path.split("?");
        if (method !== "PUT" || received.slice(0, before).some((earlier) => earlier.method === "PUT" && earlier.path === path))
          return undefined;
        objects.set(key, body);
        return "hang up";
      },
    });

    await expect(invoke({})).rejects.toThrow("the monitoring failed for flight-delay");
    const first = objects.get(BASELINE);
    await expect(invoke({})).rejects.toThrow("the monitoring failed for flight-delay");
    await invoke({});

    expect(objects.get(BASELINE)).toBe(first);
    expect(reportIn(objects.get(REPORT))).toMatchObject({ values: 60 });
  });

  it("should begin no window in the second half of its time", async () => {
    const { invoke, objects, reports } = await createWorld();

    await invoke({}, 0);

    expect(objects.has(BASELINE)).toBe(false);
    expect(reports).toMatchObject([{ event: "monitor-out-of-time" }]);
  });

  it.each([{ model: "other" }, { model: 1 }, "flight-delay", null])("should reject %j, and say so", async (event) => {
    const { invoke, received, reports } = await createWorld();

    await expect(invoke(event)).rejects.toThrow(/expected/);

    expect(received).toEqual([]);
    expect(reports).toMatchObject([
      { level: "error", event: "message-rejected", error: expect.stringContaining("PoisonMessageError") },
    ]);
  });
});
