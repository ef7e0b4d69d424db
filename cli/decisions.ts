import type { Outcome } from "../functions/core/coordination/decision";
import { textTable } from "../local/text-table";
import type { Control } from "./control";
import { causesText, paintOutcome } from "./describe-decision";
import { allDecisions, findModel, SEARCHED } from "./find";
import { type Paint, type Printout, timeText } from "./printout";

export interface DecisionFilter {
  readonly model?: string;
  readonly outcome?: Outcome;
  readonly limit: number;
}

/** The newest decisions, newest first. */
export async function decisions(control: Control, { model, outcome, limit }: DecisionFilter, paint: Paint): Promise<Printout> {
  const found = await (model === undefined
    ? allDecisions(control)
    : control.decisions(model, outcome === undefined ? limit : SEARCHED));
  // a model that is not configured may have decisions: those that rejected it
  if (model !== undefined && found.length === 0) await findModel(control, model);
  const data = found.filter((decision) => outcome === undefined || decision.outcome === outcome).slice(0, limit);
  if (data.length === 0) return { data, text: "no such decisions" };
  const rows = data.map((decision) => {
    const { decidedAt, requestId, reason, into, request } = decision;
    const became = into === undefined ? causesText(request) : `into ${into}`;
    return [timeText(decidedAt), paintOutcome(paint, decision.outcome), requestId, reason, became];
  });
  const header = ["decided", "outcome", "request", "reason", "causes"].map((title) => paint("dim", title));
  return { data, text: textTable([header, ...rows]) };
}
