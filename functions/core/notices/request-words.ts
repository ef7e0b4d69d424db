import type { CheckName, CheckResult, Decision } from "../coordination/decision";
import { newData } from "../coordination/run-cost";
import { threeDigits } from "../drift/judgement";
import { plainLine } from "../plain-text";
import type { Cause, TrainingRequest } from "../training-request";
import { amountText, lengthText, listText, momentText, moneyText, sizeText } from "./readable";

/** Longest text from outside within a sentence, characters. */
const MAX_PHRASE = 300;

/** Of a text from outside, as much as a sentence of a message holds. */
export function phrase(text: string): string {
  return plainLine(text, MAX_PHRASE);
}

/** Why a training is asked for, as the middle of a sentence: `high drift of fare (a score of 0.412), and 2 more causes`. */
export function causesText({ causes, omittedCauses = 0 }: Pick<TrainingRequest, "causes" | "omittedCauses">, unlisted = 0): string {
  const texts = [...new Set(causes.map(causeText))];
  const [first = "a cause that is not listed", second, ...others] = texts;
  const more = others.length + omittedCauses + unlisted;
  const named = second === undefined ? [first] : [first, second];
  return listText(more === 0 ? named : [...named, more === 1 ? "one more cause" : `${amountText(more, "more cause")}`]);
}

function causeText(cause: Cause): string {
  switch (cause.type) {
    case "data":
      return BATCHES[cause.reason];
    case "schedule":
      return `its schedule ${phrase(cause.name)} of ${momentText(cause.firedAt)}`;
    case "drift": {
      const where = cause.feature === undefined ? "" : ` of ${phrase(cause.feature)}`;
      return `${cause.severity} drift${where} (a score of ${threeDigits(cause.score)})`;
    }
    case "manual":
      // Who it was stands in the record: messages go into logs and chats, where nobody could be erased.
      return `a person, for the reason “${phrase(cause.why)}”`;
    case "event":
      return `the rule ${phrase(cause.rule)}, at the event ${phrase(cause.event)} of ${phrase(cause.subject)}`;
    case "quality":
      return cause.monitor === undefined
        ? "the errors of the model that serves, which are by now worth a training"
        : `the errors of the model that serves, as ${phrase(cause.monitor)} measured them`;
  }
}

const BATCHES = {
  size: "a batch of new data that was full",
  window: "a batch of new data that had waited as long as one may",
  quiet: "a batch of new data, after which no more came for a while",
} as const satisfies Record<Extract<Cause, { readonly type: "data" }>["reason"], string>;

/** `1,000 objects, 250 MB`; undefined for a request without data of its own. */
export function dataText(request: Pick<TrainingRequest, "manifests">, unlistedManifests = 0): string | undefined {
  if (request.manifests.length === 0 && unlistedManifests === 0) return undefined;
  const { objects, bytes } = newData(request);
  const least = unlistedManifests === 0 ? "" : "more than ";
  return `${least}${amountText(objects, "object")}, ${sizeText(bytes)}`;
}

/** What a check found, as the middle of a sentence. Numbers that an older or newer program did not record are left out. */
export function checkText({ check, numbers, cure }: CheckResult): string {
  const told = Object.hasOwn(TEXTS, check) ? TEXTS[check](numbersOf(numbers)) : `the check ${phrase(check)}`;
  return cure?.at === undefined ? told : `${told} (until ${momentText(cure.at)})`;
}

type Numbers = (name: string) => number | undefined;

interface Recorded {
  readonly number: Numbers;
  readonly text: (name: string) => string;
}

function numbersOf(numbers: CheckResult["numbers"]): Recorded {
  return {
    number: (name) => (typeof numbers[name] === "number" ? numbers[name] : undefined),
    text: (name) => (numbers[name] === undefined ? "unknown" : phrase(String(numbers[name]))),
  };
}

const TEXTS: Readonly<Record<CheckName, (recorded: Recorded) => string>> = {
  duplicate: () => "a request of this id was decided before",
  paused: ({ text }) => `the model is paused, “${text("why")}”`,
  "blocked-by-drift": ({ text }) => `critical drift, by ${text("requestId")}, blocks the model`,
  "waiting-for-approval": ({ text }) => `${text("requestId")} waits for an approval`,
  "run-in-progress": ({ text }) => `${text("running")} of at most ${text("maxRuns")} trainings run`,
  "failure-back-off": ({ text }) => `the last ${text("failuresInRow")} trainings failed`,
  cooldown: ({ number }) => {
    const [since, needed] = [number("sinceLastStartMs"), number("cooldownMs")];
    if (since === undefined || needed === undefined) return "the cooldown since the last start";
    return `the last training started ${lengthText(since)} ago, and ${lengthText(needed)} must lie between two`;
  },
  "minimum-new-data": ({ text }) => `there are ${text("objects")} new objects, and ${text("minNewObjects")} are needed`,
  "daily-limit": ({ text }) => `${text("startsToday")} of at most ${text("maxStartsPerDay")} trainings started today`,
  "daily-budget": ({ number }) => overBudget("day", number),
  "monthly-budget": ({ number }) => overBudget("month", number),
  volume: () => "new data and the model's age are not worth a training yet",
  adaptive: () => "the model's errors are not worth a training yet",
  "approval-needed": () => "it needs an approval",
};

function overBudget(period: "day" | "month", number: Numbers): string {
  const missing = missingUsd(number);
  const by = missing === undefined ? "" : ` by ${moneyText(missing)}`;
  return `it exceeds the budget of the ${period}${by}`;
}

function missingUsd(number: Numbers): number | undefined {
  const [committed, estimate, budget] = [number("committedUsd"), number("estimateUsd"), number("budgetUsd")];
  return committed === undefined || estimate === undefined || budget === undefined ? undefined : committed + estimate - budget;
}

/**
 * What the training costs, and what it leaves of the budgets, in sentences; undefined where the checks do not tell, as of a request
 * that is rejected without any.
 * @param more sentences on what else it may take along, and what limits that. @default - what is estimated is all
 */
export function costText({ checks }: Pick<Decision, "checks">, more?: string): string | undefined {
  const [day, month] = (["daily-budget", "monthly-budget"] as const).map((name) => {
    const found = checks.find(({ check }) => check === name);
    return found && numbersOf(found.numbers).number;
  });
  const estimate = day?.("estimateUsd") ?? month?.("estimateUsd");
  if (estimate === undefined) return undefined;
  const training = more === undefined ? "the training" : "without more data the training";
  const left = [leftText("day", day, training), leftText("month", month, training)].flatMap((text) => text ?? []);
  if (more === undefined)
    return [`About ${moneyText(estimate)}, by the estimate of its policy and earlier trainings.`, ...left].join(" ");
  const least = `From about ${moneyText(estimate)}: what it asks for now, by the estimate of its policy and earlier trainings.`;
  return [least, ...left, `More data may raise the cost. ${more}`].join(" ");
}

function leftText(period: "day" | "month", number: Numbers | undefined, training: string): string | undefined {
  const [committed, budget] = [number?.("committedUsd"), number?.("budgetUsd")];
  const missing = number && missingUsd(number);
  if (committed === undefined || budget === undefined || missing === undefined) return undefined;
  const spent = `Of the ${period}'s budget of ${moneyText(budget)}, ${moneyText(committed)} are spent or reserved`;
  return missing > 0
    ? `${spent}: ${training} exceeds it by ${moneyText(missing)}.`
    : `${spent}: ${training} leaves ${moneyText(-missing)} of it.`;
}
