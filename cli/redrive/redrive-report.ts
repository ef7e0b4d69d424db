import { plainLine } from "../../functions/core/plain-text";
import { formatCount, textTable } from "../../local/summary/text-table";
import { type Paint, timeText } from "../printout";
import type { LetterKind } from "./dead-letters";

/** What is done with a letter. */
export type Handling = "re-sent" | "left" | "discarded";

/** What was done with a letter, or would be without `--dry-run`. */
export type Fate = Handling | `to be ${Handling}` | "failed";

/** One letter, in words that can be printed. */
export interface Entry {
  readonly id: string;
  readonly queue: string;
  /** Its start. */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly receives: number;
  readonly models: readonly string[];
  readonly kind: LetterKind;
  readonly reason: string;
  /** Of an object's message: sent before what the ledgers of its models remember. */
  readonly isForgotten?: boolean;
  readonly target?: string;
  readonly log?: string;
  readonly fate: Fate;
  /** Why it could not be re-sent or discarded. */
  readonly error?: string;
}

/** A queue that could not be gone through to its end: an error, or so many letters behind others that stay. */
export type QueueTrouble = { readonly queue: string } & ({ readonly error: string } | { readonly behind: number });

/** What a redrive came to. */
export interface RedriveReport {
  readonly isDryRun: boolean;
  readonly queues: number;
  readonly entries: readonly Entry[];
  readonly troubles: readonly QueueTrouble[];
  /** Letters of other models, or sent before. */
  readonly unselected: number;
}

const MAX_ROWS = 60;
const WHY_LENGTH = 90;

/** The report for a program: every letter, and how many of each fate. */
export function redriveData({ isDryRun, entries, troubles, unselected }: RedriveReport) {
  const letters = entries.map(({ sentAt, ...entry }) => ({ ...entry, sentAt: new Date(sentAt).toISOString() }));
  return { isDryRun, counts: countsOf(entries), unselected, troubles, letters };
}

/** The report for a person: queue × what × why, and the sums. */
export function formatRedrive(report: RedriveReport, paint: Paint): string {
  const { entries, troubles, unselected, queues } = report;
  const others = unselected === 0 ? [] : [`${formatCount(unselected)} other letters were not asked for`];
  if (entries.length === 0) return [`no dead letters in ${queues} queues`, ...others, ...troubles.map(troubleText)].join("\n");
  const log = entries.find((entry) => entry.log !== undefined)?.log;
  return [
    tableOf(entries),
    "",
    paint("bold", sumText(report)),
    ...others,
    ...hintsOf(entries),
    ...forgottenText(entries),
    ...troubles.map((trouble) => paint("red", troubleText(trouble))),
    ...(log === undefined ? [] : [`what a function said, by message: ${log}`]),
  ].join("\n");
}

function tableOf(entries: readonly Entry[]): string {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.queue, entry.fate, entry.kind, entry.models, whyOf(entry)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const oldest = group.reduce((least, { sentAt }) => Math.min(least, sentAt), first.sentAt);
    return [
      [first.queue, first.fate, group.length, timeText(oldest), first.models.join(", ") || "-", `${first.kind}: ${whyOf(first)}`],
    ];
  });
  const hidden = rows.length - MAX_ROWS;
  const more = hidden > 0 ? [[`… and ${hidden} more kinds, which --json lists`]] : [];
  return textTable([["queue", "fate", "letters", "oldest", "model", "why"], ...rows.slice(0, MAX_ROWS), ...more]);
}

function whyOf({ reason, error }: Entry): string {
  return plainLine(error ?? reason, WHY_LENGTH);
}

function sumText({ isDryRun, entries }: RedriveReport): string {
  const counts = countsOf(entries);
  const { "re-sent": resent, left, discarded, failed } = counts;
  if (isDryRun) {
    const [toResend, toLeave, toDiscard] = (["re-sent", "left", "discarded"] as const).map((handling) =>
      formatCount(counts[`to be ${handling}`]),
    );
    const would = `${toResend} would be re-sent, ${toLeave} left, ${toDiscard} discarded`;
    return `dead letters ${formatCount(entries.length)}, of which ${would}; nothing was changed`;
  }
  return `re-sent ${formatCount(resent)}, left ${formatCount(left)}, discarded ${formatCount(discarded)}, failed ${formatCount(failed)}`;
}

function hintsOf(entries: readonly Entry[]): string[] {
  const staying = entries.filter(({ fate }) => fate === "left" || fate === "to be left");
  const count = (kind: LetterKind) => staying.filter((entry) => entry.kind === kind).length;
  const [broken, obsolete, unaddressed] = [count("broken"), count("obsolete"), count("unaddressed")];
  return [
    ...(broken > 0 ? [`${broken} broken would fail again: they stay; --include-broken re-sends them all the same`] : []),
    ...(obsolete > 0 ? [`${obsolete} obsolete are worth nothing any more: they stay; --discard-obsolete removes them`] : []),
    ...(unaddressed > 0 ? [`${unaddressed} unaddressed stay: nothing tells which queue of this environment they are for`] : []),
  ];
}

function forgottenText(entries: readonly Entry[]): string[] {
  const { length } = entries.filter(
    ({ isForgotten, fate }) => isForgotten === true && (fate === "to be re-sent" || fate === "re-sent"),
  );
  if (length === 0) return [];
  return [
    `${formatCount(length)} are older than dedupeHorizon: an object that another message announced, too, comes into a second manifest`,
  ];
}

function troubleText(trouble: QueueTrouble): string {
  return "error" in trouble
    ? `${trouble.queue} was not gone through: ${trouble.error}`
    : `about ${formatCount(trouble.behind)} more in ${trouble.queue} did not come: they wait behind those that stay, or somebody else holds them`;
}

function countsOf(entries: readonly Entry[]): Record<Fate, number> {
  const counts: Record<Fate, number> = {
    ...{ "re-sent": 0, left: 0, discarded: 0, failed: 0 },
    ...{ "to be re-sent": 0, "to be left": 0, "to be discarded": 0 },
  };
  for (const { fate } of entries) counts[fate] += 1;
  return counts;
}
