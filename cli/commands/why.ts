import type { Decision } from "../../functions/core/coordination/decision";
import type { RequestHistory } from "../../functions/core/coordination/ports";
import { threeDigits } from "../../functions/core/drift/judgement";
import type { DriftRecord } from "../../functions/core/drift/ports";
import { plainLine } from "../../functions/core/plain-text";
import type { CandidateRecord } from "../../functions/core/promotion/promotion-state";
import { driftRequestId } from "../../functions/core/request-ids";
import type { Cause } from "../../functions/core/training-request";
import type { Control } from "../control/control";
import { stepText } from "../describe-candidate";
import { causesText, describeDecision, reasonText } from "../describe-decision";
import { findHistory } from "../find";
import { newestSteps } from "../find-candidate";
import { type Paint, type Printout, timeText, usdText } from "../printout";
import { describeDrift } from "./drift";

/** Evaluations that are looked through for the one that raised a request. */
const SEARCHED_DRIFTS = 2_000;

/** Candidates that are looked through for those of a run. */
const SEARCHED_CANDIDATES = 100;

/**
 * Every decision on a request, the drift report that raised it, and what became of it, as itself or as part of another; and the
 * candidates that its run made.
 */
export async function why(control: Control, requestId: string, paint: Paint): Promise<Printout> {
  const { data, text, started } = await whyOf(control, requestId, await findHistory(control, requestId), paint);
  const made = await candidatesOf(control, started);
  const names = made.map((last) => `  ${last.candidate.id}  ${stepText(last)}`);
  const told = made.length === 0 ? [] : [`${paint("bold", "Candidates of its run")}\n${names.join("\n")}`];
  return { data: { ...data, candidates: made.map(({ candidate }) => candidate) }, text: [text, ...told].join("\n\n") };
}

/** What is told of a request, and the decision that started its run, if one did. */
interface WhyOfRequest {
  readonly data: object;
  readonly text: string;
  readonly started: Decision | undefined;
}

/** Why a request came, every decision on it, and what became of it. */
async function whyOf(control: Control, requestId: string, history: RequestHistory, paint: Paint): Promise<WhyOfRequest> {
  const own: Link = { requestId, history };
  const followed = await follow(control, own);
  const { decisions } = history;
  const drift = await findDrift(control, requestId, decisions[0]?.request.causes ?? []);
  const header = decisions.slice(0, 1).map(({ model, request }) => `${paint("bold", requestId)}  ${model}: ${causesText(request)}`);
  const described = decisions.map((decision) => describeDecision(decision, paint));
  const links = [own, ...followed];
  const path = links.map((link) => link.requestId);
  const chain = chainOf(links, drift);
  const end = followed.at(-1) ?? own;
  return {
    data: { requestId, decisions, path, end: end.history, chain, ...(drift && { drift }) },
    text: [
      ...header,
      ...(drift ? [describeDrift(drift, paint)] : []),
      ...described,
      `${paint("bold", "From cause to outcome")}\n${chainText(chain)}`,
      becameText(path, end.history, paint),
    ].join("\n\n"),
    started: end.history.decisions.findLast(({ outcome }) => outcome === "start"),
  };
}

/** The candidates of the run that a decision started, each with its newest step. */
async function candidatesOf(control: Control, started: Decision | undefined): Promise<CandidateRecord[]> {
  if (started === undefined) return [];
  const { model, requestId } = started;
  const newest = await newestSteps(control, model, await control.promotion(model), SEARCHED_CANDIDATES);
  return newest.filter(({ cause }) => cause?.requestId === requestId);
}

/**
 * The evaluation whose report raised a request; undefined for any other cause, and where it has expired. Of several reports that
 * give one id, it is the one that says what the request says.
 */
async function findDrift(control: Control, requestId: string, causes: readonly Cause[]): Promise<DriftRecord | undefined> {
  const [type, model] = requestId.split("/");
  if (type !== "drift" || model === undefined) return undefined;
  const records = await control.drifts(model, SEARCHED_DRIFTS);
  const named = records.filter(({ evaluation }) => driftRequestId({ ...evaluation, id: evaluation.reportId }) === requestId);
  return named.find((record) => causes.some((cause) => isRaisedBy(cause, record))) ?? named[0];
}

function isRaisedBy(cause: Cause, { evaluation: { severity, features } }: DriftRecord): boolean {
  if (cause.type !== "drift" || cause.severity !== severity) return false;
  return features.some(({ name, score = cause.score }) => name === cause.feature && score === cause.score);
}

/** The requests that a request merged into, one into the next. */
async function follow(control: Control, own: Link): Promise<Link[]> {
  const links: Link[] = [];
  for (let at = own; ; ) {
    const into = lastOf(at.history)?.into;
    if (into === undefined || into === at.requestId) return links;
    const history = await control.history(into);
    if (history === undefined) return links;
    at = { requestId: into, history };
    links.push(at);
  }
}

/** The last decision that is not about a repetition. */
function lastOf({ decisions }: RequestHistory): Decision | undefined {
  return decisions.findLast(({ outcome }) => outcome !== "duplicate");
}

function becameText(path: readonly string[], history: RequestHistory, paint: Paint): string {
  const last = lastOf(history);
  const end = last === undefined ? "its first record has expired" : endText(last, history);
  const lines = path.length === 1 ? end : `${path.join(" → ")}\n${end}`;
  return `${paint("bold", "What became of it")}\n${lines.replace(/^/gm, "  ")}`;
}

function endText(last: Decision, { run }: RequestHistory): string {
  switch (last.outcome) {
    case "start":
      return `started ${timeText(last.decidedAt)}${last.request.causes.length > 1 ? ` for ${last.request.causes.length} causes` : ""}\n${runText(run)}`;
    case "reject":
      return `rejected ${timeText(last.decidedAt)}: ${last.reason}`;
    case "ask":
      return `waits for approval${last.dueAt === undefined ? "" : ` until ${timeText(last.dueAt)}`}`;
    case "defer":
    case "merge":
      return `waits${last.dueAt === undefined ? " for an event" : `, asked again ${timeText(last.dueAt)}`}`;
    case "duplicate":
      return "was decided on before";
  }
}

function runText(run: RequestHistory["run"]): string {
  if (run === undefined) return "its start is still to be performed";
  const { runId = "not named", status, endedAt, actualUsd, settledBy, mix } = run;
  const named = `run ${runId}${mix === undefined ? "" : `\ntraining mix: ${plainLine(mix.sentence)}`}`;
  if (status === undefined) return `${named}\nnot known to have ended`;
  const cost = actualUsd === undefined ? "" : `, cost ${usdText(actualUsd)}`;
  return `${named}\n${status}${endedAt === undefined ? "" : ` ${timeText(endedAt)}`}${cost}${settledBy === undefined ? "" : `, as ${settledBy} said`}`;
}

/** A request, or one that it merged into. */
interface Link {
  readonly requestId: string;
  readonly history: RequestHistory;
}

/** One step on the way from a cause to the end of a run; epoch milliseconds. */
interface Step {
  readonly at: number;
  readonly what: string;
}

/**
 * The steps from the cause of a request to the outcome of its run, by time: what arose, what was decided on it and on the requests
 * that it merged into, what ran.
 */
function chainOf(links: readonly Link[], drift: DriftRecord | undefined): Step[] {
  const asked = links.flatMap(({ history }) => history.decisions.slice(0, 1).map(({ request }) => request));
  const steps = [
    ...asked.flatMap(({ causes }) => causes.flatMap(causeSteps)),
    ...(drift === undefined ? [] : [driftStep(drift)]),
    ...links.flatMap(({ history }) => history.decisions.map(decisionStep)),
    ...links.flatMap(runSteps),
  ];
  return steps.sort((a, b) => a.at - b.at);
}

/** A line for each step. */
function chainText(steps: readonly Step[]): string {
  return steps.map(({ at, what }) => `  ${timeText(at)}  ${what}`).join("\n");
}

function causeSteps(cause: Cause): Step[] {
  switch (cause.type) {
    case "data":
      return [
        { at: cause.openedAt, what: `the first object of batch ${cause.generation} landed` },
        { at: cause.sealedAt, what: `batch ${cause.generation} was sealed (${cause.reason})` },
      ];
    case "schedule":
      return [{ at: cause.firedAt, what: `schedule ${cause.name} fired` }];
    case "event":
      return [{ at: cause.at, what: `rule ${cause.rule} matched ${cause.event}` }];
    case "quality":
      return cause.until === undefined ? [] : [{ at: cause.until, what: labelsText(cause) }];
    case "drift":
    case "manual":
      return [];
  }
}

function labelsText({ metric, monitor, error }: Extract<Cause, { readonly type: "quality" }>): string {
  if (error === undefined) return "the newest labels ended";
  return `labels of ${monitor ?? "a monitor"} ended: an error of ${threeDigits(error)}${metric === undefined ? "" : ` (${metric})`}`;
}

function driftStep({ evaluation, evaluatedAt }: DriftRecord): Step {
  const { monitor, reportId, severity } = evaluation;
  return { at: evaluatedAt, what: `report ${reportId} of ${monitor} was evaluated: ${severity} drift` };
}

function decisionStep(decision: Decision): Step {
  const { requestId, decidedAt, outcome, into, request } = decision;
  const manifests = request.manifests.length === 1 ? `, ${request.manifests[0]?.uri}` : "";
  const became = into === undefined ? "" : ` into ${into}`;
  return { at: decidedAt, what: `${requestId}: ${outcome}${became}, ${reasonText(decision)}${manifests}` };
}

function runSteps({ history: { run } }: Link): Step[] {
  if (run?.endedAt === undefined || run.status === undefined) return [];
  const cost = run.actualUsd === undefined ? "" : `, ${usdText(run.actualUsd)}`;
  return [{ at: run.endedAt, what: `run ${run.runId ?? "not named"} ${run.status}${cost}` }];
}
