import type { Cloud } from "../../config/model-cloud";
import { type Price, tierUsd } from "./price";
import { type Charge, kindOf } from "./resource-kinds";
import type { PlannedStack } from "./synthesise";

/** Something that is paid for. */
export interface CostItem {
  readonly item: string;
  /** In `unit`s. */
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly usd: number;
  /** Type of the resources that it is of, where it is paid for what exists. */
  readonly of?: string;
  /** How the quantity was counted, or from which measured figure it is. */
  readonly basis: string;
  readonly source: string;
  readonly asOf: string;
  /** What is not certain of the price. */
  readonly doubt?: string;
  /** Whether `operations.watch: essential` makes it less. */
  readonly dependsOnWatch?: boolean;
}

/** Resources of one kind. */
export interface ResourceCount {
  readonly type: string;
  readonly count: number;
  readonly name: string;
  readonly charge: Charge;
  /** Those among them that hold what failed. */
  readonly deadLetters?: number;
}

/** What a stack would deploy, and what it costs, USD. */
export interface StackPlan {
  readonly cloud: Cloud;
  readonly region: string;
  /** Region whose list prices are taken. */
  readonly priceRegion: string;
  readonly models: number;
  readonly resources: readonly ResourceCount[];
  /** A month, while nothing happens. */
  readonly atRest: readonly CostItem[];
  /** Of Retrigger itself for each training. */
  readonly perTraining: readonly CostItem[];
  /** Of Retrigger itself for 1,000 landed objects. */
  readonly perThousandObjects: readonly CostItem[];
  /** What costs something and is in no sum. */
  readonly notCounted: readonly string[];
}

/**
 * An item of the estimate.
 * @param counted how many there are of what a unit of the price is made of, such as requests
 */
export function costItem(item: string, price: Price, counted: number, basis: string, of?: string): CostItem {
  const { unit, size, usd, source, asOf, doubt, dependsOnWatch } = price;
  const quantity = counted / size;
  return {
    item,
    quantity,
    unit,
    unitPriceUsd: usd,
    usd: tierUsd(price, quantity),
    ...(of !== undefined && { of }),
    basis,
    source,
    asOf,
    ...(doubt !== undefined && { doubt }),
    ...(dependsOnWatch !== undefined && { dependsOnWatch }),
  };
}

/** The resources of a stack by kind, those first that are paid for. @throws Error for a type that it does not have */
export function countResources({ resources, parts }: PlannedStack): ResourceCount[] {
  const deadLetters = parts.filter(({ kind }) => kind === "dead-letter-queue").length;
  return Object.entries(resources)
    .map(([type, blocks]) => {
      const count = Object.keys(blocks).length;
      const { one, many, charge } = kindOf(type);
      const holdsLetters = type === "aws_sqs_queue" || type === "google_pubsub_subscription";
      return { type, count, name: count === 1 ? one : many, charge, ...(holdsLetters && { deadLetters }) };
    })
    .sort((a, b) => CHARGES.indexOf(a.charge) - CHARGES.indexOf(b.charge) || a.type.localeCompare(b.type));
}

const CHARGES: readonly Charge[] = ["use", "rest", "yours", "free"];

/** USD of items together. */
export function sumUsd(items: readonly CostItem[]): number {
  return items.reduce((sum, { usd }) => sum + usd, 0);
}
