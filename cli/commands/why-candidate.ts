import { plainLine } from "../../functions/core/plain-text";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import { textTable } from "../../local/summary/text-table";
import { CommandError } from "../command-error";
import type { Control } from "../control/control";
import {
  checksText,
  howToAnswer,
  outcomeText,
  peopleText,
  shortWhy,
  standingOf,
  standingText,
  stepText,
  waitText,
} from "../describe-candidate";
import { causesText } from "../describe-decision";
import { evidenceRows, hasScores, SCORES_ARE } from "../describe-evidence";
import { howToRollBack, rolloutText, servedText } from "../describe-rollout";
import { newestSteps, stepsOfCandidate } from "../find-candidate";
import { type Paint, type Printout, timeText, typedText, wrapped } from "../printout";
import { modelNamedBy } from "./answer";

/** Candidates that are named where one is unknown. */
const NAMED = 3;

/**
 * The whole way of a candidate: how it stands and how to answer, each guardrail with its numbers, every step by time, and in short
 * the run that made it and the request that started that, with its causes.
 */
export async function whyCandidate(control: Control, candidateId: string, paint: Paint): Promise<Printout> {
  const model = modelNamedBy(candidateId);
  const promotion = await control.promotion(model);
  const steps = await stepsOfCandidate(control, model, candidateId, promotion);
  const last = steps.at(-1);
  if (last === undefined) return await withoutSteps(control, model, candidateId, promotion, paint);
  const judged = steps.findLast(({ checks }) => checks !== undefined) ?? last;
  const { checks = [], comparedWith } = judged;
  const standing = standingOf(last, promotion);
  const request = await requestOf(control, judged);
  const settings = (await control.models()).find((one) => one.model === model);
  const section = (title: string, text: string) => `${paint("bold", title)}\n${text}`;
  const beside = checks.length === 0 ? "" : `, compared with ${comparedWith ?? "nothing, as no model served yet"}`;
  return {
    data: { candidateId, candidate: last.candidate, standing, comparedWith, checks, steps, ...request.data },
    text: [
      [
        `${paint("bold", candidateId)}  a candidate of ${model}: ${standingText(standing, paint)}`,
        ...standLines(last, promotion, settings?.promotion?.approval.approvers).map((line) => `  ${line}`),
      ].join("\n"),
      section(`Guardrails${beside}`, checks.length === 0 ? "  it was not judged" : checksText(checks, paint)),
      section("From registration to outcome", wayOf(steps)),
      section("The run and its request", textTable([...runRows(last), ...request.rows])),
    ].join("\n\n"),
  };
}

/** Until when it waits and how to answer, or when and why it ended, and whether it serves. */
function standLines(last: CandidateRecord, promotion: PromotionState | undefined, approvers: number | undefined): string[] {
  const { current, champions = [] } = promotion ?? {};
  const champion = champions.at(-1);
  const { id, model } = last.candidate;
  const serves = champion?.candidateId === id ? [`it is the champion since ${timeText(champion.at)}`] : [];
  const people = peopleText(last);
  if (last.outcome !== undefined) {
    const end = `ended ${timeText(last.at)}: ${shortWhy(last)}${people === "" ? "" : `; ${people}`}`;
    return [wrapped(end, 4), ...serves];
  }
  if (promotion?.next?.id === id) return [`it is judged once the rollout of ${current?.candidate.id ?? "another one"} has ended`];
  if (current?.candidate.id === id && current.rollout !== undefined) {
    return [wrapped(`its traffic: ${rolloutText(current.rollout)}`, 4), howToRollBack(current.rollout, model)];
  }
  if (current?.candidate.id !== id || current.stage !== "approval") return serves;
  return [wrapped(`${waitText(current, approvers)}: ${shortWhy(last)}`, 4), howToAnswer(id)];
}

function runRows({ candidate: { version, runId, evaluationUri } }: CandidateRecord): string[][] {
  return [
    ["version", version],
    ["run", runId ?? "the registry names none"],
    ["evaluation", evaluationUri ?? "the registry names none"],
  ];
}

/** Columns of a step's time, with those around it. */
const STEP_INDENT = 23;

function wayOf(steps: readonly CandidateRecord[]): string {
  const registered = steps.slice(0, 1).map(({ candidate }) => [candidate.registeredAt, "registered"] as const);
  const lines = [...registered, ...steps.map((step) => [step.at, stepText(step), ...rolloutLines(step)] as const)];
  const indent = " ".repeat(STEP_INDENT);
  const text = lines.map(([at, ...whats]) =>
    whats.map((what, index) => `${index === 0 ? `  ${timeText(at)}  ` : indent}${wrapped(what, STEP_INDENT)}`).join("\n"),
  );
  const isScored = steps.some(({ rollout }) => hasScores(rollout?.evidence));
  return [...text, ...(isScored ? SCORES_ARE.map((line) => `  ${line}`) : [])].join("\n");
}

/** Of a step of a rollout: the traffic, what a rollback puts back, and the numbers that decided. */
function rolloutLines({ rollout, outcome }: CandidateRecord): string[] {
  if (rollout === undefined) return [];
  const { traffic, target, evidence } = rollout;
  const isAtRest = outcome !== undefined;
  return [
    `traffic: ${traffic}`,
    ...(target === undefined || isAtRest ? [] : [`a rollback puts back ${servedText(target)}`]),
    ...(evidence === undefined ? [] : evidenceRows(evidence).map((row) => row.join(": "))),
  ];
}

/** Longest list of causes, characters. */
const MAX_CAUSES = 100;

async function requestOf(control: Control, judged: CandidateRecord): Promise<{ data: object; rows: string[][] }> {
  const { cause } = judged;
  if (cause === undefined) return { data: {}, rows: [["request", `not known: ${whyUnknown(judged)}`]] };
  const { requestId } = cause;
  const history = await control.history(requestId);
  const deciding = history?.decisions.findLast(({ outcome }) => outcome === "start") ?? history?.decisions.at(-1);
  if (deciding === undefined) return { data: { requestId }, rows: [["request", `${requestId}, whose record has expired`]] };
  const rows = [
    ["request", `${requestId}: ${deciding.outcome} ${timeText(deciding.decidedAt)}, ${deciding.reason}`],
    ["causes", plainLine(causesText(deciding.request), MAX_CAUSES)],
    ["its checks", `retrigger why ${requestId}`],
  ];
  return { data: { request: { requestId, ...history } }, rows };
}

function whyUnknown({ candidate, checks, outcome }: CandidateRecord): string {
  if (candidate.runId === undefined) return "the registry names no run";
  if (checks !== undefined) return "no decision on record started that run";
  return outcome === undefined ? "it is looked for when the candidate is judged" : "it ended before it was judged";
}

/** A candidate whose steps are not on record: what the state tells of it. @throws CommandError when that is nothing */
async function withoutSteps(
  control: Control,
  model: string,
  candidateId: string,
  promotion: PromotionState | undefined,
  paint: Paint,
): Promise<Printout> {
  const outcome = promotion?.ended.find((one) => one.candidateId === candidateId)?.outcome;
  if (outcome !== undefined) {
    const text = `${paint("bold", candidateId)}  ${model}: ${outcomeText(outcome)}; nothing else is on record`;
    return { data: { candidateId, standing: outcome, steps: [] }, text };
  }
  const newest = (await newestSteps(control, model, promotion, NAMED)).map(({ candidate }) => candidate.id);
  const hint = newest.length === 0 ? `${model} has none` : `the newest are ${newest.join(", ")}`;
  throw new CommandError(`no candidate ${typedText(candidateId)}; ${hint}`);
}
