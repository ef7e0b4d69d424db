import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { plainLine } from "../../functions/core/plain-text";
import { manifestPath, type PublishedManifest } from "../files/file-manifest-store";
import { RECORD_FOLDER } from "../files/replay-record";
import type { SimulatedRun } from "../world/simulated-cloud";
import type { ObjectBalance, ObjectFates } from "./balance";
import { formatDecisions, formatRequestBalance, formatSpent, formatWaiting, minuteOf } from "./coordination-summary";
import type { SealedCount, Summary } from "./summary";
import { formatCount, textTable } from "./text-table";

const LINE_WIDTH = 110;
const EXCERPT_KEYS = 2;

/** The summary as a person reads it; paths are told from the current folder. */
export function formatSummary(summary: Summary): string {
  const { deadLetters, troubles } = summary;
  const sections = [
    ["What happened", formatEvents(summary)],
    ["Why batches were sealed, and what became of them", formatBatches(summary.batches)],
    ["What the coordinator decided", formatDecisions(summary.coordination)],
    ["What the runs cost, by the month of their start", formatSpent(summary.coordination)],
    [`Waiting at the end: ${summary.coordination.waiting.length}`, formatWaiting(summary.coordination)],
    [`Runs started: ${formatCount(summary.runs.started)}`, formatRuns(summary.runs)],
    [`Manifests of batches on disk: ${formatCount(summary.manifests.count)}`, formatManifest(summary.manifests.example)],
    [`Dead letters: ${deadLetters.reduce((total, { messages }) => total + messages, 0)}`, formatDeadLetters(summary)],
    ["Errors and warnings that the functions reported", troubles.map((line) => `  ${shorten(line)}`).join("\n")],
    [balanceTitle(summary), formatBalance(summary)],
  ] as const;
  return sections
    .filter(([, body]) => body !== "")
    .map(([title, body]) => `${title}\n${body}\n`)
    .join("\n");
}

/** Where every file that landed is, in one line. A file that two models watch is there for each of them. */
export function formatFates({ fates }: Pick<Summary, "fates">): string {
  const total = (count: (fate: ObjectFates) => number) => fates.reduce((sum, fate) => sum + count(fate), 0);
  const [landed, inRuns, waiting, inDeadLetters, refused] = [
    total((fate) => fate.landed),
    total((fate) => fate.inRuns),
    total((fate) => fate.waiting),
    total((fate) => fate.inDeadLetters),
    total((fate) => fate.refused),
  ].map(formatCount);
  const wrong = total(({ inTwoRuns, nowhere }) => inTwoRuns + nowhere);
  const dead = inDeadLetters === "0" ? "" : ` (${inDeadLetters} of them in dead letters)`;
  const parts = `${inRuns} in a run, ${waiting} wait${dead}, ${refused} were refused by a person`;
  const place = "every file that landed, counted for each model that watches it, has its place";
  if (wrong === 0) return `E${place.slice(1)}: ${landed} = ${parts}`;
  return `NOT ${place}: of ${landed}, ${parts}; ${formatCount(wrong)} are in two runs or nowhere`;
}

function formatEvents({ period, flights, files, fileBytes, deliveries, functions }: Summary): string {
  const { total, hostile, announcedTwice, repeated, redelivered } = deliveries;
  const [twiceByS3, twiceBySqs] = [announcedTwice, repeated].map(formatCount);
  return textTable([
    ["virtual time", `${minuteOf(period.from)} to ${minuteOf(period.until)}; all done ${minuteOf(period.restedAt)}`],
    ["flights", `${formatCount(flights)} in ${formatCount(files)} files (${(fileBytes / 1e6).toFixed(1)} MB as CSV)`],
    [
      "deliveries",
      `${formatCount(total)} = ${formatCount(files)} files + ${twiceByS3} announced twice by S3 + ${twiceBySqs} repeated by SQS`,
    ],
    ["", `+ ${hostile} hostile messages + ${formatCount(redelivered)} redelivered after a failure or a crash`],
    ...Object.entries(functions).map(([name, { invocations, killed }]) => [
      name,
      `${formatCount(invocations)} invocations, ${formatCount(killed)} killed half-way`,
    ]),
  ]);
}

function formatBatches(batches: readonly SealedCount[]): string {
  return textTable([
    ["model", "sealed by", "batches", "published", "median objects", "carried over", "nothing new"],
    ...batches
      .filter(({ sealed }) => sealed > 0)
      .map(({ model, reason, sealed, published, medianObjects, carried, empty }) => {
        return [model, reason, sealed, published, medianObjects, carried, empty];
      }),
  ]);
}

function formatRuns({ first, last }: Summary["runs"]): string {
  const lines = (name: string, run: SimulatedRun | undefined) => {
    if (run === undefined) return [];
    const parameters = Object.entries(run.parameters).map(([parameter, value]) => ["", `${parameter} = ${withPath(value)}`]);
    return [[name, `${run.runId}, ${minuteOf(run.startedAt)}`], ...parameters];
  };
  return first === undefined ? "" : textTable([...lines("first", first), ...lines("last", last)]);
}

function formatManifest(example: PublishedManifest | undefined): string {
  if (example === undefined) return "";
  const text = readFileSync(example.path, "utf8");
  const lines = text.split(/(?<=,)/, EXCERPT_KEYS + 1);
  return [`  ${fromHere(example.path)}`, ...lines.map((line) => `    ${line}`)].join("\n");
}

function formatDeadLetters({ deadLetters }: Summary): string {
  return deadLetters.map(({ queue, reason, messages }) => `  ${messages} in ${queue}: ${shorten(reason)}`).join("\n");
}

function balanceTitle({ isBalanced, waitingForRedrive }: Summary): string {
  if (!isBalanced) return "Balance: DOES NOT HOLD";
  if (waitingForRedrive === 0) return "Balance: holds";
  return `Balance: holds, but ${formatCount(waitingForRedrive)} messages in dead letters wait for npx retrigger redrive`;
}

/** The accounts of objects and of requests, a line each. */
export function formatBalance({ balance, requests }: Pick<Summary, "balance" | "requests">): string {
  const sign = (left: number, right: number) => (left === right ? "=" : "is not");
  const line = ({ model, landed, listed, missing, inDeadLetters, twice, unknown }: ObjectBalance) => {
    const dead = inDeadLetters === 0 ? "" : ` + in dead letters ${formatCount(inDeadLetters)}`;
    const account = `(missing ${missing}, twice ${twice}${unknown === 0 ? "" : `, never landed ${unknown}`})`;
    return [
      model,
      `objects in ${formatCount(landed)} ${sign(landed, listed + inDeadLetters)} objects in manifests ${formatCount(listed)}${dead} ${account}`,
    ];
  };
  return textTable([...balance.map(line), ...formatRequestBalance(requests)]);
}

function shorten(text: string): string {
  return plainLine(text, LINE_WIDTH);
}

function fromHere(path: string): string {
  return relative(process.cwd(), path);
}

/** A manifest's address with where it lies on disk; any other value as it is. */
function withPath(value: string): string {
  return /^(s3|gs):\/\//.test(value) ? `${value} (${manifestPath(RECORD_FOLDER, value)})` : value;
}
