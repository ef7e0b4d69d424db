import type { ModelSettings } from "../../functions/core/model-settings";
import { initialPromotion } from "../../functions/core/promotion/promotion-state";
import { newRollout } from "../../functions/core/promotion/rollout/start-rollout";
import { launchMessage } from "../../functions/core/schedules/pipeline-schedule";
import { cronExpression } from "../../functions/core/schedules/timing";
import { firestoreBatchStore } from "../../functions/gcp/adapters/firestore/batch-store";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestorePromotionStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { decodeDriftRecord } from "../../functions/node/drift-codecs";
import { jsonOf } from "../aws/adapters/loopback-server";
import { candidateOf } from "../contracts/promotion-samples";
import { promotionOf, rolloutOf } from "../modules/promoted-settings";
import { capturedObjects, monitoredSettings, reportIn } from "../simulation/captures";
import { requestOf } from "../simulation/requests";
import { plain } from "./adapters/vertex-server";
import { type FunctionProcess, startFunction } from "./deployed/function-process";
import { type GoogleCloud, startGoogleCloud } from "./deployed/google-cloud";
import { finalizedEvent, googleSettings, pushedEvent, requestEvent } from "./messages";

const MODEL = "flight-delay";

/** Of the 256 that a function has; 108 to 133 were seen, the more the busier the machine is. */
const MAX_RESIDENT_MB = 160;
const DAY_MS = 86_400_000;
const TICK = pushedEvent("tick", { text: "tick" }).data.message;

describe("the functions of Google Cloud as they are deployed", () => {
  const processes: Promise<FunctionProcess>[] = [];
  let cloud: GoogleCloud | undefined;

  afterEach(async () => {
    for (const one of await Promise.allSettled(processes.splice(0))) if (one.status === "fulfilled") await one.value.stop();
    await cloud?.stop();
    cloud = undefined;
  });

  it("should publish the batch that objects fill, start its pipeline once, and learn of its end, with memory to spare", async () => {
    // Arrange
    const google = await startWorld(settingsOf({ batchSize: 3 }));
    const [batcher, coordinator, sweeper] = await Promise.all([start("batcher"), start("coordinator"), start("sweeper")]);

    // Act: of three objects one is a duplicate. It shows in the commit of all three, or when the batch is published, which is then
    // carried over; so the batch waits for a fourth.
    const pushed = await Promise.all([push(batcher, "m1", "in/a"), push(batcher, "m2", "in/b"), push(batcher, "m3", "in/b")]);
    pushed.push(await push(batcher, "m4", "in/c"));
    const [message] = messagesTo(google, "requests");
    const request = { messageId: "r1", publishTime: TICK.publishTime, ...message };
    const coordinated = [await coordinator.push(request), await coordinator.push(request)];
    const swept = [await sweeper.push(TICK)];
    for (const job of google.vertex.jobs.keys()) google.vertex.jobs.set(job, ENDED);
    swept.push(await sweeper.push(TICK));

    // Assert
    expect([pushed, coordinated, swept].flat()).toEqual(Array(8).fill(204));
    const manifest = [...google.objects.keys()].find((name) =>
      /^data\/manifests\/flight-delay\/\w{12}\/0{9}[12]\.jsonl$/.test(name),
    );
    const requestId = `data/flight-delay/${Number(manifest?.slice(-16, -6))}`;
    expect(google.objects.get(manifest ?? "")?.toString()).toBe(
      '{"uri":"gs://data/in/a"}\n{"uri":"gs://data/in/b"}\n{"uri":"gs://data/in/c"}\n',
    );
    expect(message).toMatchObject({ orderingKey: MODEL, attributes: { requestId, model: MODEL } });
    expect(google.received.map(({ headers }) => headers.authorization)).toEqual(google.received.map(() => "Bearer t"));
    expect(google.vertex.created).toHaveLength(1);
    expect(plain(google.vertex.created[0]?.pipelineJob.pipelineSpec)).toMatchObject({ schemaVersion: "2.1.0" });
    const history = await firestoreDecisionLog(google.firestore, DAY_MS).read(requestId);
    expect(history?.decisions.map(({ outcome }) => outcome)).toEqual(["start", "duplicate"]);
    expect(history?.run).toMatchObject({
      runId: [...google.vertex.jobs.keys()][0],
      status: "succeeded",
      endedAt: 1_763_730_000_000,
    });
    for (const one of [batcher, coordinator, sweeper]) expectModest(one);
  });

  it("should store all that is pushed at once, and set aside what can never be stored", async () => {
    const google = await startWorld(settingsOf());
    const batcher = await start("batcher");
    const keys = Array.from({ length: 20 }, (_, n) => `in/${String(n).padStart(2, "0")}`);

    const pushed = await Promise.all(keys.map((key) => push(batcher, key, key)));
    const sent = await batcher.send(finalizedEvent("event", "in/event"));
    const deletion = finalizedEvent("gone", "in/00", { eventType: "OBJECT_DELETE" }).data.message;
    const others = await Promise.all([
      batcher.push(deletion),
      batcher.push({ ...deletion, data: undefined }),
      batcher.push(pushedEvent("poison", { text: "{}" }).data.message),
      push(batcher, "foreign", "in/b", { bucketId: "other" }),
      batcher.send({ ...finalizedEvent("empty", "in/c"), data: {} }),
    ]);

    expect([...pushed, sent]).toEqual(Array(21).fill(204));
    expect(others).toEqual([204, 204, 204, 204, 500]);
    expect(new Set(setAside(google))).toEqual(new Set(["poison", "foreign"]));
    const batches = firestoreBatchStore(google.firestore);
    expect(await batches.readHead(MODEL)).toMatchObject({ open: { generation: 1, count: 21 }, pending: [] });
    const stored: string[] = [];
    for await (const { objects } of batches.readSegments(MODEL, [1])) stored.push(...objects.map(({ key }) => key));
    expect(stored).toHaveLength(21);
    expect(new Set(stored)).toEqual(new Set([...keys, "in/event"]));
    expect(batcher.output()).toContain('"severity":"ERROR","message":"message-rejected"');
    expect(new Set(google.called)).toEqual(new Set(["pubsub.googleapis.com"]));
  });

  it("should reject a request for an unknown model with a record, and set aside what is no request", async () => {
    const google = await startWorld(settingsOf());
    const coordinator = await start("coordinator");
    const request = requestOf("1", { model: "unknown" });

    const answers = [
      await coordinator.push(requestEvent("m1", request).data.message),
      await coordinator.push(pushedEvent("m2", { text: "{}" }).data.message),
    ];

    expect(answers).toEqual([204, 204]);
    expect(setAside(google)).toEqual(["m2"]);
    const history = await firestoreDecisionLog(google.firestore, DAY_MS).read(request.id);
    expect(history).toMatchObject({ decisions: [{ outcome: "reject", reason: "unknown-model" }] });
    expect(new Set(google.called)).toEqual(new Set(["pubsub.googleapis.com"]));
  });

  it("should seal a batch whose time is up, keep it when it cannot be published, and ask nothing for a model without data", async () => {
    const settings = settingsOf();
    const google = await startWorld(
      { ...settings, data: { ...settings.data, bucket: "forbidden" } },
      { ...settings, model: "idle" },
    );
    const batches = firestoreBatchStore(google.firestore);
    const segment = { id: "s", objects: [{ key: "in/a", version: "1", bytes: 1 }] };
    await batches.append(MODEL, 1, segment, settings.batch, Date.now() - DAY_MS);
    const sweeper = await start("sweeper");

    expect(await sweeper.push(TICK)).toBe(500);

    expect(await batches.readHead(MODEL)).toMatchObject({ open: { generation: 2 }, pending: [{ reason: "window", count: 1 }] });
    expect(sweeper.output()).toContain("was refused (403 forbidden: no access)");
    expect(google.called).toEqual(["storage.googleapis.com"]);
    for (const collection of ["batches", "coordinators"]) {
      const { docs } = await google.firestore.collection(collection).get();
      expect(docs.map(({ id }) => id)).toEqual(collection === "batches" ? [MODEL] : []);
    }
  });

  it("should evaluate a report that is dropped into a model's drift folder, once, and ask for a training by the request topic", async () => {
    const settings = settingsOf();
    const google = await startWorld({ ...settings, drift: { ...settings.drift, persistence: { k: 1, n: 3 } } });
    google.objects.set("data/drift/flight-delay/weekly.json", Buffer.from(JSON.stringify(DRIFT_REPORT)));
    const evaluator = await start("drift-evaluator");

    const pushed = [
      await push(evaluator, "m1", "drift/flight-delay/weekly.json"),
      await push(evaluator, "m2", "drift/flight-delay/weekly.json"),
      await push(evaluator, "m3", "drift/unknown/weekly.json"),
    ];

    expect(pushed).toEqual([204, 204, 204]);
    expect(setAside(google)).toEqual(["m3"]);
    expect(messagesTo(google, "requests")).toMatchObject([{ orderingKey: MODEL, attributes: { model: MODEL } }]);
    const { docs } = await google.firestore.collection("drifts").get();
    expect(docs.map((document) => decodeDriftRecord(document.get("data")))).toMatchObject([
      { evaluation: { reportId: "week 1", severity: "medium" } },
    ]);
    expect(evaluator.output()).toContain('"severity":"WARNING","message":"drift-detected"');
    expect(evaluator.output()).toContain('"driftSeverity":"medium"');
    expectModest(evaluator);
  });

  it("should learn the baseline of captured requests, and write one report of the window after it", async () => {
    const google = await startWorld({ ...settingsOf(), monitoring: monitoredSettings("gs", "vertex").monitoring });
    for (const [path, text] of capturedObjects("vertex", Date.now())) google.objects.set(path, Buffer.from(text));
    const monitor = await start("drift-monitor");
    const order = (model: string) => pushedEvent("m1", { text: JSON.stringify({ model }) }).data.message;

    const pushed = [await monitor.push(order(MODEL)), await monitor.push(order(MODEL)), await monitor.push(order("unknown"))];

    expect(pushed).toEqual([204, 204, 204]);
    expect(setAside(google)).toEqual(["m1"]);
    const written = google.received
      .filter(({ method, path }) => method === "POST" && !path.endsWith("dead-letters:publish"))
      .map(({ path }) => path);
    expect(written).toHaveLength(2);
    const [report] = [...google.objects.keys()].filter((path) => path.startsWith(`data/drift/${MODEL}/captured-`));
    expect(reportIn(google.objects.get(String(report)))).toEqual({ model: MODEL, monitor: "retrigger", values: 60 });
    expect(monitor.output()).toContain('"message":"monitor-report-written"');
    expectModest(monitor);
  });

  it("should start the pipeline of a direct schedule once, without asking a state", async () => {
    const google = await startWorld();
    const launcher = await start("launcher");
    const schedule = { model: MODEL, name: "noon", timing: cronExpression("0 12 * * *"), timeZone: "UTC" };
    const pipeline = { ...settingsOf().pipeline, parameters: {} };
    const text = launchMessage({ ...schedule, parameters: { manifest_uri: "{firedAt}" } }, pipeline);

    const pushed = [
      await launcher.push(pushedEvent("m1", { text }).data.message),
      await launcher.push(pushedEvent("m2", { text }).data.message),
      await launcher.push(pushedEvent("m3", { text: "{}" }).data.message),
    ];

    expect(pushed).toEqual([204, 204, 204]);
    expect(setAside(google)).toEqual(["m3"]);
    expect(google.vertex.jobs.size).toBe(1);
    expect(google.vertex.created[0]?.pipelineJob.displayName).toBe("direct/flight-delay/noon-2026-11-21T12-00");
    expect(launcher.output()).toContain('"severity":"ERROR","message":"message-rejected"');
    expectModest(launcher);
  });

  it("should not start without the name of their state, and say what is missing", async () => {
    await expect(startFunction("sweeper", {})).rejects.toThrow(
      /not set: RETRIGGER_STATE; the function's Terraform module sets them/,
    );
  });

  it("should look at the endpoint of a rollout, and hold it where there is none", async () => {
    const endpoint = "projects/acme-ml/locations/us-central1/endpoints/42";
    const promotion = { ...promotionOf("gs", MODEL), rollout: { ...rolloutOf("gs", MODEL), endpoint } };
    const google = await startWorld({ ...settingsOf(), promotion });
    const candidate = candidateOf(1, { model: MODEL });
    const rollout = newRollout(promotion.rollout, candidate.id, "it is better", Date.now());
    const states = firestorePromotionStore(google.firestore);
    const { goldenSet } = promotion.guardrails;
    const current = { candidate, stage: "rollout", rollout } as const;
    await states.save(MODEL, { ...initialPromotion(promotion.registry, goldenSet.sha256), current }, 0);
    const mover = await start("rollout");

    const answer = await mover.push(TICK);

    expect(answer).toBe(204);
    expect(google.received.map(({ path }) => path)).toEqual([`/v1/${endpoint}`]);
    expect((await states.load(MODEL))?.state.current?.rollout?.hold).toMatchObject({ reason: "lost" });
    expect(mover.output()).toContain('"message":"rollout-state"');
    expectModest(mover);
  });

  async function startWorld(...settings: readonly ModelSettings[]): Promise<GoogleCloud> {
    cloud = await startGoogleCloud(settings);
    return cloud;
  }

  function start(role: string): Promise<FunctionProcess> {
    const started = startFunction(role, cloud?.environment ?? {});
    processes.push(started);
    return started;
  }
});

// Helpers

const ENDED = { state: "PIPELINE_STATE_SUCCEEDED", endTime: { seconds: "1763730000" } };

const DRIFT_REPORT = {
  version: 1,
  model: MODEL,
  id: "week 1",
  monitor: "weekly",
  window: { start: "2026-11-14T00:00:00Z", end: "2026-11-21T00:00:00Z" },
  features: [{ name: "hour", kind: "data", sampleSize: 100_000, evidence: { type: "score", metric: "psi", score: 0.2, bins: 10 } }],
};

function settingsOf(batch: Partial<ModelSettings["batch"]> = {}): ModelSettings {
  const settings = googleSettings({ batchSize: 100, windowMs: DAY_MS, dedupeHorizonMs: DAY_MS, retentionMs: 2 * DAY_MS, ...batch });
  return { ...settings, pipeline: { ...settings.pipeline, parameters: { manifest_uri: "{manifestUri}" } } };
}

function push(batcher: FunctionProcess, messageId: string, key: string, changes: Readonly<Record<string, string>> = {}) {
  return batcher.push(finalizedEvent(messageId, key, changes).data.message);
}

/** What was published to a topic. */
function messagesTo({ received }: GoogleCloud, topic: string): { readonly attributes?: Readonly<Record<string, string>> }[] {
  const calls = received.filter(({ path }) => path === `/v1/projects/p/topics/${topic}:publish`);
  return calls.flatMap((call) => (jsonOf(call) as { messages: ReturnType<typeof messagesTo> }).messages);
}

function expectModest(one: FunctionProcess): void {
  const residentMb = one.residentMb();
  if (residentMb === undefined) console.info(`memory is not measured: ${process.platform} has no /proc`);
  else expect(residentMb).toBeLessThan(MAX_RESIDENT_MB);
}

/** Ids of the messages that a function took to its dead letters. */
function setAside(google: Parameters<typeof messagesTo>[0]): unknown[] {
  return messagesTo(google, "dead-letters").map(({ attributes }) => attributes?.RetriggerMessageId);
}
