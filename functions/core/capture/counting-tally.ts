import type { DriftKind } from "../drift/drift-report";
import { createNameCounter, createNumberCounter } from "./counters";
import { emptyTally, type FeatureTally } from "./feature-tally";

/** Over which bins the values of a feature are counted. */
export type FeatureBins =
  | { readonly type: "numbers"; readonly edges: readonly number[] }
  | {
      readonly type: "categories";
      readonly isCode: boolean;
      readonly names: readonly string[];
      /** True for a name that the reference holds, though too rarely for a bin of its own. */
      readonly isKnown: (name: string) => boolean;
    }
  | { readonly type: "empty" };

/** What a window holds of a feature. */
export interface FeatureCounts {
  /** Over the bins; of `empty` nothing. */
  readonly counts: readonly number[];
  /** Rows with a value. */
  readonly present: number;
  /** The least and the largest number; Infinity and -Infinity where there is none. */
  readonly range: readonly [number, number];
}

/** A tally that counts over bins. */
export interface CountingTally extends FeatureTally {
  counted(): FeatureCounts;
}

const NOTHING = { add: () => undefined };

/** An empty tally over these bins. */
export function countingTally(of: { readonly name: string; readonly kind: DriftKind }, bins: FeatureBins): CountingTally {
  const { name, kind } = of;
  const isCode = bins.type === "categories" && bins.isCode;
  const numbers = bins.type === "numbers" ? createNumberCounter(bins.edges) : undefined;
  const names = bins.type === "categories" ? createNameCounter(bins.names, bins.isKnown) : undefined;
  const tally = emptyTally(
    { name, kind, type: bins.type, isCode },
    { numbersInto: numbers ?? NOTHING, namesInto: names ?? NOTHING },
  );
  return Object.assign(tally, {
    counted: (): FeatureCounts => ({
      counts: numbers?.counts ?? names?.counts ?? [],
      present: tally.numbers + tally.texts,
      range: [numbers?.least ?? Number.POSITIVE_INFINITY, numbers?.most ?? Number.NEGATIVE_INFINITY],
    }),
  });
}
