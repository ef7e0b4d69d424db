import { type PlayedPolicy, POLICY_NAMES, type PolicyName, playPolicy } from "./policies";
import { PRICES, sceneOf } from "./scene";
import { errorsOf } from "./stream-errors";
import { drawStream, type StreamName } from "./stream-laws";

/** One stream of one seed, every policy at every price. */
export interface PlayedStream {
  readonly stream: StreamName;
  readonly seed: number;
  /** In the order of `PRICES`. */
  readonly played: readonly Readonly<Record<PolicyName, PlayedPolicy>>[];
}

/** Streams to play, and how their models are trained. */
export interface StreamsOptions {
  readonly streams: readonly StreamName[];
  readonly seeds: readonly number[];
  /** Steps that a model is trained on; Infinity for all history. */
  readonly window: number;
  /** @default 2 */
  readonly labelDelay?: number;
}

/** Plays every policy at every price on each stream of each seed. */
export function* playStreams({ streams, seeds, window, labelDelay = 2 }: StreamsOptions): Generator<PlayedStream> {
  for (const stream of streams) {
    for (const seed of seeds) {
      const errors = errorsOf(drawStream(stream, seed), window);
      const played = PRICES.map((price) => {
        const scene = sceneOf(errors, { price, labelDelay });
        const results = POLICY_NAMES.map((name) => [name, playPolicy(name, scene)] as const);
        return Object.fromEntries(results) as Record<PolicyName, PlayedPolicy>;
      });
      yield { stream, seed, played };
    }
  }
}
