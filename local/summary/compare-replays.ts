import { isDeepStrictEqual } from "node:util";
import type { CheckResult, Decision } from "../../functions/core/coordination/decision";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { Replay } from "../replay/replay";
import type { SimulatedRun } from "../world/simulated-cloud";
import type { CandidateSummary } from "./promotion-summary";
import { formatCount } from "./text-table";

/** Two replays held against each other, kind by kind. */
export interface Comparison {
  readonly counts: Readonly<Record<Kind, number>>;
  /** The first of a kind that the other has not, or has otherwise. */
  readonly differences: readonly { readonly kind: Kind; readonly index: number; readonly here: unknown; readonly there: unknown }[];
}

const KINDS = ["decisions", "runs", "manifests", "drifts", "candidates"] as const;
type Kind = (typeof KINDS)[number];

/**
 * What of a replay is no cloud's own: names of runs, the addresses of manifests and how it is known who asked by hand are left out,
 * the contents of manifests are not. @param candidates of a replay with promotion
 */
export function comparable(
  { decisions, runs, drifts }: Pick<Replay, "decisions" | "runs" | "drifts">,
  manifests: readonly (readonly string[])[],
  candidates: readonly CandidateSummary[] = [],
) {
  return { decisions: decisions.map(ofDecision), runs: runs.map(ofRun), manifests, drifts, candidates };
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
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, one[kind].length])) as Record<Kind, number>;
  return { counts, differences };
}

function ofDecision({ request, checks, inputs = [], ...decision }: Decision) {
  return { ...decision, checks: checks.map(ofCheck), request: ofRequest(request), inputs: inputs.map(ofInput) };
}

/** The identity of whoever answers is its cloud's own; for pauses see `ofCheck`. */
function ofInput(input: NonNullable<Decision["inputs"]>[number]) {
  if (input.type === "pause") return { ...input, at: undefined };
  return "answer" in input && typeof input.answer === "object" ? { ...input, answer: { ...input.answer, by: undefined } } : input;
}

/** Clouds tell at different times of a new model, and so a freeze begins some minutes sooner or later. */
function ofCheck({ check, numbers: { since, ...numbers }, ...rest }: CheckResult) {
  return { check, ...rest, numbers: check === "paused" || since === undefined ? numbers : { ...numbers, since } };
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
  const { decisions, runs, manifests, drifts, candidates } = counts;
  if (differences.length === 0) {
    const models = candidates === 0 ? "" : `, same candidates (${formatCount(candidates)})`;
    return `AWS and Google Cloud: same decisions (${formatCount(decisions)}), same runs (${formatCount(runs)}), same manifests (${formatCount(manifests)}), same drift evaluations (${formatCount(drifts)})${models}`;
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
