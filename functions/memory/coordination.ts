import type { Decision } from "../core/coordination/decision";
import {
  type CoordinatorStore,
  type DecisionLog,
  isWithin,
  type PipelineLauncher,
  type RequestHistory,
  type RunState,
  type RunWatcher,
} from "../core/coordination/ports";
import { renderParameters } from "../core/coordination/render-parameters";
import type { Notifier } from "../core/notices/notice";
import type { QualityQueue } from "../core/quality/quality-queue";
import type { QualitySignal } from "../core/quality/quality-signal";
import type { RequestQueue, TrainingRequest } from "../core/training-request";
import { memoryVersionedStore } from "./versioned-store";

/** `DecisionLog` in memory, with all that was recorded, in the order in which it was. */
export interface MemoryDecisionLog extends DecisionLog {
  readonly decisions: () => readonly Decision[];
}

export function memoryDecisionLog(): MemoryDecisionLog {
  const all: Decision[] = [];
  const byRequest = new Map<string, Map<string, Decision>>();
  const runs = new Map<string, NonNullable<RequestHistory["run"]>>();
  const newestFirst = (model: string) =>
    all
      .filter((decision) => decision.model === model)
      .reverse()
      .sort((a, b) => b.decidedAt - a.decidedAt);
  return {
    decisions: () => [...all],
    async record(decision) {
      const known = byRequest.get(decision.requestId) ?? new Map<string, Decision>();
      const name = `${decision.decidedAt} ${decision.outcome}`;
      if (known.has(name)) return;
      byRequest.set(decision.requestId, known.set(name, decision));
      all.push(decision);
    },
    async recordRun(requestId, runId, mix) {
      const before = runs.get(requestId);
      runs.set(requestId, { ...before, runId, ...(mix !== undefined && { mix }) });
      return before?.runId === undefined;
    },
    async recordOutcome(outcome, endedAt) {
      runs.set(outcome.requestId, { ...runs.get(outcome.requestId), ...outcome, endedAt });
    },
    async read(requestId) {
      const known = byRequest.get(requestId);
      if (known === undefined) return undefined;
      const run = runs.get(requestId);
      return { decisions: [...known.values()].sort((a, b) => a.decidedAt - b.decidedAt), ...(run !== undefined && { run }) };
    },
    readRun: async (requestId) => runs.get(requestId),
    list: async (model, limit) => newestFirst(model).slice(0, limit),
    async *between(model, span) {
      yield newestFirst(model).filter(({ decidedAt }) => isWithin(span, decidedAt));
    },
  };
}

/** `CoordinatorStore` in memory. */
export function memoryCoordinatorStore(): CoordinatorStore {
  return memoryVersionedStore();
}

/** `Notifier` in memory, with the subjects that it was told. */
export function memoryNotifier(): Notifier & { readonly subjects: readonly string[] } {
  const subjects: string[] = [];
  return {
    subjects,
    async notify({ subject }) {
      subjects.push(subject);
    },
  };
}

/** A run as the launcher in memory keeps it. */
interface MemoryRun {
  readonly runId: string;
  readonly requestId: string;
  readonly pipeline: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `PipelineLauncher` in memory: like the clouds, it answers a repeated request id with the run that it started. */
export interface MemoryPipelineLauncher extends PipelineLauncher {
  /** Runs by request id, in the order of their starts. */
  readonly runs: ReadonlyMap<string, MemoryRun>;
}

export function memoryPipelineLauncher(): MemoryPipelineLauncher {
  const runs = new Map<string, MemoryRun>();
  return {
    runs,
    async start(request, pipeline) {
      const known = runs.get(request.id);
      if (known !== undefined) return { runId: known.runId };
      const runId = `${pipeline.name}/${runs.size + 1}`;
      runs.set(request.id, {
        runId,
        requestId: request.id,
        pipeline: pipeline.name,
        parameters: renderParameters(pipeline.parameters, request),
      });
      return { runId };
    },
  };
}

/** `RequestQueue` in memory: hands every request to `deliver`, once, and fails when it does. */
export function memoryRequestQueue(deliver: (request: TrainingRequest) => Promise<void>): RequestQueue {
  return { send: (request) => deliver(request) };
}

/** `QualityQueue` in memory: hands every signal to `deliver`, once, and fails when it does. */
export function memoryQualityQueue(deliver: (signal: QualitySignal) => Promise<void>): QualityQueue {
  return { send: (signal) => deliver(signal) };
}

/** `RunWatcher` in memory: every run is running until it is told to have ended. */
export interface MemoryRunWatcher extends RunWatcher {
  end(runId: string, outcome: Exclude<RunState, { readonly status: "running" }>): void;
}

export function memoryRunWatcher(): MemoryRunWatcher {
  const ended = new Map<string, RunState>();
  return {
    describe: async (runId) => ended.get(runId) ?? { status: "running" },
    end(runId, outcome) {
      ended.set(runId, outcome);
    },
  };
}
