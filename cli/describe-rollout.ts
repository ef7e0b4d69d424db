import { WINDOW_MS } from "../functions/core/promotion/rollout/evidence/counted-window";
import { estimateRollout } from "../functions/core/promotion/rollout/evidence/estimate-rollout";
import { evidencePolicy } from "../functions/core/promotion/rollout/evidence/evidence-policy";
import type { RolloutSettings } from "../functions/core/promotion/rollout/rollout-settings";
import {
  HOLD_REASONS,
  type HoldReason,
  type PlannedStage,
  type Rollout,
  type RolloutHold,
  verifyPercent,
} from "../functions/core/promotion/rollout/rollout-state";
import { trafficOf } from "../functions/core/promotion/rollout/rollout-steps";
import type { Served } from "../functions/core/promotion/rollout/traffic";
import { durationText, timeText } from "./printout";

/** Where the traffic of a rollout is, since when, and where it goes. */
export function trafficRow(rollout: Rollout): string {
  const { orderedAt, since, toward } = rollout;
  const at = toward === undefined ? `since ${timeText(since)}` : `ordered ${timeText(orderedAt ?? since)}`;
  return `${trafficOf(rollout)}, ${at}`;
}

/** How a rollout stands, in a few words. */
export function rolloutText(rollout: Rollout): string {
  const { hold, ending, startedAt } = rollout;
  const traffic = startedAt === undefined ? "it has not started" : trafficOf(rollout);
  const back = ending === undefined ? "" : `, as it ends ${ending.outcome}`;
  return `${traffic}${back}${hold === undefined ? "" : `, held: ${reasonText(hold.reason)}`}`;
}

/** How people learn more of a rollout, and end it where it does not end already. */
export function howToRollBack({ ending }: Rollout, model: string): string {
  const ends = ending === undefined ? `; to end it: retrigger rollback ${model} --why …` : "";
  return `how it goes: retrigger rollout ${model}${ends}`;
}

/** What the endpoint served before a rollout, which a rollback puts back. */
export function servedText(served: Served): string {
  return served.on === "sagemaker"
    ? `the endpoint configuration ${served.config}, variant ${served.variant} with the model ${served.model}`
    : `the deployed model ${served.deployedModel}, version ${served.version} of ${served.model}`;
}

function reasonText(reason: HoldReason): string {
  const reasons: Readonly<Record<string, string>> = HOLD_REASONS;
  // A newer program may hold for a reason that this one does not know.
  return Object.hasOwn(HOLD_REASONS, reason) ? (reasons[reason] ?? reason) : reason;
}

/** Why a rollout is held, by whom and since when, and what lets it go on. */
export function holdRows({ reason, why, at, by }: RolloutHold, model: string): string[][] {
  const who = by === undefined ? reasonText(reason) : `by ${by}`;
  return [
    ["held", `${who} since ${timeText(at)}: ${why}`],
    ["", remedyText(reason, model)],
  ];
}

/** A hold for one of these ends when its cause does. */
const PASSES_BY_ITSELF: ReadonlySet<HoldReason> = new Set(["quota", "lost", "uncounted"]);

function remedyText(reason: HoldReason, model: string): string {
  const command = `retrigger continue ${model}`;
  if (PASSES_BY_ITSELF.has(reason))
    return `it goes on by itself once that is over; ${command} ends the hold until it is seen again`;
  switch (reason) {
    case "changed":
    case "share":
      return `to answer: ${command} sets again what is to be served, retrigger rollback ${model} --why … ends the rollout`;
    case "alarms":
      return `to answer: ${command} begins the bake again, retrigger rollback ${model} --why … ends the rollout`;
    case "refused":
      return `to answer: ${command} makes the change again, retrigger rollback ${model} --why … ends the rollout`;
    default:
      return `to answer: ${command} lets it go on`;
  }
}

/** Each stage of the plan: whether it is over, under way or to come, what it is, and how long it is expected to take. */
export function planRows(rollout: Rollout): string[][] {
  const { plan = [], at, toward, verifies } = rollout;
  const expected = expectedWindows(rollout);
  const rows = plan.map((stage, index) => {
    const windows = stage.is === "split" ? expected.get(stage.percent) : undefined;
    return [
      standingOf(rollout, stage, index),
      `${stageText(stage)}${windows === undefined ? "" : `, about ${windowsText(windows)}`}`,
    ];
  });
  const isVerifying = at.is === "verify" || toward?.is === "verify";
  const verification = `${verifyPercent(plan)}% to the candidate again after alarms of the bake, verification ${verifies}`;
  const isEstimated = expected.size > 0 ? [["", "an equal candidate takes so long at the champion's usual traffic"]] : [];
  return [...rows, ...(isVerifying ? [[at.is === "verify" ? "now" : "coming", verification]] : []), ...isEstimated];
}

function standingOf({ at, toward, ending }: Rollout, stage: PlannedStage, index: number): string {
  if (at.is === "stage" && at.index === index) return "now";
  if (toward?.is === "stage" && toward.index === index) return "coming";
  if (at.is === "after") return "over";
  if (at.is === "verify") return stage.is === "bake" ? "again" : "over";
  const skipped = toward?.is === "stage" ? toward.index : 0;
  const reached = at.is === "stage" ? at.index : -1;
  if (index < reached) return "over";
  if (ending !== undefined) return "not reached";
  return index < skipped ? "left out" : "then";
}

function stageText(stage: PlannedStage): string {
  switch (stage.is) {
    case "shadow":
      return `the candidate in the champion's shadow for ${windowsText(stage.windows)}`;
    case "split":
      return `${stage.percent}% to the candidate`;
    case "bake":
      return `100% to the candidate with the champion warm, ${windowsText(stage.windows)}`;
    case "native":
      return "SageMaker shifts the traffic, guarded by its alarms";
  }
}

/** Of an equal candidate at the champion's usual traffic, by percent of the stage. */
function expectedWindows({ settings, history, plan = [] }: Rollout): ReadonlyMap<number, number> {
  if (history === undefined) return new Map();
  const percents = plan.flatMap((stage) => (stage.is === "split" ? [stage.percent] : []));
  const { stages } = estimateRollout(evidencePolicy(settings), history, percents);
  return new Map(stages.flatMap(({ percent, windows }) => (windows === undefined ? [] : [[percent, windows] as const])));
}

/** `2 h`, of windows of five minutes. */
export function windowsText(windows: number): string {
  return durationText(windows * WINDOW_MS);
}

/** Until when a rollout may go on; none where it goes back already, or SageMaker shifts the traffic. */
export function deadlineRows(rollout: Rollout): string[][] {
  const { ending, hold, startedAt, plan = [] } = rollout;
  if (ending !== undefined || plan.some(({ is }) => is === "native")) return [];
  const isHeldByPeople = hold?.reason === "person" || hold?.reason === "changed";
  // One that has not started is given up whoever holds it.
  const isPutOff = isHeldByPeople && startedAt !== undefined;
  return [
    ["deadline", `${isPutOff ? "while this hold lasts it is not given up; else" : "it is given up"} ${deadlineText(rollout)}`],
  ];
}

function deadlineText({ settings: { deadlineWindows }, startedAt, acceptedAt }: Rollout): string {
  const until = (startedAt ?? acceptedAt) + deadlineWindows * WINDOW_MS;
  return `${timeText(until)}, ${windowsText(deadlineWindows)} after its ${startedAt === undefined ? "acceptance" : "start"}`;
}

/** Who may order what. @param settings of now, where the rollout's own are older */
export function peopleRows({ people }: RolloutSettings): string[][] {
  return [
    ["people", `promote and continue: ${allowedText(people?.promote)}`],
    ["", `roll back and hold: ${allowedText(people?.rollBack)}`],
  ];
}

function allowedText(people: readonly string[] | undefined): string {
  if (people === undefined) return "whoever may send to the request queue";
  return people.length === 0 ? "nobody" : people.join(", ");
}
