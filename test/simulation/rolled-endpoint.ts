import { RetryableError } from "../../functions/core/errors";
import { changePromotion, promotedModel } from "../../functions/core/promotion/change-promotion";
import { answerCandidate, judgeCandidate } from "../../functions/core/promotion/judge-candidate";
import { observeVersion } from "../../functions/core/promotion/observe-version";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import type { PromotionState } from "../../functions/core/promotion/promotion-state";
import { driveRollout } from "../../functions/core/promotion/rollout/drive-rollout";
import type { RolloutDeed } from "../../functions/core/promotion/rollout/observation";
import type { EndpointTraffic } from "../../functions/core/promotion/rollout/ports";
import { memoryPromotionStore } from "../../functions/memory/promotion";
import { decodePromotion, encodePromotion } from "../../functions/node/promotion-codecs";
import { newEndpoint, type SimulatedEndpoint, simulatedEndpoint } from "../../local/rollout/simulated-endpoint";
import { freshState, idOf, judgementOf, promotionOf, versionOf } from "./candidates";
import { settingsOf } from "./data-path";
import { NOON } from "./requests";
import { type Fate, runProcess, type Step, unreliable } from "./unreliable";

const ENDPOINT = "delays";
const MODEL = "flight-delay";
const CHAMPION = "AllTraffic";

type Layout = "sagemaker" | "vertex";

export interface RolledOptions {
  readonly layout: Layout;
  readonly seed: number;
  /** Share of the candidate's requests that fail, at a percent of the traffic; the champion's is 0.01. */
  readonly errorRate: (percent: number) => number;
  readonly requests?: number;
  readonly settings?: Partial<NonNullable<PromotionSettings["rollout"]>>;
  readonly pause?: () => Promise<void>;
}

/** The rollout of one candidate on a simulated endpoint, which any number of processes drive at the same time. */
export function rolledEndpoint({
  layout,
  seed,
  errorRate,
  requests = 20_000,
  settings: own,
  pause = async () => {},
}: RolledOptions) {
  const isVertex = layout === "vertex";
  const rollout = {
    endpoint: ENDPOINT,
    shadowWindows: 0,
    percents: [5, 25, 50],
    tolerance: 1.25,
    bakeWindows: 24,
    deadlineWindows: 2016,
    laterCandidate: "waits" as const,
    ...(!isVertex && { sagemaker: { role: "arn:aws:iam::111122223333:role/delays", namePrefix: "rt-0123abcd" } }),
  };
  const settings = { ...settingsOf(), model: MODEL, promotion: promotionOf({ rollout: Object.assign(rollout, own) }) };
  const model = promotedModel(settings);
  if (model === undefined) throw new Error("the settings have no promotion");
  const promotions = memoryPromotionStore();
  let time = NOON;
  const first = { config: isVertex ? "1" : "delays-2025", variant: isVertex ? "1001" : CHAMPION, source: "delays-2025" };
  const endpoint: SimulatedEndpoint = simulatedEndpoint({
    name: ENDPOINT,
    layout,
    seed,
    behaviour: {
      requests: () => requests,
      errorRate: (source, percent) => (source === first.source ? 0.01 : errorRate(percent)),
    },
    now: () => time,
    state: newEndpoint(first),
  });
  let stepping = 0;
  let mostSteps = 0;
  let holders = 0;
  let areMetricsDown = false;
  let gate: Promise<void> | undefined;
  let heard = () => {};
  /** How many steps were under way at once: the lease allows one. */
  const counted: EndpointTraffic["step"] = async (order) => {
    mostSteps = Math.max(mostSteps, ++stepping);
    heard();
    await pause();
    await gate;
    return await endpoint.step(order).finally(() => {
      stepping--;
    });
  };

  const ports = (step: Step) => ({
    promotions: unreliable(
      {
        ...promotions,
        // What the clouds' stores would read back.
        save: (name: string, state: PromotionState, version: number) =>
          promotions.save(name, decodePromotion(encodePromotion(name, state)), version),
      },
      step,
    ),
    traffic: unreliable({ survey: endpoint.survey, look: endpoint.look, step: counted }, step),
    metrics: unreliable(
      {
        read: async (...asked: Parameters<typeof endpoint.read>) => {
          if (areMetricsDown) throw new RetryableError("metrics do not answer");
          return await endpoint.read(...asked);
        },
        history: endpoint.history,
      },
      step,
    ),
    now: () => time,
    holder: () => `turn ${++holders}`,
    did: () => {},
  });

  return {
    seed,
    endpoint,
    champion: first.variant,
    mostSteps: () => mostSteps,
    now: () => time,
    /** Steps wait from now on, until `go`. */
    holdSteps() {
      let go = () => {};
      gate = new Promise((resolve) => {
        go = resolve;
      });
      const isWaiting = new Promise<void>((resolve) => {
        heard = resolve;
      });
      return { isWaiting, go };
    },
    failMetrics() {
      areMetricsDown = true;
    },
    advance(ms: number) {
      time += ms;
    },
    /** The candidate is registered and passes, so that its rollout begins. */
    async accept(n = 1) {
      await changePromotion({ promotions }, model, (before) => {
        const seen = observeVersion(before, model, versionOf(n), time);
        return { state: judgeCandidate(seen, model, judgementOf(n), time) };
      });
    },
    /** @param called is told of each call of a port, before it and after */
    tick: (fate: () => Fate = () => "fine", called: (point: string) => void = () => {}) =>
      runProcess(
        async (step) => {
          const told: Step = (point) => {
            called(point);
            return step(point);
          };
          await driveRollout(ports(told), model);
        },
        fate,
        pause,
      ),
    order: (id: string, deed: RolloutDeed) =>
      changePromotion({ promotions }, model, (state) => {
        const answer = { id, candidateId: idOf(1), do: deed, by: "ada (declared)", why: "as we say" };
        return answerCandidate(state, model, answer, time);
      }),
    state: async (): Promise<PromotionState> => (await promotions.load(MODEL))?.state ?? freshState(),
  };
}

export type RolledEndpoint = ReturnType<typeof rolledEndpoint>;
