import type { Cloud } from "../../config/model-cloud";
import { plainLine } from "../../functions/core/plain-text";
import { counted, type Paint, usdText, wrapped } from "../printout";
import { type CostItem, type ResourceCount, type StackPlan, sumUsd } from "./estimate";
import type { Plan } from "./make-plan";

/** Columns of all that is printed. */
const WIDTH = 80;
/** Items below this are told together, USD. */
const LEAST_USD = 0.005;
/** Prices of trainings that are told one by one. */
const NAMED_PRICES = 5;
/** Models that are named with the price of their training. */
const NAMED_MODELS = 3;
/** Before an amount whose price is not certain, and the note that says why. */
const DOUBTFUL = "~";

const NAMES: Readonly<Record<Cloud, string>> = { aws: "AWS", gcp: "Google Cloud" };

/** A plan for people, in 80 columns. */
export function planText(plan: Plan, paint: Paint): string {
  const { environment, stacks, monthlyUsd, largest, withEssential, trainings } = plan;
  const sections = stacks.map((stack) => stackText(stack, paint));
  const totals = [
    ...(largest === undefined ? [] : [`The largest item: ${largestText(largest)}${essentialText(withEssential)}.`]),
    ...(stacks.length > 1 ? [`At rest, both clouds together: ${paint("bold", usdText(monthlyUsd))} a month.`] : []),
    ...trainingTexts(trainings),
  ];
  const notes = [
    "Estimated from list prices; --json has each item with its price, source and basis.",
    `This is ${environment} as a whole; \`terraform plan\` shows what would change in an existing deployment.`,
  ];
  return [...sections, totals.map((text) => flow(text)).join("\n"), notes.map((text) => flow(text)).join("\n")].join("\n\n");
}

function stackText(stack: StackPlan, paint: Paint): string {
  const { cloud, region, priceRegion, models, resources, atRest, perTraining, perThousandObjects, notCounted } = stack;
  const count = resources.reduce((sum, one) => sum + one.count, 0);
  const title = `${NAMES[cloud]}, ${region}: ${counted(count, "resource")} for ${counted(models, "model")} with data`;
  const elsewhere = region === priceRegion ? "" : `; prices in ${region} differ`;
  return [
    paint("bold", plainLine(title)),
    flow(resourcesText(resources), 2),
    "",
    ...(atRest.length === 0
      ? ["At rest: nothing that costs money."]
      : [
          flow(`At rest, USD a month, by list prices of ${priceRegion} (${datesOf(atRest)})${elsewhere}:`),
          ...itemLines(atRest, paint),
        ]),
    ...(perTraining.length === 0 ? [] : [flow(smallText("Each training, Retrigger's own part", perTraining))]),
    ...(perThousandObjects.length === 0 ? [] : [flow(smallText("1,000 landed objects", perThousandObjects))]),
    ...doubtsOf(atRest).map((doubt) => flow(`${DOUBTFUL} ${doubt}.`)),
    flow(`Not included: ${notCounted.join("; ")}.`),
  ].join("\n");
}

/** What is paid for by name, and of the rest how many there are. */
function resourcesText(resources: readonly ResourceCount[]): string {
  const told = resources.filter(({ charge }) => charge !== "free");
  const free = resources.filter(({ charge }) => charge === "free").reduce((sum, { count }) => sum + count, 0);
  const texts = told.map(({ count, name, deadLetters = 0 }) => {
    const letters = deadLetters === 0 ? "" : ` (${deadLetters} for dead letters)`;
    return `${count.toLocaleString("en-US")} ${name}${letters}`;
  });
  return [...texts, `${free.toLocaleString("en-US")} that cost nothing, such as roles and policies`].join(", ");
}

function itemLines(items: readonly CostItem[], paint: Paint): string[] {
  const shown = items.filter(({ usd }) => usd >= LEAST_USD).sort((a, b) => b.usd - a.usd);
  const small = items.filter(({ usd }) => usd < LEAST_USD);
  const rows = shown.map(({ item, quantity, unit, unitPriceUsd, usd, doubt }) =>
    row(item, `${amountText(quantity, unit)} x ${priceText(unitPriceUsd)}`, usd, doubt !== undefined),
  );
  return [
    ...rows,
    ...(small.length === 0
      ? []
      : [row(small.length === 1 ? "1 other" : `${small.length} others`, "below 0.01 each", sumUsd(small))]),
    paint("bold", row("total", "", sumUsd(items))),
  ];
}

function row(item: string, amount: string, usd: number, isDoubtful = false): string {
  const sum = `${isDoubtful ? DOUBTFUL : ""}${usd.toFixed(2)}`;
  return `  ${item.padEnd(34)} ${amount.padEnd(33)} ${sum.padStart(8)}`;
}

/** A sum of cents' parts, and what most of it is. */
function smallText(of: string, items: readonly CostItem[]): string {
  const [first, second] = [...items].sort((a, b) => b.usd - a.usd);
  const parts = [first, second].flatMap((one) => (one === undefined ? [] : [`${one.item} (${usdSmall(one.usd)})`]));
  return `${of}: ${usdSmall(sumUsd(items))} USD, mostly ${parts.join(" and ")}.`;
}

function largestText({ cloud, item, quantity, unit, unitPriceUsd, usd }: NonNullable<Plan["largest"]>): string {
  return `${item} on ${NAMES[cloud]}, ${amountText(quantity, unit)} at ${priceText(unitPriceUsd)}, ${usdText(usd)} a month`;
}

/** The price of the trainings themselves, as the configuration has it: those that cost the same together. */
function trainingTexts(trainings: Plan["trainings"]): string[] {
  if (trainings.length === 0) return [];
  const prices = [...new Set(trainings.map(({ baseUsd }) => baseUsd))].sort((a, b) => b - a);
  const texts = prices.slice(0, NAMED_PRICES).map((usd) => {
    const models = trainings.filter(({ baseUsd }) => baseUsd === usd);
    const named = models.slice(0, NAMED_MODELS).map(({ model }) => model);
    const more = models.length - named.length;
    return `${usdText(usd)} (${[...named, ...(more > 0 ? [`${more} more`] : [])].join(", ")})`;
  });
  const others = prices.length - texts.length;
  const list = [...texts, ...(others > 0 ? [`${others} other prices`] : [])].join(", ");
  return [`The training itself, by policy.cost.baseUsd and without its data: ${list}.`];
}

function essentialText(cost: Plan["withEssential"]): string {
  if (cost === undefined) return "";
  const { largestUsd, monthlyUsd } = cost;
  return `; operations.watch: essential would make it ${largestUsd.toFixed(2)}, and all at rest ${monthlyUsd.toFixed(2)}`;
}

/** What is not certain of the prices of items that are told one by one: those with one reason together. */
function doubtsOf(items: readonly CostItem[]): string[] {
  const doubtful = items.filter(({ usd, doubt }) => usd >= LEAST_USD && doubt !== undefined);
  return [...new Set(doubtful.map(({ doubt }) => doubt))].map((doubt) => {
    const named = doubtful.filter((one) => one.doubt === doubt).map(({ item }) => item);
    return `uncertain, ${named.join(", ")}: ${doubt}`;
  });
}

function datesOf(items: readonly CostItem[]): string {
  return [...new Set(items.map(({ asOf }) => asOf))].sort().join(", ");
}

function quantityText(quantity: number): string {
  return quantity.toLocaleString("en-US", quantity >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}

/** `1 key`, `27 metrics`, `1.31 million requests` */
function amountText(quantity: number, unit: string): string {
  return `${quantityText(quantity)} ${quantity === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** `0.30`; a price of less than a cent with its own digits. */
function priceText(usd: number): string {
  return usd >= 0.01 && Math.abs(usd * 100 - Math.round(usd * 100)) < 1e-9 ? usd.toFixed(2) : String(Number(usd.toPrecision(3)));
}

function usdSmall(usd: number): string {
  return usd >= 0.1 ? usd.toFixed(2) : usd.toFixed(5);
}

function flow(text: string, indent = 0): string {
  return " ".repeat(indent) + wrapped(text, indent, WIDTH);
}
