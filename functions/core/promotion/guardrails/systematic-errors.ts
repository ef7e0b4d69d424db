import type { SliceColumn } from "../evaluation/prediction-table";
import type { GuardrailPolicy } from "../promotion-settings";
import { holmAdjusted } from "../statistics/holm";
import { fisherGreater, type Share } from "../statistics/proportions";
import { agreedSlices } from "./agreed-slices";
import type { ComparedModels } from "./compare-models";
import type { GuardrailCheck } from "./guardrail";
import type { PairedRows } from "./pair-rows";
import { many, percent, told } from "./told";

/** Of a regression a residual is an error when it is larger than so many of the champion's: every row has some residual. */
const SMALL_RESIDUALS = 0.9;

/** Kinds that are told one by one. */
const MOST_TOLD = 20;

/** Errors of either model of one kind, or within one slice. */
interface Kind {
  readonly what: string;
  readonly candidate: number;
  readonly champion: number;
}

/** Of each row the kind of error that a model makes, or NaN where it makes none. */
type ErrorKinds = (predictions: Float64Array) => Float64Array;

/**
 * Whether the candidate's errors are concentrated where the champion's are not: on one kind (a label that is taken for another one,
 * predictions that are far too high) or in one slice. A share alone says nothing, since a model of two classes may have one kind of
 * error only: it must be larger than the champion's by more than is allowed and more than chance explains (Fisher's exact test, by
 * Holm's procedure over all), of errors that the candidate makes more often than the champion.
 * @param compared undefined where there is no champion
 */
export function checkSystematicErrors(policy: GuardrailPolicy, compared: ComparedModels | undefined): GuardrailCheck[] {
  const { minErrors, maxExcess } = policy.systematicErrors;
  const check = { name: "systematic-errors", threshold: maxExcess } as const;
  const unknown = (why: string, numbers: GuardrailCheck["numbers"] = {}): GuardrailCheck[] => [
    { ...check, verdict: "not-known", numbers, sentence: `Whether errors are systematic is not known: ${why}.` },
  ];
  if (compared === undefined) return unknown("there is no champion yet to compare them with");
  const { pairing, candidate, other } = compared;
  if (pairing === undefined || candidate.predictions === undefined || other.predictions === undefined) {
    return unknown("it needs the predictions of the golden set's rows of both models; let the training write them");
  }
  if (pairing.outcome === "apart") return unknown(pairing.problem);
  const { pair } = pairing;
  const { kindsOf, nameOf } = pair.classes === undefined ? residuals(pair) : confusions(pair, pair.classes);
  const [own, champions] = [kindsOf(pair.candidate), kindsOf(pair.other)];
  const errors = { candidate: countErrors(own), champion: countErrors(champions) };
  const numbers = { errors: errors.candidate, championErrors: errors.champion };
  if (errors.candidate < minErrors) {
    const sentence = `${many(errors.candidate, "error")} of the candidate ${errors.candidate === 1 ? "is" : "are"} fewer than ${minErrors}: too few to be of a kind, and none is held against it.`;
    return [{ ...check, verdict: "passed", numbers, sentence }];
  }
  if (errors.champion === 0) return unknown(`the champion makes no error, and the candidate ${errors.candidate}`, numbers);
  const agreed = agreedSlices(policy.slices.columns, candidate.predictions, other.predictions);
  const kinds = [
    ...kindsOfErrors(own, champions, nameOf),
    ...(agreed.outcome === "agreed" ? kindsOfSlices(own, champions, agreed.columns) : []),
  ];
  const checks = checksOf(policy, kinds, errors, numbers);
  if (agreed.outcome === "agreed") return checks;
  const untold = unknown(`in which slices they are cannot be told: ${agreed.problem}`, { ...numbers, ...agreed.numbers });
  return [...checks, ...untold.map((check) => ({ ...check, subject: "slices" }))];
}

function checksOf(
  { confidence, systematicErrors: { maxExcess } }: GuardrailPolicy,
  kinds: readonly Kind[],
  errors: { readonly candidate: number; readonly champion: number },
  numbers: GuardrailCheck["numbers"],
): GuardrailCheck[] {
  const shareOf = (kind: Kind): { readonly candidate: Share; readonly champion: Share } => ({
    candidate: { count: kind.candidate, rows: errors.candidate },
    champion: { count: kind.champion, rows: errors.champion },
  });
  const excessOf = (kind: Kind) => kind.candidate / errors.candidate - kind.champion / errors.champion;
  // What is not suspected keeps its place among the tests, with the p-value that suspects nothing.
  const pValues = kinds.map((kind) => {
    if (excessOf(kind) <= maxExcess || kind.candidate <= kind.champion) return 1;
    const { candidate, champion } = shareOf(kind);
    return fisherGreater(candidate, champion);
  });
  const adjusted = holmAdjusted(pValues);
  const found = kinds
    .map((kind, place) => ({ kind, pValue: adjusted[place] ?? 1 }))
    .filter(({ pValue }) => pValue < 1 - confidence)
    .sort((a, b) => excessOf(b.kind) - excessOf(a.kind));
  const most = Math.max(0, ...kinds.map(excessOf));
  const check = { name: "systematic-errors", threshold: maxExcess } as const;
  if (found.length === 0) {
    const sentence = `No kind of error is shown to be more concentrated than the champion's by more than ${percent(maxExcess)} among ${many(errors.candidate, "error")} of ${many(kinds.length, "kind")}; the largest excess is ${percent(most)}.`;
    return [{ ...check, verdict: "passed", numbers: { ...numbers, kinds: kinds.length, excess: most }, sentence }];
  }
  return found.slice(0, MOST_TOLD).map(({ kind, pValue }) => {
    const { candidate, champion } = shareOf(kind);
    const [share, championShare] = [candidate.count / candidate.rows, champion.count / champion.rows];
    return {
      ...check,
      subject: kind.what,
      verdict: "failed",
      numbers: {
        ...numbers,
        count: kind.candidate,
        championCount: kind.champion,
        share,
        championShare,
        excess: excessOf(kind),
        pValue,
      },
      isPointNotWorse: false,
      sentence: `${percent(share)} of the candidate's ${many(errors.candidate, "error")} are ${kind.what}, and ${percent(championShare)} of the champion's ${errors.champion}; ${percent(maxExcess)} more is allowed. Look at these rows before promoting it.`,
    };
  });
}

function confusions({ labels }: PairedRows, classes: readonly string[]) {
  const kindsOf: ErrorKinds = (predictions) =>
    labels.map((label, row) => {
      const prediction = predictions[row] ?? label;
      return prediction === label ? Number.NaN : label * classes.length + prediction;
    });
  const nameOf = (kind: number) => `${classes[Math.floor(kind / classes.length)]} predicted as ${classes[kind % classes.length]}`;
  return { kindsOf, nameOf };
}

function residuals({ labels, other }: PairedRows) {
  const sizes = labels.map((label, row) => Math.abs((other[row] ?? label) - label)).sort();
  const limit = sizes[Math.min(sizes.length - 1, Math.floor(SMALL_RESIDUALS * sizes.length))] ?? 0;
  const kindsOf: ErrorKinds = (predictions) =>
    labels.map((label, row) => {
      const residual = (predictions[row] ?? label) - label;
      return Math.abs(residual) > limit ? Number(residual > 0) : Number.NaN;
    });
  const nameOf = (kind: number) => `more than ${told(limit)} too ${kind === 1 ? "high" : "low"}`;
  return { kindsOf, nameOf };
}

function countErrors(kinds: Float64Array): number {
  return kinds.reduce((count, kind) => count + Number(!Number.isNaN(kind)), 0);
}

function kindsOfErrors(candidate: Float64Array, champion: Float64Array, nameOf: (kind: number) => string): Kind[] {
  const [own, champions] = [countsOf(candidate), countsOf(champion)];
  const kinds = [...new Set([...own.keys(), ...champions.keys()])].sort((a, b) => a - b);
  return kinds.map((kind) => ({ what: nameOf(kind), candidate: own.get(kind) ?? 0, champion: champions.get(kind) ?? 0 }));
}

function countsOf(kinds: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const kind of kinds) if (!Number.isNaN(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function kindsOfSlices(own: Float64Array, champions: Float64Array, columns: ReadonlyMap<string, SliceColumn>): Kind[] {
  return [...columns].flatMap(([column, slices]) => {
    const counted = (kinds: Float64Array) => {
      const counts = new Uint32Array(slices.names.length);
      slices.codes.forEach((code, row) => {
        if (!Number.isNaN(kinds[row] ?? Number.NaN)) counts[code] = (counts[code] ?? 0) + 1;
      });
      return counts;
    };
    const [ofCandidate, ofChampion] = [counted(own), counted(champions)];
    return slices.names
      .map((name, code) => ({
        what: `where ${column} is ${name}`,
        candidate: ofCandidate[code] ?? 0,
        champion: ofChampion[code] ?? 0,
      }))
      .filter(({ candidate, champion }) => candidate + champion > 0);
  });
}
