import type { ModelResult, PolicyResult } from "../../functions/core/replay/simulation-result";
import { formatCount, textTable } from "../../local/summary/text-table";
import { durationText, type Paint, timeText, wrapped } from "../printout";

const UNKNOWN = "not known";

/** What a simulation found of one model, for a terminal. */
export function simulationText({ history, policies, errorSource }: ModelResult, paint: Paint): string {
  const { model, from, to, lines, objects, unknown } = history;
  const count = Object.entries(lines).map(([type, number]) => `${formatCount(number)} ${type}`);
  const title = `${paint("bold", model)}  ${timeText(from)} to ${timeText(to)}`;
  return [
    `${title}\n  ${count.join(", ")} lines; ${formatCount(objects)} objects`,
    textTable([HEADINGS, ...policies.map((policy) => rowOf(policy, objects > 0))]),
    ...(errorSource === undefined ? [] : [costTable(policies)]),
    refusalText(policies),
    [paint("yellow", "What is not known"), ...unknown.map((sentence) => `  - ${wrapped(sentence, 4)}`)].join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

const HEADINGS = ["policy", "trainings", "USD", "data age", "p95", "drift wait", "untrained", "error"];

function rowOf(
  { policy, isReference, trainings, spendUsd, staleness, driftWait, untrainedObjects, servedError }: PolicyResult,
  hasObjects: boolean,
) {
  return [
    isReference ? `(${policy})` : policy,
    trainings.length,
    Math.round(spendUsd),
    staleness === undefined ? UNKNOWN : durationText(staleness.meanMs),
    staleness === undefined ? UNKNOWN : durationText(staleness.p95Ms),
    driftWait === undefined ? "none" : durationText(driftWait.totalMs / driftWait.drifts),
    hasObjects ? untrainedObjects : UNKNOWN,
    servedError === undefined ? UNKNOWN : servedError.mean.toFixed(4),
  ];
}

/** What each policy costs at each price, in steps of full error, with the band of the bootstrap. */
function costTable(policies: readonly PolicyResult[]): string {
  const priced = policies.filter(({ costs }) => costs !== undefined);
  const prices = priced[0]?.costs?.map(({ price }) => price) ?? [];
  if (prices.length === 0) return "";
  const rows = priced.map(({ policy, isReference, costs = [] }) => [
    isReference ? `(${policy})` : policy,
    ...prices.map((price) => {
      const one = costs.find((cost) => cost.price === price);
      return one === undefined
        ? UNKNOWN
        : `${one.cost.toFixed(2)} [${one.low.toFixed(1)}, ${one.high.toFixed(1)}] ${one.trainings}x`;
    }),
  ]);
  return `Cost in steps of full error, errors and trainings together, by the price of a training:\n${textTable([["policy", ...prices.map((price) => `at ${price}`)], ...rows])}`;
}

function refusalText(policies: readonly PolicyResult[]): string {
  const rows = policies.flatMap(({ policy, refusals, expiredRequests }) => {
    const counted = Object.entries(refusals).map(([check, number]) => `${check} ${formatCount(number)}`);
    const expired = expiredRequests === 0 ? [] : [`${formatCount(expiredRequests)} expired`];
    const told = [...counted, ...expired];
    return told.length === 0 ? [] : [[policy, told.join(", ")]];
  });
  return rows.length === 0 ? "" : `What refused first:\n${textTable(rows)}`;
}
