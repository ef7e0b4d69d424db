import { quotedText } from "../plain-text";

/** One of the five fields of a cron expression: what it counts, and from where to where. */
export interface CronField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** How many different values there are: Sunday is both 0 and 7. */
  readonly cycle: number;
  /** Names of the values from `least` on, in capitals. */
  readonly names?: readonly string[];
}

export const DAY_NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
const MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

export const MINUTE: CronField = { name: "minute", least: 0, most: 59, cycle: 60 };
export const HOUR: CronField = { name: "hour", least: 0, most: 23, cycle: 24 };
export const DAY_OF_MONTH: CronField = { name: "day-of-month", least: 1, most: 31, cycle: 31 };
export const MONTH: CronField = { name: "month", least: 1, most: 12, cycle: 12, names: MONTH_NAMES };
export const DAY_OF_WEEK: CronField = { name: "day-of-week", least: 0, most: 7, cycle: 7, names: DAY_NAMES };

const TERM = /^(?:(\*)|([A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?)(?:\/(\d+))?$/;

/** What a field says: its values in ascending order, and everything that is wrong with it. */
export interface ReadField {
  readonly values: readonly number[];
  readonly mistakes: readonly string[];
}

/** Reads a field: `*`, values, ranges, which may go round as 22-2 does, and steps of both, in a list. */
export function readField(field: CronField, text: string): ReadField {
  const terms = text.split(",").map((term) => readTerm(field, term));
  const values = new Set(terms.flatMap((term) => (typeof term === "string" ? [] : term)));
  return { values: [...values].sort((a, b) => a - b), mistakes: terms.filter((term) => typeof term === "string") };
}

/** The values of one member of the list, or what is wrong with it. */
function readTerm(field: CronField, term: string): number[] | string {
  const { least, most, cycle } = field;
  const wrong = (expectation: string, hint = "") => `its ${field.name} has ${quotedText(term)}; ${hint}expected ${expectation}`;
  const [, every, first, last, step] = TERM.exec(term) ?? [];
  if (every === undefined && first === undefined) return wrong(`${formsOf(field)}; use no L, W, # or ?`);
  const special = [first, last].find((word) => word !== undefined && /^\d*[LW]+$/i.test(word));
  if (special !== undefined)
    return wrong(`${formsOf(field)}; do not use L or W: for the end of a month, take a day that every month has, up to 28`);
  if (first !== undefined && last === undefined && step !== undefined) {
    return wrong(`a step after * or a range; write ${first}-${most}/${step} for every ${step} from ${first} on`);
  }
  const from = first === undefined ? least : numberOf(field, first);
  const to = first === undefined ? least + cycle - 1 : numberOf(field, last ?? first);
  if (from === undefined || to === undefined) return wrong(formsOf(field), nameHint(field, first, last));
  const by = Number(step ?? 1);
  // A longer step would say the first value alone, where its author means "every 90 minutes", which cron cannot say.
  if (by < 1 || by >= cycle) return wrong(`a step from 1 to ${cycle - 1}; each turn of the field starts the step again`);
  const end = to < from ? to + cycle : to;
  const values: number[] = [];
  for (let value = from; value <= end; value += by) values.push(least + ((value - least) % cycle));
  return values;
}

function numberOf({ least, most, names = [] }: CronField, text: string): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return least + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** The names that were probably meant by longer ones, such as MON by MONDAY; empty where nobody can tell. */
function nameHint(field: CronField, first: string | undefined, last: string | undefined): string {
  const words = [first, last].flatMap((word) => word ?? []);
  const meant = words.map((word) =>
    numberOf(field, word) === undefined ? field.names?.find((name) => word.toUpperCase().startsWith(name)) : word,
  );
  return meant.length === 0 || meant.includes(undefined) ? "" : `did you mean ${meant.join("-")}? `;
}

function formsOf({ least, most, names }: CronField): string {
  const named = names === undefined ? "" : ` or ${names[0]} to ${names.at(-1)}`;
  return `*, or ${least} to ${most}${named}, as values, ranges (a-b), lists (a,b) and steps (*/n, a-b/n)`;
}
