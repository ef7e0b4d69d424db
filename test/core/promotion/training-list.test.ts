import { performEffects } from "../../../functions/core/coordination/coordinate";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import type { PipelineLauncher } from "../../../functions/core/coordination/ports";
import { RetryableError } from "../../../functions/core/errors";
import type { LogEvent } from "../../../functions/core/log/log";
import { type ModelSettings, modelSettingsSchema } from "../../../functions/core/model-settings";
import type { TrainingMixPolicy } from "../../../functions/core/promotion/promotion-settings";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { promotionOf } from "../../simulation/candidates";
import { settingsOf } from "../../simulation/data-path";
import { NOON, policyOf, requestOf } from "../../simulation/requests";

describe("the list of a training with a hold-out", () => {
  it("should have the hold-out's share of one batch, be what the run reads, and be told in its record", async () => {
    const world = createWorld({ share: 0.5 });

    await world.land(1, ["in/a", "in/b"]);

    expect(world.listOf(1)).toEqual(["in/a", "in/b", "old/0", "old/1", "old/2", "old/3"].filter(world.isIn(1)));
    expect(world.listOf(1)).toHaveLength(4);
    expect((await world.decisions.readRun(idOf(1)))?.mix).toMatchObject({ objects: 2, share: 0.5, isIn: true, digest: "d1" });
    expect(world.told("training-mix")).toMatchObject([{ requestId: idOf(1), objects: 2, bytes: 20, share: 0.5, wanted: 0.5 }]);
  });

  it("should count the hold-out in what the parameters tell", async () => {
    const world = createWorld(
      { share: 0.5 },
      { parameters: { Manifest: "{manifestUri}", Objects: "{objects}", Bytes: "{bytes}" } },
    );

    await world.land(1, ["in/a", "in/b"]);

    expect(world.launcher.runs.get(idOf(1))?.parameters).toMatchObject({ Objects: "4", Bytes: "22" });
  });

  it("should be the same after a crash between list and start", async () => {
    const world = createWorld({ share: 0.5 });
    world.launch = () => Promise.reject(new RetryableError("the process died"));
    await world.land(1, ["in/a", "in/b"]);
    const first = [...world.manifests.combined];

    world.launch = world.launcher.start;
    await performEffects(world.ports, world.settings);

    expect(first).toHaveLength(1);
    expect([...world.manifests.combined]).toEqual(first);
    expect(world.launcher.runs.get(idOf(1))?.parameters).toEqual({ ManifestUri: first[0]?.[0] });
    expect((await world.decisions.readRun(idOf(1)))?.mix).toMatchObject({ objects: 2 });
    expect(world.told("training-mix")).toHaveLength(1);
  });

  it.each<[string, Partial<TrainingMixPolicy>, string]>([
    ["share", { share: 0.6 }, "d1"],
    ["hold-out", {}, "d2"],
  ])("should have another name with another %s, as it may hold something else", async (_, change, digest) => {
    const before = createWorld({ share: 0.5 });
    const after = createWorld({ share: 0.5, ...change }, { digest });

    for (const world of [before, after]) await world.land(1, ["in/a"]);

    const [one, other] = [before, after].map(({ manifests }) => [...manifests.combined.keys()][0]);
    expect(one).toBeDefined();
    expect(one).not.toBe(other);
  });

  it.each<[string, Partial<TrainingMixPolicy>, RegExp]>([
    [
      "is not there",
      { baseline: "s3://archive/gone.jsonl" },
      /there is no s3:\/\/archive\/gone\.jsonl; restore the hold-out's manifest/,
    ],
    [
      "is not the one that was chosen",
      { sha256: "f".repeat(64) },
      /has the digest d1, expected f{64}: somebody changed it; restore/,
    ],
    ["is empty", { baseline: "s3://archive/empty.jsonl" }, /empty\.jsonl lists no object; restore it/],
    [
      "cannot work",
      { baseline: "s3://data/in/hold-out.jsonl" },
      /lies where data lands, and would be trained on; move it elsewhere/,
    ],
  ])("should refuse the start where a hold-out that every run must have %s, and lose nothing", async (_, policy, why) => {
    const world = createWorld({ ...policy, isRequired: true });

    await world.land(1, ["in/a"]);

    expect(world.launcher.runs.size).toBe(0);
    expect(world.told("start-refused")).toMatchObject([{ error: expect.stringMatching(why) }]);
    expect(world.told("start-refused")).toMatchObject([{ error: expect.stringMatching(/every run of this model must have it/) }]);
    expect(world.told("data-set-aside")).toMatchObject([{ requestId: idOf(1), reason: "start-refused", objects: 1 }]);
    expect(await world.setAside()).toEqual([idOf(1)]);
  });

  it("should take along what was refused once the hold-out is there", async () => {
    const world = createWorld({ isRequired: true, baseline: "s3://archive/late.jsonl", share: 0.5 });
    await world.land(1, ["in/a"]);

    world.manifests.holdOuts.set("s3://archive/late.jsonl", { digest: "d3", objects: [{ key: "old/1" }, { key: "old/2" }] });
    await world.land(2, ["in/b"]);

    expect(world.listOf(2)).toEqual(["in/a", "in/b", "old/1", "old/2"]);
    expect(await world.setAside()).toEqual([]);
  });

  it("should go without a hold-out that need not be in it, and tell that in log and record", async () => {
    const world = createWorld({ baseline: "s3://archive/gone.jsonl" });

    await world.land(1, ["in/a"]);

    expect(world.listOf(1)).toEqual(["in/a"]);
    expect(world.told("training-mix-missing")).toMatchObject([
      { level: "error", requestId: idOf(1), error: expect.stringContaining("there is no s3://archive/gone.jsonl") },
    ]);
    expect((await world.decisions.readRun(idOf(1)))?.mix).toMatchObject({ objects: 0, share: 0, isIn: false });
  });

  it("should start nothing while the hold-out cannot be read for now", async () => {
    const world = createWorld({});
    const { manifests } = world.ports;
    const readHoldOut = () => Promise.reject(new RetryableError("S3 is busy"));

    await requestTraining({ ...world.ports, manifests: { ...manifests, readHoldOut } }, world.settings, requestOf("1"));

    expect(world.launcher.runs.size).toBe(0);
    expect(world.told("effect-postponed")).toMatchObject([{ error: "RetryableError: S3 is busy" }]);
  });

  describe("of a request that brings no data", () => {
    it("should not become the hold-out alone", async () => {
      const world = createWorld({});

      await world.request(requestOf("1", { manifests: [] }));

      expect(world.launcher.runs.get(idOf(1))?.parameters).toEqual({});
      expect(world.told("training-mix-missing")).toMatchObject([
        { error: expect.stringMatching(/the request brings no manifest/) },
      ]);
    });

    it("should be refused where every run must have the hold-out", async () => {
      const world = createWorld({ isRequired: true });

      await world.request(requestOf("1", { manifests: [] }));

      expect(world.launcher.runs.size).toBe(0);
      expect(world.told("start-refused")).toMatchObject([
        { error: expect.stringMatching(/give the pipeline a parameter whose value/) },
      ]);
    });

    it("should start where the pipeline reads the hold-out by a parameter of its own", async () => {
      const world = createWorld({ isRequired: true }, { parameters: { Manifest: "{manifestUri}", HoldOut: BASELINE } });

      await world.request(requestOf("1", { manifests: [] }));

      expect(world.launcher.runs.get(idOf(1))?.parameters).toEqual({ HoldOut: BASELINE });
      expect((await world.decisions.readRun(idOf(1)))?.mix).toMatchObject({
        isIn: true,
        sentence: expect.stringContaining("HoldOut"),
      });
    });
  });

  it("should be read by the form of settings that has no promotion, which leaves it out", () => {
    const { promotion: _none, ...plain } = createWorld({}).settings;
    expect(modelSettingsSchema.parse(createWorld({}).settings)).toHaveProperty("promotion.mix.share", 0.3);
    expect(modelSettingsSchema.parse(plain)).not.toHaveProperty("promotion");
  });
});

// Helpers

const BASELINE = "s3://archive/hold-out.jsonl";

function idOf(generation: number): string {
  return `data/flight-delay/${generation}`;
}

interface WorldOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly digest?: string;
}

/** Memory adapters, with hold-outs of four objects of 10 bytes each, and of none; batches have objects of 1 byte. */
function createWorld(mix: Partial<TrainingMixPolicy>, { parameters, digest = "d1" }: WorldOptions = {}) {
  const settings = settingsWith({ baseline: BASELINE, share: 0.3, by: "objects", isRequired: false, ...mix }, parameters);
  const launcher = memoryPipelineLauncher();
  const decisions = memoryDecisionLog();
  const manifests = memoryManifestStore();
  const states = memoryCoordinatorStore();
  const log: LogEvent[] = [];
  const world: { launch: PipelineLauncher["start"] } = { launch: launcher.start };
  manifests.holdOuts.set(BASELINE, { digest, objects: [0, 1, 2, 3].map((n) => ({ key: `old/${n}`, bytes: 10 })) });
  manifests.holdOuts.set("s3://archive/empty.jsonl", { digest, objects: [] });
  const ports = {
    ...{ states, decisions, manifests, notifier: memoryNotifier(), deployment: memoryDeployment },
    launcher: { start: (...start: Parameters<PipelineLauncher["start"]>) => world.launch(...start) },
    log: (entry: LogEvent) => void log.push(entry),
    now: () => NOON,
  };
  const listOf = (generation: number) => {
    const uri = launcher.runs.get(idOf(generation))?.parameters.ManifestUri ?? "";
    return (manifests.combined.get(uri) ?? manifests.published.get(uri))?.map(({ key }) => key) ?? [];
  };
  return Object.assign(world, {
    ...{ settings, launcher, decisions, manifests, ports, listOf },
    isIn: (generation: number) => (key: string) => listOf(generation).includes(key),
    told: (event: LogEvent["event"]) => log.filter((entry) => entry.event === event),
    request: (request: Parameters<typeof requestTraining>[2]) => requestTraining(ports, settings, request),
    setAside: async () => ((await states.load(settings.model))?.state.setAside ?? []).map(({ request }) => request.id),
    /** A batch is published, and its training asked for. */
    land: async (generation: number, keys: readonly string[]) => {
      const at = { model: settings.model, generation, data: settings.data };
      const written = await manifests.writeManifest(
        at,
        keys.map((key) => ({ key, version: "", bytes: 1 })),
      );
      if (written === undefined) throw new Error(`generation ${generation} landed before`);
      const size = { objects: keys.length, bytes: keys.length };
      await requestTraining(ports, settings, requestOf(String(generation), { manifests: [{ ...written, ...size }] }));
    },
  });
}

function settingsWith(mix: TrainingMixPolicy, parameters: Readonly<Record<string, string>> | undefined): ModelSettings {
  const settings = settingsOf();
  const { pipeline } = settings;
  return {
    ...settings,
    policy: policyOf(),
    pipeline: { ...pipeline, ...(parameters !== undefined && { parameters }) },
    promotion: promotionOf({ mix }),
  };
}
