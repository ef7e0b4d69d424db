import type { ModelHistory, ModelResult, PolicyResult } from "../../functions/core/replay/simulation-result";
import { formatCount, textTable } from "../../local/summary/text-table";
import { durationText, type Paint, TEXT_WIDTH, timeText, wrapped } from "../printout";
import { headline } from "../report/compare-policies";
import { costUnit, priceText } from "../report/report-words";

const UNKNOWN = "not known";

/**
 * What a simulation found of one model, for a terminal.
 * @param price of a training that is spoken of, in steps of full error, as the page shows it first
 */
export function simulationText({ history, policies, errorSource, stepMs }: ModelResult, price: number, paint: Paint): string {
  const { model, from, to, unknown } = history;
  const title = `${paint("bold", model)}  ${timeText(from)} to ${timeText(to)}`;
  return [
    `${title}\n  ${heldText(history)}`,
    // What keeps numbers and units together on the page would be no blank for whoever searches the output.
    wrapped(headline(policies, errorSource === undefined ? undefined : price, costUnit(stepMs)).replaceAll("\u00a0", " "), 0),
    [policyTable(policies, history), ...pricedNote(policies)].join("\n"),
    ...(errorSource === undefined ? [] : [costTable(policies)]),
    refusalText(policies),
    [paint("yellow", "What is not known"), ...unknown.map((sentence) => `  - ${wrapped(sentence, 4)}`)].join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function heldText({ lines, objects }: ModelHistory): string {
  const count = Object.entries(lines).map(([type, number]) => `${formatCount(number)} ${type}`);
  const isInRequests = objects === 0 && lines.landed === undefined && (lines.request ?? 0) > 0;
  const counted = isInRequests
    ? "objects not known (in requests)"
    : `${formatCount(objects)} ${objects === 1 ? "object" : "objects"}`;
  return `${count.join(", ")} ${Object.values(lines).reduce((sum, number) => sum + number, 0) === 1 ? "line" : "lines"}; ${counted}`;
}

function policyTable(policies: readonly PolicyResult[], { objects }: ModelHistory): string {
  const hasDrifts = policies.some(({ driftWait }) => driftWait !== undefined);
  const head = ["policy", "trainings", "USD", "data age", "p95", ...(hasDrifts ? ["drift wait"] : []), "untrained", "error"];
  const rows = policies.map((result) => {
    const { trainings, spendUsd, staleness, driftWait, untrainedObjects, servedError } = result;
    const wait = driftWait === undefined ? "none" : durationText(driftWait.totalMs / driftWait.drifts);
    return [
      nameOf(result),
      trainings.length,
      Math.round(spendUsd),
      staleness === undefined ? UNKNOWN : durationText(staleness.meanMs),
      staleness === undefined ? UNKNOWN : durationText(staleness.p95Ms),
      ...(hasDrifts ? [wait] : []),
      objects > 0 ? untrainedObjects : UNKNOWN,
      servedError === undefined ? UNKNOWN : servedError.mean.toFixed(4),
    ];
  });
  return textTable([head, ...rows]);
}

/** At which price the rows stand that depend on one. */
function pricedNote(policies: readonly PolicyResult[]): string[] {
  const prices = [...new Set(policies.flatMap(({ price }) => (price === undefined ? [] : [price])))];
  return prices.map((price) => {
    const names = policies.filter((one) => one.price === price).map(({ policy }) => policy);
    return `  ${wrapped(`Rows at a price of ${priceText(price)} a training: ${names.join(", ")}.`, 2)}`;
  });
}

function nameOf({ policy, isReference }: PolicyResult): string {
  return isReference ? `(${policy})` : policy;
}

/** What each policy costs, in steps of full error, with the band of the bootstrap; as many prices beside each other as fit. */
function costTable(policies: readonly PolicyResult[]): string {
  const priced = policies.filter(({ costs }) => costs !== undefined);
  const prices = priced[0]?.costs?.map(({ price }) => price) ?? [];
  if (prices.length === 0) return "";
  const block = (some: readonly number[]) => {
    const rows = priced.map((result) => [nameOf(result), ...some.map((price) => costText(result, price))]);
    return textTable([["policy", ...some.map((price) => `at ${priceText(price)}`)], ...rows]);
  };
  const blocks = blocksOf(prices, block);
  return `Cost in steps of full error, errors and trainings together, by the price of a training:\n${blocks.join("\n\n")}`;
}

function costText({ costs = [] }: PolicyResult, price: number): string {
  const one = costs.find((cost) => cost.price === price);
  return one === undefined ? UNKNOWN : `${one.cost.toFixed(2)} [${one.low.toFixed(1)}, ${one.high.toFixed(1)}] ${one.trainings}x`;
}

/** The fewest blocks of about as many prices each that are no wider than a sentence; else one a price. */
function blocksOf(prices: readonly number[], block: (some: readonly number[]) => string): string[] {
  for (let count = 1; count < prices.length; count++) {
    const size = Math.ceil(prices.length / count);
    const blocks = Array.from({ length: Math.ceil(prices.length / size) }, (_, place) =>
      block(prices.slice(place * size, (place + 1) * size)),
    );
    if (blocks.every((text) => text.split("\n").every((line) => line.length <= TEXT_WIDTH))) return blocks;
  }
  return prices.map((price) => block([price]));
}

function refusalText(policies: readonly PolicyResult[]): string {
  const rows = policies.flatMap(({ policy, refusals, expiredRequests }) => {
    const counted = Object.entries(refusals).map(([check, number]) => `${check} ${formatCount(number)}`);
    const expired = expiredRequests === 0 ? [] : [`${formatCount(expiredRequests)} expired`];
    const told = [...counted, ...expired];
    return told.length === 0 ? [] : [{ policy, told }];
  });
  const width = Math.max(0, ...rows.map(({ policy }) => policy.length));
  const lines = rows.map(({ policy, told }) => `  ${policy.padEnd(width)}  ${wrapped(told, width + 4)}`);
  return lines.length === 0 ? "" : ["What refused first:", ...lines].join("\n");
}
