import { createHash } from "node:crypto";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import type { CandidateAnswer } from "../../functions/core/coordination/ports";
import type { LogEvent } from "../../functions/core/log/log";
import type { ModelSettings } from "../../functions/core/model-settings";
import { promotedModel } from "../../functions/core/promotion/change-promotion";
import type { EvaluationFiles } from "../../functions/core/promotion/ports";
import { type PromotionPorts, promoteModel } from "../../functions/core/promotion/promote-model";
import { judgesMay } from "../../functions/core/promotion/promote-models";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { initialPromotion } from "../../functions/core/promotion/promotion-state";
import { noticeCandidate, promotionAnswers } from "../../functions/core/promotion/take-candidate";
import { memoryCoordinatorStore, memoryDecisionLog, memoryNotifier } from "../../functions/memory/coordination";
import { memoryModelRegistry } from "../../functions/memory/model-registry";
import { memoryCandidateLog, memoryPromotionStore } from "../../functions/memory/promotion";
import {
  decodeCandidateRecord,
  decodePromotion,
  encodeCandidateRecord,
  encodePromotion,
} from "../../functions/node/promotion-codecs";
import { GOLDEN_SHA256, promotionOf } from "./candidates";
import { settingsOf } from "./data-path";
import { NOON } from "./requests";
import { type Fate, runProcess, type Step, unreliable } from "./unreliable";

export const REGISTRY = "delays";
/** Rows of the golden set. */
const GOLDEN_ROWS = 120;

const MODEL = "flight-delay";

/** One model's promotion over memory adapters that all processes share: promoters, the queue's function, people, the registry. */
export function createPromotion(overrides: Partial<PromotionSettings>, pause: () => Promise<void>) {
  const { guardrails } = promotionOf();
  const settings: ModelSettings = {
    ...settingsOf(),
    model: MODEL,
    promotion: promotionOf({
      guardrails: { ...guardrails, goldenSet: { sha256: GOLDEN_SHA256, rows: GOLDEN_ROWS }, chain: { promotions: 1 } },
      ...overrides,
    }),
  };
  const model = promotedModel(settings);
  if (model === undefined) throw new Error("the settings have no promotion");
  const registry = memoryModelRegistry();
  registry.create(REGISTRY);
  const promotions = memoryPromotionStore();
  const candidates = memoryCandidateLog();
  const states = memoryCoordinatorStore();
  const decisions = memoryDecisionLog();
  const notifier = memoryNotifier();
  const files = new Map<string, string>();
  const logged: LogEvent[] = [];
  let time = NOON;

  const evaluations: EvaluationFiles = {
    read: async (uri) => textBytes(files.get(uri)),
    async lines(uri) {
      const text = files.get(uri);
      if (text === undefined) return undefined;
      const lines = [text.split("\n").filter((line) => line !== "")];
      return {
        lines: (async function* () {
          yield* lines;
        })(),
        sha256: () => sha256(Buffer.from(text)),
      };
    },
  };

  function ports(step: Step): PromotionPorts {
    return {
      promotions: unreliable(
        {
          ...promotions,
          // What the clouds' stores would read back.
          save: (name: string, state, version) => promotions.save(name, decodePromotion(encodePromotion(name, state)), version),
        },
        step,
      ),
      candidates: unreliable(
        { ...candidates, record: (record) => candidates.record(decodeCandidateRecord(encodeCandidateRecord(record))) },
        step,
      ),
      registry: unreliable(registry, step),
      states: unreliable(states, step),
      decisions,
      notifier: unreliable(notifier, step),
      evaluations: unreliable(evaluations, step),
      sha256,
      mayPerform: judgesMay,
      log: (entry) => void logged.push(entry),
      now: () => time,
    };
  }

  const reliably = (): Fate => "fine";
  return {
    settings,
    ports,
    registry,
    logged,
    subjects: notifier.subjects,
    records: candidates.records,
    state: async () => (await promotions.load(MODEL))?.state ?? initialPromotion(REGISTRY, GOLDEN_SHA256),
    coordinator: async () => (await states.load(MODEL))?.state ?? initialState(NOON),
    advance(ms: number) {
      time += ms;
    },
    /** A training registers a model that is wrong about these rows of the golden set, and writes what it must, or part of it. */
    register(
      wrong: (row: number) => boolean,
      part: "all" | "no predictions" | "nothing" = "all",
      readiness: "ready" | "registering" = "ready",
    ) {
      const folder = `s3://ml/evaluations/${files.size}/`;
      if (part !== "nothing") files.set(`${folder}evaluation.json`, evaluationOf(wrong, part === "all", 10_000 + files.size));
      if (part === "all") files.set(`${folder}golden-predictions.jsonl`, predictionsOf(wrong));
      return registry.register(REGISTRY, { registeredAt: time, evaluationUri: folder, readiness });
    },
    /** An event tells of a version. */
    notice: (version: string, fate = reliably) =>
      runProcess((step) => noticeCandidate(ports(step), settings, version), fate, pause),
    /** A tick of the promoter. */
    turn: (look: boolean, fate = reliably) => runProcess((step) => promoteModel(ports(step), model, look), fate, pause),
    /** A tick while a port does otherwise. */
    turnWith: (changed: Partial<PromotionPorts>) => promoteModel({ ...ports(async () => {}), ...changed }, model, false),
    answer: (answer: CandidateAnswer, fate = reliably) =>
      runProcess((step) => promotionAnswers(ports(step)).answer(settings, answer), fate, pause),
    /** A person resumes the model, whatever paused it. */
    async resume() {
      const loaded = await states.load(MODEL);
      if (loaded?.state.paused === undefined) return;
      const { paused: _paused, ...state } = loaded.state;
      await states.save(MODEL, { ...state, resumed: { by: "ada", catchUp: "all", at: time } }, loaded.version);
    },
  };
}

export type Promotion = ReturnType<typeof createPromotion>;

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function textBytes(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}

const ROWS = Array.from({ length: GOLDEN_ROWS }, (_, row) => row);

/** @param trainingRows by which the evaluations of two equal models differ, as the data of two trainings do */
function evaluationOf(wrong: (row: number) => boolean, hasPredictions: boolean, trainingRows: number): string {
  const count = (label: number, prediction: number) =>
    ROWS.filter((row) => row % 2 === label && predictionFor(row, wrong) === prediction).length;
  const accuracy = ROWS.filter((row) => !wrong(row)).length / GOLDEN_ROWS;
  return JSON.stringify({
    binary_classification_metrics: {
      accuracy: { value: accuracy, standard_deviation: "NaN" },
      confusion_matrix: { "0": { "0": count(0, 0), "1": count(0, 1) }, "1": { "0": count(1, 0), "1": count(1, 1) } },
    },
    retrigger: {
      schema: 1,
      model: MODEL,
      goldenSet: { sha256: GOLDEN_SHA256, rows: GOLDEN_ROWS },
      ...(hasPredictions && { predictions: { uri: "golden-predictions.jsonl" } }),
      training: { rows: trainingRows, dataSetRows: trainingRows },
    },
  });
}

function predictionFor(row: number, wrong: (row: number) => boolean): number {
  return wrong(row) ? 1 - (row % 2) : row % 2;
}

function predictionsOf(wrong: (row: number) => boolean): string {
  return ROWS.map((row) => JSON.stringify({ id: `row-${row}`, label: row % 2, prediction: predictionFor(row, wrong) })).join("\n");
}
