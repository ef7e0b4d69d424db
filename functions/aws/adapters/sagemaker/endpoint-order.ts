import type { TrafficOrder } from "../../../core/promotion/rollout/ports";
import type { RolloutSettings } from "../../../core/promotion/rollout/rollout-settings";
import type { Served, Traffic } from "../../../core/promotion/rollout/traffic";
import type { VariantModel } from "./endpoint-state";

/** Where a rollout begins on SageMaker. */
type Champion = Extract<Served, { on: "sagemaker" }>;

/** Everything of an order that SageMaker's side is planned from. */
export interface EndpointOrder {
  readonly endpoint: string;
  readonly champion: Champion;
  readonly sagemaker: NonNullable<RolloutSettings["sagemaker"]>;
  readonly names: RolloutNames;
  readonly from: Traffic;
  readonly to: Traffic;
  readonly abandoned: readonly Traffic[];
  readonly overrides: boolean;
  readonly repeats: boolean;
  /** Shares that the rollout's stages give the candidate, whole percent, rising; ends with 100. */
  readonly percents: readonly number[];
}

/** Names of what a rollout makes: the same for the same rollout, so that what is made twice is made once. */
interface RolloutNames {
  readonly candidateVariant: string;
  readonly model: string;
  readonly config: (kind: MadeConfig) => string;
}

/**
 * A configuration that a rollout makes. `split`: with the share that it begins with, whole percent; later shares are weights.
 * `native`: the candidate under the champion's variant name, as SageMaker's own blue/green wants it.
 */
export type MadeConfig = "shadow" | "alone" | "native" | { readonly split: number };

/** @throws Error for an order of the other cloud */
export function endpointOrder(order: TrafficOrder): EndpointOrder {
  const { settings, rolloutId, champion, from, to, abandoned = [], overrides = false, repeats = false } = order;
  return {
    endpoint: settings.endpoint,
    champion: onSageMaker(champion),
    sagemaker: sageMakerSettings(settings),
    names: rolloutNames(sageMakerSettings(settings).namePrefix, rolloutId, onSageMaker(champion).variant),
    from,
    to,
    abandoned,
    overrides,
    repeats,
    percents: [...new Set([...settings.percents, 100])].sort((a, b) => a - b),
  };
}

/** @throws Error for what the other cloud serves */
export function onSageMaker(served: Served): Champion {
  if (served.on === "sagemaker") return served;
  throw new Error(`got a champion on ${served.on}; expected one on sagemaker`);
}

/** @throws Error where the settings have nothing for SageMaker */
export function sageMakerSettings({ sagemaker, endpoint }: RolloutSettings): NonNullable<RolloutSettings["sagemaker"]> {
  if (sagemaker !== undefined) return sagemaker;
  throw new Error(`the settings of the rollout on ${endpoint} have no sagemaker; deploy them again`);
}

/** Of at most 63 characters, as SageMaker takes them: the prefix has 11, the rollout 8. */
function rolloutNames(prefix: string, rolloutId: string, championVariant: string): RolloutNames {
  const begin = `${prefix}-${rolloutId}`;
  return {
    candidateVariant: candidateVariant(championVariant),
    model: `${begin}-model`,
    config: (kind) => `${begin}-${typeof kind === "string" ? kind : `split-${kind.split}`}`,
  };
}

/** Two names in turn, whatever serves by them, so that dashboards and scaling of one stay its own. */
export function candidateVariant(championVariant: string): string {
  return championVariant === "retrigger-a" ? "retrigger-b" : "retrigger-a";
}

/** Name of a configuration: the champion's as the record has it. */
export function configName({ champion, names }: EndpointOrder, config: "champion" | MadeConfig): string {
  return config === "champion" ? champion.config : names.config(config);
}

/** What a configuration of this rollout lets serve. */
export function expectedVariants(
  { champion, names }: EndpointOrder,
  config: "champion" | MadeConfig,
): { readonly variants: readonly VariantModel[]; readonly shadows: readonly VariantModel[] } {
  const before: VariantModel = [champion.variant, champion.model];
  const candidate: VariantModel = [names.candidateVariant, names.model];
  switch (config) {
    case "champion":
      return { variants: [before], shadows: [] };
    case "shadow":
      return { variants: [before], shadows: [candidate] };
    case "alone":
      return { variants: [candidate], shadows: [] };
    case "native":
      return { variants: [[champion.variant, names.model]], shadows: [] };
    default:
      return { variants: [before, candidate], shadows: [] };
  }
}

/** The configuration of this rollout that has the name; undefined for any other. */
export function configNamed(order: EndpointOrder, name: string): "champion" | MadeConfig | undefined {
  const split = Number(/-split-(\d{1,3})$/.exec(name)?.[1]);
  return (["champion", "shadow", "alone", "native", { split }] as const).find((config) => configName(order, config) === name);
}
