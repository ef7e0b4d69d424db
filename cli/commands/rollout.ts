import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import { evidencePolicy } from "../../functions/core/promotion/rollout/evidence/evidence-policy";
import { type Rollout, trafficAt } from "../../functions/core/promotion/rollout/rollout-state";
import { trafficOf } from "../../functions/core/promotion/rollout/rollout-steps";
import { evidenceSoFar } from "../../functions/core/promotion/rollout/weigh-windows";
import { isCandidateId } from "../../functions/core/request-ids";
import { textTable } from "../../local/summary/text-table";
import type { Control } from "../control/control";
import { endText } from "../describe-candidate";
import { countedRows, evidenceRows, hasScores, SCORES_ARE } from "../describe-evidence";
import { deadlineRows, holdRows, peopleRows, planRows, servedText, trafficRow } from "../describe-rollout";
import { findPromoted } from "../find-candidate";
import { lastRollout, notRolling, type RunningRollout, runningRollout } from "../find-rollout";
import { type Paint, type Printout, timeText, wrapped } from "../printout";
import { modelNamedBy } from "./answer";
import { championText } from "./candidates";

/**
 * How the rollout of a model stands: its traffic, its plan, what was counted, what holds it, and who may do what; where none is in
 * progress, how the last one ended, and what serves.
 * @param named the model, or its candidate
 * @throws CommandError when there is no such model, its candidates are not judged, or the candidate is in no rollout
 */
export async function rollout(control: Control, named: string, paint: Paint): Promise<Printout> {
  const isCandidate = isCandidateId(named);
  const model = isCandidate ? modelNamedBy(named) : named;
  const settings = await findPromoted(control, model);
  const promotion = await control.promotion(model);
  const found = runningRollout(promotion);
  if (isCandidate && found?.current.candidate.id !== named) throw await notRolling(control, model, named, promotion);
  if (promotion === undefined || found === undefined) return await withoutRollout(control, model, promotion, paint);
  const running = { settings, promotion, ...found };
  const { candidate } = running.current;
  const evidence = evidenceSoFar(evidencePolicy(running.rollout.settings), running.rollout);
  const data = { model, candidate, rollout: running.rollout, traffic: trafficOf(running.rollout), evidence, next: promotion.next };
  return { data, text: `${paint("bold", model)}  rollout of ${candidate.id}\n${tableOf(rowsOf(running, evidence))}` };
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const indent = 2 + Math.max(...rows.map(([name = ""]) => name.length)) + 2;
  return textTable(rows.map(([name = "", text = ""]) => [name, wrapped(text, indent)]));
}

function rowsOf({ settings, promotion, current, rollout }: RunningRollout, evidence: ReturnType<typeof evidenceSoFar>): string[][] {
  const { model, promotion: configured } = settings;
  const { candidate } = current;
  const { champion, hold, ending, acceptedAt, acceptedFor, startedAt } = rollout;
  const { next } = promotion;
  const held = hold === undefined ? [] : holdRows(hold, model);
  const by = ending?.by === undefined ? "" : `, ordered by ${ending.by}`;
  return [
    ["endpoint", rollout.settings.endpoint],
    ["version", candidate.version],
    ["accepted", `${timeText(acceptedAt)}: ${acceptedFor}`],
    ["traffic", startedAt === undefined ? notStarted(rollout) : trafficRow(rollout)],
    ...held,
    ...(ending === undefined ? [] : [["ends", `${ending.outcome} since ${timeText(ending.at)}: ${ending.why}${by}`]]),
    ...planRows(rollout).map(([when = "", stage = ""], index) => [index === 0 ? "plan" : "", `${when.padEnd(8)}  ${stage}`]),
    ...deadlineRows(rollout),
    ...evidenceTable(rollout, evidence),
    ...(champion === undefined ? [] : [["a rollback", `puts back ${servedText(champion)}`]]),
    ...(next === undefined ? [] : [["waits", `${next.id}, until this rollout has ended`]]),
    ...peopleRows(configured?.rollout ?? rollout.settings),
    ...(ending === undefined ? [["to end it", `retrigger rollback ${model} --why …`]] : []),
    ["each step", `retrigger why ${candidate.id}`],
  ];
}

function notStarted({ isUrgent }: Rollout): string {
  const first = isUrgent === true ? "with all of the traffic, as a person asked" : "with its first stage";
  return `the champion alone; it starts ${first} once the endpoint is seen to serve`;
}

function evidenceTable(rollout: Rollout, evidence: ReturnType<typeof evidenceSoFar>): string[][] {
  const { windows, startedAt, plan = [], at } = rollout;
  if (startedAt === undefined || (at.is !== "stage" && at.is !== "verify")) return [];
  const [first] = windows;
  if (first === undefined) return [["counted", "nothing yet at this share; windows of five minutes count once they are over"]];
  return [
    ["counted", `${windows.length} windows of five minutes since ${timeText(first.at)}`],
    ...countedRows(windows, trafficAt(plan, at)),
    ...(evidence === undefined ? [] : evidenceRows(evidence)),
    ...(hasScores(evidence) ? SCORES_ARE.map((line) => ["", line]) : []),
  ];
}

async function withoutRollout(
  control: Control,
  model: string,
  promotion: PromotionState | undefined,
  paint: Paint,
): Promise<Printout> {
  const { promotion: settings } = await findPromoted(control, model);
  const last = await lastRollout(control, model, promotion);
  const how =
    settings?.rollout === undefined
      ? "none is configured: what is accepted is approved in the registry, and whatever deploys approved versions takes it from there"
      : `none is in progress; the next candidate that is accepted goes to the endpoint ${settings.rollout.endpoint}`;
  const rows = [
    ["rollout", how],
    ...(last === undefined ? [] : endRows(last)),
    ["champion", championText(promotion)],
    ...(promotion?.current === undefined ? [] : [["candidate", `${promotion.current.candidate.id} is decided about`]]),
  ];
  const champion = promotion?.champions.at(-1);
  return { data: { model, last, champion }, text: `${paint("bold", model)}\n${tableOf(rows)}` };
}

function endRows(last: CandidateRecord): string[][] {
  const { candidate, rollout } = last;
  return [
    ["last", `${candidate.id} ${endText(last)}`],
    ["traffic", `${rollout?.traffic ?? "not known"}, when it ended`],
    ["each step", `retrigger why ${candidate.id}`],
  ];
}
