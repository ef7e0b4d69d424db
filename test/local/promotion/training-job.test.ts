import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SAGEMAKER_LISTS } from "../../../functions/aws/adapters/s3/manifest-store";
import { readEvaluated } from "../../../functions/core/promotion/evaluation/read-evaluated";
import { JSON_LINES } from "../../../functions/gcp/adapters/storage/manifest-store";
import { fileDigest } from "../../../functions/node/hashes";
import { fileEvaluationFiles } from "../../../local/files/file-evaluation-files";
import { fileManifestStore } from "../../../local/files/file-manifest-store";
import { flightBucket } from "../../../local/promotion/flight-bucket";
import { cutGoldenSet } from "../../../local/promotion/golden-set";
import { PROMOTED_MODELS } from "../../../local/promotion/promoted-models";
import { trainingJob } from "../../../local/promotion/training-job";
import { type Flight, landingFiles } from "../../../local/replay/landing-files";
import type { SimulatedRun } from "../../../local/world/simulated-cloud";

const HOUR_MS = 3_600_000;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("trainingJob", () => {
  it.each(["aws", "gcp"] as const)("should write on %s what an evaluation must have, and the promotion reads", async (cloud) => {
    const { train, folder, settings, keys, golden } = await createJob(cloud);

    const made = await train(settings, await runOf(folder, cloud, keys));

    const { evaluation, predictions, problem } = await readEvaluated(
      { files: fileEvaluationFiles(folder), sha256: fileDigest, allowed: settings.promotion.evaluations },
      { name: "m", uri: made?.evaluationUri },
    );
    expect(problem).toBeUndefined();
    expect(evaluation?.metrics).toMatchObject({ auc: made?.auc });
    expect(evaluation?.identity).toMatchObject({
      model: "flight-delay",
      goldenSet: { sha256: golden.sha256, rows: golden.rows.length },
      training: { rows: 200, dataSetRows: 200 },
    });
    expect(predictions).toMatchObject({ rows: golden.rows.length, classes: ["0", "1"] });
    expect(Object.keys(predictions?.slices ?? {})).toEqual(["departure", "distance"]);
  });

  it("should tell late hours from others, and learn the opposite from labels that are turned around", async () => {
    const [good, broken] = [await createJob("aws"), await createJob("aws", (late) => !late)];

    const [one, other] = await Promise.all(
      [good, broken].map(async ({ train, settings, folder, keys }) => await train(settings, await runOf(folder, "aws", keys))),
    );

    expect(one?.auc).toBeGreaterThan(0.9);
    expect(other?.auc).toBeLessThan(0.1);
  });

  it("should let a run without a list learn from what runs before it had, and make no model of nothing", async () => {
    const { train, settings, folder, keys } = await createJob("aws");
    const empty = await runOf(folder, "aws", undefined, "empty");

    const none = await train(settings, empty);
    const first = await train(settings, await runOf(folder, "aws", keys));
    const again = await train(settings, empty);

    expect(none).toBeUndefined();
    expect(again).toMatchObject({ rows: first?.rows, auc: first?.auc });
    expect(again?.evaluationUri).not.toBe(first?.evaluationUri);
  });

  it("should give the same bytes for the same files", async () => {
    const texts: string[] = [];
    for (const { train, settings, folder, keys } of [await createJob("aws"), await createJob("aws")]) {
      const made = await train(settings, await runOf(folder, "aws", keys));
      texts.push(readFileSync(join(folder, made?.evaluationUri.slice("s3://".length) ?? ""), "utf8"));
    }

    expect(texts[1]).toBe(texts[0]);
  });
});

// Helpers

async function createJob(cloud: "aws" | "gcp", isLate = (late: boolean) => late) {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-training-"));
  folders.push(folder);
  const [settings] = PROMOTED_MODELS[cloud];
  const { promotion } = settings ?? {};
  if (settings === undefined || promotion === undefined) throw new Error("no model is promoted");
  const bucket = flightBucket();
  const keys: string[] = [];
  for await (const { key } of landingFiles(streamOf(flights(200, isLate)), bucket.keep)) keys.push(key);
  const golden = cutGoldenSet(
    flights(100, (late) => late),
    { region: "all", every: 1 },
  );
  const goldenSets = new Map([[settings.model, golden]]);
  const train = trainingJob({ folder, format: cloud === "aws" ? SAGEMAKER_LISTS : JSON_LINES, bucket, goldenSets });
  return { train, folder, settings: { ...settings, promotion }, keys, golden };
}

/** Half in the morning, half at night; those at night are late. */
function flights(count: number, isLate: (late: boolean) => boolean): Flight[] {
  return Array.from({ length: count }, (_, index) => {
    const isNight = index % 2 === 1;
    const departsAt = Date.UTC(2001, 0, 8) + (isNight ? 22 : 6) * HOUR_MS;
    return { departsAt, delayMinutes: isLate(isNight) ? 45 : 0, distanceMiles: 700, origin: "ATL", destination: "DEN" };
  });
}

async function* streamOf<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** A run with a list of these files; without any of its own where `keys` is undefined. */
async function runOf(
  folder: string,
  cloud: "aws" | "gcp",
  keys: readonly string[] | undefined,
  name = "some",
): Promise<SimulatedRun> {
  const [settings] = PROMOTED_MODELS[cloud];
  if (settings === undefined) throw new Error("no model is promoted");
  const objects = (keys ?? []).map((key, index) => ({ key, bytes: 1, version: String(index) }));
  const store = fileManifestStore(folder, cloud === "aws" ? SAGEMAKER_LISTS : JSON_LINES);
  const at = { model: settings.model, generation: 1, data: settings.data, deployment: "memory000000" };
  const uri = keys && (await store.writeManifest(at, objects))?.uri;
  return {
    runId: `pipeline/execution/${name}`,
    requestId: "data/flight-delay/1",
    model: settings.model,
    pipeline: "train",
    parameters: uri === undefined ? {} : { InputManifest: uri },
    startedAt: "2001-01-08T00:00:00.000Z",
    endsAt: "2001-01-08T02:00:00.000Z",
    status: "succeeded",
    actualUsd: 1,
  };
}
