import type { Decision } from "../functions/core/coordination/decision";
import type { RequestHistory } from "../functions/core/coordination/decision-log";
import type { DriftRecord } from "../functions/core/drift/drift-log";
import type { Cause } from "../functions/core/training-request";
import { reasonText } from "./describe-decision";
import { timeText, usdText } from "./printout";

/** A request, or one that it merged into. */
export interface Link {
  readonly requestId: string;
  readonly history: RequestHistory;
}

/** One step on the way from a cause to the end of a run; epoch milliseconds. */
export interface Step {
  readonly at: number;
  readonly what: string;
}

/**
 * The steps from the cause of a request to the outcome of its run, by time: what arose, what was decided on it and on the requests
 * that it merged into, what ran.
 */
export function chainOf(links: readonly Link[], drift: DriftRecord | undefined): Step[] {
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
export function chainText(steps: readonly Step[]): string {
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
    case "drift":
    case "manual":
      return [];
  }
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
