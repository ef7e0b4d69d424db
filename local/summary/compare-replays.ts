import { isDeepStrictEqual } from "node:util";
import type { Decision } from "../../functions/core/coordination/decision";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { Replay } from "../replay/replay";
import type { SimulatedRun } from "../world/simulated-cloud";
import { formatCount } from "./text-table";

/** Two replays held against each other, kind by kind. */
export interface Comparison {
  readonly counts: Readonly<Record<Kind, number>>;
  /** The first of a kind that the other has not, or has otherwise. */
  readonly differences: readonly { readonly kind: Kind; readonly index: number; readonly here: unknown; readonly there: unknown }[];
}

const KINDS = ["decisions", "runs", "manifests", "drifts"] as const;
type Kind = (typeof KINDS)[number];

/**
 * What of a replay is no cloud's own: names of runs, the addresses of manifests and how it is known who asked by hand are left out,
 * the contents of manifests are not.
 */
export function comparable(
  { decisions, runs, drifts }: Pick<Replay, "decisions" | "runs" | "drifts">,
  manifests: readonly (readonly string[])[],
) {
  return { decisions: decisions.map(ofDecision), runs: runs.map(ofRun), manifests, drifts };
}

export type Comparable = ReturnType<typeof comparable>;

export function compare(one: Comparable, other: Comparable): Comparison {
  const differences = KINDS.flatMap((kind) => {
    const [here, there] = [one[kind], other[kind]];
    const index = Array.from({ length: Math.max(here.length, there.length) }).findIndex(
      (_, at) => !isDeepStrictEqual(here[at], there[at]),
    );
    return index < 0 ? [] : [{ kind, index, here: here[index], there: there[index] }];
  });
  const { decisions, runs, manifests, drifts } = one;
  const counts = { decisions: decisions.length, runs: runs.length, manifests: manifests.length, drifts: drifts.length };
  return { counts, differences };
}

function ofDecision({ request, ...decision }: Decision) {
  return { ...decision, request: ofRequest(request) };
}

function ofRequest({ manifests, causes, ...request }: TrainingRequest) {
  const anybody = causes.map((cause) => (cause.type === "manual" ? { type: cause.type, why: cause.why } : cause));
  return { ...request, causes: anybody, manifests: manifests.map(({ objects, bytes }) => ({ objects, bytes })) };
}

function ofRun({ runId: _named, parameters, ...run }: SimulatedRun) {
  const { InputManifest: _address, ...rest } = parameters;
  return { ...run, parameters: rest };
}

/** Whether two replays came to the same, and where they first differ. */
export function formatComparison({ counts, differences }: Comparison): string {
  const { decisions, runs, manifests, drifts } = counts;
  if (differences.length === 0) {
    return `AWS and Google Cloud: same decisions (${formatCount(decisions)}), same runs (${formatCount(runs)}), same manifests (${formatCount(manifests)}), same drift evaluations (${formatCount(drifts)})`;
  }
  return differences
    .map(({ kind, index, here, there }) =>
      [
        `AWS and Google Cloud differ in ${kind}, first in number ${index + 1}:`,
        `  AWS           ${JSON.stringify(here)}`,
        `  Google Cloud  ${JSON.stringify(there)}`,
      ].join("\n"),
    )
    .join("\n");
}
