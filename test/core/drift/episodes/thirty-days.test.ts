import { driftPolicy, driftSchema } from "../../../../config/sections/drift";
import { coordinatorPolicy, policySchema } from "../../../../config/sections/policy";
import { requestTraining } from "../../../../functions/core/coordination/handle-coordinator-message";
import { handleAnswer } from "../../../../functions/core/coordination/intervene";
import type { RunState } from "../../../../functions/core/coordination/ports";
import { sweepCoordination, type WatchingPorts } from "../../../../functions/core/coordination/sweep-coordination";
import { assessDrift } from "../../../../functions/core/drift/assess-drift";
import { requestFates } from "../../../../functions/core/drift/episodes/request-fate";
import type { Notice } from "../../../../functions/core/notices/notice";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryPipelineLauncher,
  memoryQualityQueue,
  memoryRequestQueue,
} from "../../../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../../../functions/memory/drift";
import { memoryManifestStore } from "../../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../../functions/memory/versioned-store";
import { settingsOf } from "../../../simulation/data-path";
import { answerOf, HOUR_MS } from "../../../simulation/requests";
import { featureOf, reportOf, scored } from "../reports";

const START = Date.UTC(2026, 10, 1);
const DAYS = 30;
const RUN_MS = 2 * HOUR_MS;
const CALM = 0.01;

const always = (score: number) => () => score;
const rising = (hour: number) => [0.2, 0.4, 0.8][Math.floor(hour / 240)] ?? 0.8;
const flapping = (hour: number) => (Math.floor(hour / 6) % 2 === 0 ? 0.2 : CALM);
/** Two days of drift, then three without. */
const anew = (hour: number) => (hour % 120 < 48 ? 0.2 : CALM);

const firstTwo = (run: number) => run > 2;

/** What a stream of windows asks for in thirty days: requests, trainings, mails of the coordinator, mails of drift. */
interface Month {
  readonly scoreAt: (hour: number) => number;
  /** Hours of a window. @default 1 */
  readonly lengthH?: number;
  /** What people do when they are asked. @default "approve" */
  readonly people?: "approve" | "reject" | "silent";
  /** Whether the run of this number, from 1, ends well. @default - all do */
  readonly isGood?: (run: number) => boolean;
  /** @default "30d" */
  readonly pause?: string;
  /** The windows that ask, by the hours at which they end. @default - not compared */
  readonly hours?: readonly number[];
}

describe("thirty days of windows, judged, asked and decided as by default", () => {
  it.each<[string, Month, number[], (readonly number[])?]>([
    ["a medium drift, hourly", { scoreAt: always(0.2) }, [1, 1, 0, 0]],
    ["a medium drift, daily", { scoreAt: always(0.2), lengthH: 24 }, [1, 1, 0, 0]],
    ["a high drift, approved", { scoreAt: always(0.4) }, [1, 1, 1, 0]],
    ["a high drift, refused", { scoreAt: always(0.4), people: "reject" }, [1, 0, 1, 0]],
    ["a high drift, and nobody answers", { scoreAt: always(0.4), people: "silent" }, [1, 0, 2, 0]],
    ["a high drift, daily, approved", { scoreAt: always(0.4), lengthH: 24 }, [1, 1, 1, 0]],
    ["a high drift, daily, refused", { scoreAt: always(0.4), lengthH: 24, people: "reject" }, [1, 0, 1, 0]],
    ["a high drift, daily, and nobody answers", { scoreAt: always(0.4), lengthH: 24, people: "silent" }, [1, 0, 2, 0]],
    ["a critical drift, approved", { scoreAt: always(0.8) }, [1, 1, 1, 0]],
    ["a critical drift, refused", { scoreAt: always(0.8), people: "reject" }, [1, 0, 1, 0]],
    ["a drift that rises on days 10 and 20, approved", { scoreAt: rising }, [3, 3, 2, 0]],
    ["a drift that rises on days 10 and 20, refused", { scoreAt: rising, people: "reject" }, [3, 1, 2, 0]],
    ["a medium drift whose trainings all fail", { scoreAt: always(0.2), isGood: () => false, hours: [2, 28, 78] }, [3, 3, 0, 0]],
    ["a medium drift whose first two trainings fail", { scoreAt: always(0.2), isGood: firstTwo, hours: [2, 28, 78] }, [3, 3, 0, 0]],
    ["six hours of drift, six without", { scoreAt: flapping }, [1, 1, 0, 0]],
    ["a drift that comes anew every five days", { scoreAt: anew }, [6, 6, 0, 0]],
    ["a high drift with a pause of a week, refused", { scoreAt: always(0.4), people: "reject", pause: "7d" }, [5, 0, 5, 0]],
    [
      "a high drift with a pause of a week, and nobody answers",
      { scoreAt: always(0.4), people: "silent", pause: "7d" },
      [5, 0, 10, 0],
    ],
  ])("should ask once for each episode: %s", async (_, month, expected) => {
    const { requests, trainings, coordinatorMails, driftMails, askedAtHours } = await play(month);

    expect([requests, trainings, coordinatorMails, driftMails]).toEqual(expected);
    expect(askedAtHours).toEqual(month.hours ?? askedAtHours);
  });
});

// Helpers

async function play({ scoreAt, lengthH = 1, people = "approve", isGood = () => true, pause = "30d" }: Month) {
  const settings = {
    ...settingsOf(),
    policy: coordinatorPolicy(policySchema.parse({}), false),
    drift: driftPolicy(driftSchema.parse({ pause })),
  };
  const { model } = settings;
  let now = START;
  const [decisions, states, launcher] = [memoryDecisionLog(), memoryCoordinatorStore(), memoryPipelineLauncher()];
  const [runs, notices, asked]: [Map<string, number>, Notice[], number[]] = [new Map(), [], []];
  const ports: WatchingPorts = {
    states,
    decisions,
    launcher: {
      async start(request, pipeline) {
        const run = await launcher.start(request, pipeline);
        if (!runs.has(run.runId)) runs.set(run.runId, now);
        return run;
      },
    },
    notifier: { notify: async (notice) => void notices.push(notice) },
    manifests: memoryManifestStore(),
    deployment: memoryDeployment,
    watcher: { describe: async (runId) => stateOf(runId) },
    log: () => undefined,
    now: () => now,
  };
  function stateOf(runId: string): RunState {
    const endedAt = (runs.get(runId) ?? now) + RUN_MS;
    if (now < endedAt) return { status: "running" };
    return { status: isGood([...runs.keys()].indexOf(runId) + 1) ? "succeeded" : "failed", endedAt };
  }
  const evaluator = {
    ...ports,
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    fates: requestFates(decisions),
    qualities: memoryQualityQueue(async () => undefined),
    requests: memoryRequestQueue(async (request) => {
      asked.push((request.requestedAt - START) / HOUR_MS);
      await requestTraining(ports, settings, request);
    }),
  };
  let answers = 0;
  for (let hour = 1; hour <= DAYS * 24; hour++) {
    now = START + hour * HOUR_MS;
    await sweepCoordination(ports, settings);
    if (hour % lengthH === 0) {
      const window = { start: now - lengthH * HOUR_MS, end: now };
      const features = [featureOf("amount", scored(scoreAt(hour - 1)))];
      await assessDrift(evaluator, settings, reportOf(0, features, { model, id: `report-${hour}`, window }));
    }
    const approval = (await states.load(model))?.state.approval;
    if (approval !== undefined && people !== "silent") {
      await handleAnswer(ports, settings, answerOf(++answers, "ada", { do: people, requestId: approval.request.id }));
    }
  }
  return {
    requests: asked.length,
    trainings: runs.size,
    coordinatorMails: notices.filter(({ decision }) => decision !== undefined).length,
    driftMails: notices.filter(({ decision }) => decision === undefined).length,
    askedAtHours: asked,
  };
}
