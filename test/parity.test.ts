import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decision } from "../functions/core/coordination/decision";
import type { DriftReport } from "../functions/core/drift/drift-report";
import { replayRecord } from "../functions/core/replay/replay-record";
import { firestoreBatchStore } from "../functions/gcp/adapters/firestore/batch-store";
import { firestoreDecisionLog } from "../functions/gcp/adapters/firestore/decision-log";
import { firestoreDriftLog } from "../functions/gcp/adapters/firestore/drift-log";
import { firestoreCoordinatorStore, firestoreDriftHistoryStore } from "../functions/gcp/adapters/firestore/versioned-store";
import { memoryModelSettings } from "../functions/memory/manifest-store";
import type { CloudName, LocalCloud } from "../local/clouds/local-cloud";
import { LOCAL_CLOUDS, MODELS } from "../local/clouds/local-clouds";
import { findDynamoDb } from "../local/files/dynamodb-process";
import { fileManifestStore, readManifests } from "../local/files/file-manifest-store";
import { dynamodbReplayState, openRunStore } from "../local/replay/dynamodb-replay-state";
import type { LandingFile } from "../local/replay/landing-files";
import { plannedRequests } from "../local/replay/plan";
import { replay } from "../local/replay/replay";
import { memoryReplayState, type ReplayState, rememberedHeads, rememberedStates } from "../local/replay/replay-state";
import { type Comparable, comparable } from "../local/summary/compare-replays";
import { seededRandom, virtualClock } from "../local/world/time-and-chance";
import { noJournal } from "../local/world/world-journal";
import { describeWithFirestore } from "./contracts/firestore-endpoint";

const FROM = Date.UTC(2001, 0, 1);

const UNTIL = Date.UTC(2001, 0, 3, 12);

const SEED = 5;

const FILES = 600;

const SIX_HOURS_MS = 6 * 3_600_000;

const YEAR_MS = 365 * 86_400_000;

const dynamo = findDynamoDb();

const unless = "missing" in dynamo ? it.skip : it;

// Invariant 5: the same history of causes, with its repetitions, crashes and people, told of no end of a run by an event.
describeWithFirestore("one history of causes", (firestore) => {
  let inMemory: Comparable;
  let recordedInMemory: readonly Decision[];

  beforeAll(async () => {
    const history = await historyOf("aws", () => memoryReplayState(MODELS.aws));
    inMemory = history.outcome;
    recordedInMemory = history.recorded;
    expect(inMemory.decisions.length).toBeGreaterThan(20);
    expect(new Set(inMemory.decisions.map(({ outcome }) => outcome)).size).toBeGreaterThan(4);
  });

  // Invariant 9, here and with the records of both clouds below.
  it("should come out the same when what is recorded of it is decided again", () => {
    expectSameAgain(recordedInMemory);
  });

  it("should come out otherwise by another policy", () => {
    const [settings] = MODELS.aws;
    if (settings === undefined) throw new Error("there is no model");
    const { policy, model } = settings;

    const report = replayRecord(
      recordedInMemory.filter((decision) => decision.model === model),
      { ...policy, maxStartsPerDay: policy.maxStartsPerDay + 1 },
    );

    expect(report.differing).toBeGreaterThan(0);
    expect(report.differences[0]?.why).toMatch(/^check daily-limit\.numbers\.maxStartsPerDay: recorded \d+, replayed \d+$/);
  });

  it("should give the same decisions, manifests and starts by the functions of Google Cloud over Firestore", async () => {
    const database = firestore().createDatabase();
    const state: ReplayState = {
      settings: memoryModelSettings(MODELS.gcp),
      batches: rememberedHeads(firestoreBatchStore(database)),
      states: rememberedStates(firestoreCoordinatorStore(database)),
      decisions: firestoreDecisionLog(database, YEAR_MS),
      histories: rememberedStates(firestoreDriftHistoryStore(database)),
      drifts: firestoreDriftLog(database, YEAR_MS),
      close: async () => {},
    };

    const { outcome, recorded } = await historyOf("gcp", () => state);

    expect(outcome).toEqual(inMemory);
    expect(recorded.length).toBe(recordedInMemory.length);
    expectSameAgain(recorded);
  });

  unless(
    `should give the same by the functions of AWS over DynamoDB${"missing" in dynamo ? `, skipped: ${dynamo.missing}` : ""}`,
    async () => {
      const folder = newFolder();
      const store = await openRunStore(folder, MODELS.aws);

      const { outcome, recorded } = await historyOf("aws", (now) => dynamodbReplayState(store, now));

      expect(outcome).toEqual(inMemory);
      expect(recorded.length).toBe(recordedInMemory.length);
      expectSameAgain(recorded);
    },
  );
});

// Helpers

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-parity-"));
  folders.push(folder);
  return folder;
}

/** Files at random times, which one model or both watch. */
async function* landings(): AsyncGenerator<LandingFile> {
  const random = seededRandom(SEED, "files");
  const times = Array.from({ length: FILES }, () => FROM + random.below(UNTIL - FROM)).sort((a, b) => a - b);
  for (const [index, landedAt] of times.entries()) {
    const key = `flights/${random.chance(0.2) ? "west" : "rest"}/${index}.csv`;
    yield { key, landedAt, flights: 50, bytes: 1_000 + random.below(2_000), md5: random.hex(32) };
  }
}

/** A report every six hours, of which some drift, at random. */
async function* driftReports(): AsyncGenerator<DriftReport> {
  const random = seededRandom(SEED, "drift");
  for (let end = FROM + SIX_HOURS_MS; end < UNTIL; end += SIX_HOURS_MS) {
    const score = random.below(100) / 100;
    const evidence = { type: "score", metric: "psi", score, bins: 20 } as const;
    const feature = { name: "delay", kind: "data", sampleSize: 5_000, referenceSize: 50_000, evidence } as const;
    const window = { start: end - SIX_HOURS_MS, end };
    yield { version: 1, model: "flight-delay", id: `r${end}`, monitor: "m", window, unlisted: "unknown", features: [feature] };
  }
}

/** Decides again what is recorded of each model, and expects every decision with every number. */
function expectSameAgain(recorded: readonly Decision[]): void {
  for (const { model } of MODELS.aws) {
    const decisions = recorded.filter((decision) => decision.model === model);
    expect(decisions.length).toBeGreaterThan(5);
    expect(replayRecord(decisions)).toEqual({
      decisions: decisions.length,
      same: decisions.length,
      unknown: {},
      differing: 0,
      differences: [],
    });
  }
}

/** What came of a history, and the decisions as the log has them, by what is exported. */
async function historyOf(
  name: CloudName,
  open: (now: () => number) => ReplayState,
): Promise<{ readonly outcome: Comparable; readonly recorded: readonly Decision[] }> {
  const clock = virtualClock(FROM);
  const cloud: LocalCloud = { ...LOCAL_CLOUDS[name], runEndMessage: () => undefined };
  const folder = newFolder();
  const models = MODELS[name];
  const state = open(clock.now);
  const outcome = await replay({
    cloud,
    clock,
    files: landings(),
    planned: plannedRequests(FROM, UNTIL),
    reports: driftReports(),
    until: UNTIL,
    seed: SEED,
    models,
    state,
    manifests: fileManifestStore(folder, cloud.manifests),
    openJournal: () => noJournal,
    onMinute: () => {},
  });
  const recorded: Decision[] = [];
  for (const { model } of models) for await (const page of state.decisions.between(model, {})) recorded.push(...page);
  await state.close();
  const manifests = await Promise.all(models.map((settings) => readManifests(folder, settings, cloud.manifests)));
  const keys = manifests.flat().map(({ keys }) => keys);
  return { outcome: comparable(outcome, keys), recorded };
}
