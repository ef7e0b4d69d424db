import type { DriftPolicy } from "./drift-policy";
import type { DriftKind, DriftReport } from "./drift-report";
import { judgeFeature, kindOf, sizesOf } from "./judge-feature";
import type { Judgement } from "./judgement";
import { own } from "./own";

/** A feature of a report with what its window says of it. */
export interface JudgedFeature {
  readonly name: string;
  readonly kind: DriftKind;
  /** Values behind the current side, where known. */
  readonly sampleSize?: number;
  readonly judgement: Judgement;
}

/** Equal for one feature in all reports of a monitor; no kind holds a slash. */
export function keyOf({ kind, name }: Pick<JudgedFeature, "kind" | "name">): string {
  return `${kind}/${name}`;
}

/** Code-unit order of keys: the same on every machine. */
export function byKey(a: Pick<JudgedFeature, "kind" | "name">, b: Pick<JudgedFeature, "kind" | "name">): number {
  const [first, second] = [keyOf(a), keyOf(b)];
  return first === second ? 0 : first < second ? -1 : 1;
}

/**
 * Every feature that the policy does not ignore, by key. One that is measured several times counts by its worst measurement. The
 * policy's false alarm rate is that of the whole report, so each measurement gets an even share: Bonferroni's correction.
 */
export function judgeReport(policy: DriftPolicy, report: DriftReport): Map<string, JudgedFeature> {
  const watched = report.features.filter(({ name }) => own(policy.features, name)?.isIgnored !== true);
  const alpha = policy.falseAlarmRate / watched.length;
  const judged = new Map<string, JudgedFeature>();
  for (const feature of watched) {
    const { current } = sizesOf(feature);
    const judgement = judgeFeature(policy, feature, alpha);
    const next: JudgedFeature = {
      name: feature.name,
      kind: kindOf(policy, feature),
      ...(current !== undefined && { sampleSize: current }),
      judgement,
    };
    const key = keyOf(next);
    const known = judged.get(key);
    if (known === undefined || isWorse(judgement, known.judgement)) judged.set(key, next);
  }
  return judged;
}

/** Whether the first tells more: it drifts more, or says at least that nothing drifts. Its text settles what is else equal. */
function isWorse(a: Judgement, b: Judgement): boolean {
  const weight = ({ outcome }: Judgement) => (outcome === "insufficient" ? 0 : 1);
  const difference = weight(a) - weight(b) || a.rank - b.rank || a.heldRank - b.heldRank || (a.score ?? 0) - (b.score ?? 0);
  return difference === 0 ? a.why < b.why : difference > 0;
}
