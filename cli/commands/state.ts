import type { AnswerRecord, CoordinatorState, Parked, SetAside } from "../../functions/core/coordination/coordinator-state";
import { committedThisMonth, committedToday, newData } from "../../functions/core/coordination/run-cost";
import { goesAlong } from "../../functions/core/coordination/set-aside";
import { turnCalendar } from "../../functions/core/coordination/turn-calendar";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { PromotionState } from "../../functions/core/promotion/promotion-state";
import type { AdaptivePolicy } from "../../functions/core/quality/adaptive-policy";
import { errorUnit, judgeQuality, priceOf, shareOfPrice } from "../../functions/core/quality/judge-quality";
import type { TrainingRequest } from "../../functions/core/training-request";
import { textTable } from "../../local/summary/text-table";
import type { Control } from "../control/control";
import { howToAnswer, waitText } from "../describe-candidate";
import { causesText, numberText } from "../describe-decision";
import { howToRollBack, rolloutText } from "../describe-rollout";
import { findModel } from "../find";
import { durationText, type Paint, type Printout, timeText, usdText } from "../printout";
import { championText } from "./candidates";

/** Newest answers of people that are printed. */
const SHOWN_ANSWERS = 5;

/** What the coordinator holds of one model, or of all. */
export async function state(control: Control, model: string | undefined, paint: Paint): Promise<Printout> {
  const models = model === undefined ? await control.models() : [await findModel(control, model)];
  const now = control.now();
  const states = await Promise.all(
    models.map(async (settings) => ({
      settings,
      state: turnCalendar(await control.state(settings.model), now),
      seen: settings.promotion && (await seenPromotion(control, settings.model)),
    })),
  );
  return {
    data: states.map(({ settings: { model }, state, seen }) => {
      const { current: candidate, champions } = seen?.promotion ?? {};
      return { model, now, state, ...(seen && { candidate, champion: champions?.at(-1) }) };
    }),
    text: states
      .map(({ settings, state, seen }) => {
        return `${paint("bold", settings.model)}\n${textTable(stateRows(settings, state, seen, now))}`;
      })
      .join("\n\n"),
  };
}

/** What waits in a model: the deferred requests and the one that waits for approval, with what merged into them. */
export async function backlog(control: Control, model: string | undefined): Promise<Printout> {
  const models = model === undefined ? await control.models() : [await findModel(control, model)];
  const waiting = await Promise.all(
    models.map(async (settings) => ({ model: settings.model, ...(await control.state(settings.model)) })),
  );
  const data = waiting.map(({ model, parked, approval, paused, setAside = [] }) => ({ model, parked, approval, paused, setAside }));
  const rows = data.flatMap(({ model, parked, approval, setAside }) => [
    ...(approval === undefined ? [] : [[model, approval.request.id, approvalText(approval), requestText(approval.request)]]),
    ...parked.map((one) => [model, one.request.id, parkedText(one), requestText(one.request)]),
    ...setAside.map((one) => [model, one.request.id, `set aside since ${timeText(one.at)}: ${one.reason}`, setAsideText(one)]),
  ]);
  return { data, text: rows.length === 0 ? "nothing waits" : textTable(rows) };
}

function stateRows(settings: ModelSettings, state: CoordinatorState, seen: SeenPromotion | undefined, now: number): string[][] {
  const { policy } = settings;
  const { runs, lastStartAt, day, month, parked, approval, paused, resumed, blocked, failures, costRatio, outbox } = state;
  const { setAside = [] } = state;
  const answers = (state.answers ?? []).slice(-SHOWN_ANSWERS);
  const { budget } = policy;
  const isFrozen = paused?.isFreeze === true;
  const none = seen?.promotion?.current?.stage === "approval" ? "no request waits, but a candidate does" : "none waits";
  return [
    ["paused", paused === undefined || isFrozen ? "no" : pauseText(paused)],
    ...(paused !== undefined && isFrozen ? [["frozen", `${pauseText(paused)}; what a person asks for still starts`]] : []),
    ...(blocked === undefined ? [] : [["blocked", `by ${blocked.requestId} since ${timeText(blocked.at)}`]]),
    ...(resumed === undefined ? [] : [["resumed", `by ${resumed.by} ${timeText(resumed.at)}, catch-up ${resumed.catchUp}`]]),
    ...runs.map(({ requestId, startedAt, reservedUsd }) => [
      "running",
      `${requestId} since ${timeText(startedAt)}, reserved ${usdText(reservedUsd)}`,
    ]),
    ["last start", lastStartAt === undefined ? "never" : `${timeText(lastStartAt)}, ${durationText(now - lastStartAt)} ago`],
    ["starts", `${day.starts} of ${policy.maxStartsPerDay} on ${day.date}`],
    ["committed", `${committedToday(state).toFixed(2)} of ${usdText(budget.dailyUsd)} on ${day.date}`],
    ["", `${committedThisMonth(state).toFixed(2)} of ${usdText(budget.monthlyUsd)} in ${month.date}`],
    ["failures", `${failures.inRow} in a row`],
    ...qualityRows(policy.adaptive, state, now),
    ["cost", `${costRatio.toFixed(2)} of the estimate, by history`],
    ["approval", approval === undefined ? none : `${approval.request.id} ${approvalText(approval)}`],
    ...candidateRows(settings, seen),
    ...(parked.length === 0 ? [["deferred", "none"]] : parked.map((one) => ["deferred", `${one.request.id} ${parkedText(one)}`])),
    ...setAside.map((one) => ["set aside", setAsideText(one)]),
    ...answers.map((one, index) => [index === 0 ? "answers" : "", answerText(one)]),
    ...(outbox.length === 0 ? [] : [["to do", outbox.map(({ type }) => type).join(", ")]]),
  ];
}

/** How well the model serves, where a policy judges that. */
function qualityRows(policy: AdaptivePolicy | undefined, state: CoordinatorState, now: number): string[][] {
  if (policy === undefined) return [];
  const { quality } = state;
  const { numbers, cure } = judgeQuality(policy, state, now);
  const share = shareOfPrice(policy, state, now);
  const since =
    quality?.servingSince === undefined ? "not known which model serves" : `serves since ${timeText(quality.servingSince)}`;
  const labels = quality?.labelledUntil === undefined ? "no label ever came" : `labelled until ${timeText(quality.labelledUntil)}`;
  const stopped = quality?.labelledUntil !== undefined && "blind" in numbers ? "; labels stopped" : "";
  const worth =
    share === undefined || quality === undefined
      ? "what a training is worth is not known"
      : `its excess error has cost ${Math.max(0, Math.round(share * 100))} % of a training (price ${numberText("price", priceOf(policy, quality, now))} ${errorUnit(policy.stepMs)})`;
  return [
    ["quality", `${since}, ${labels}${stopped}`],
    ["", cure === undefined ? `${worth}; a training may start` : `${worth}; it takes ${cure.change}`],
  ];
}

/** What the state of promotion says of a model; of one of which no candidate was seen yet, nothing. */
interface SeenPromotion {
  readonly promotion: PromotionState | undefined;
}

/** Undefined where the caller may not read it. */
async function seenPromotion(control: Control, model: string): Promise<SeenPromotion | undefined> {
  return await control.ifReadable(async () => ({ promotion: await control.promotion(model) }));
}

/** The candidate that is being decided about, how to answer where people are asked, and the champion. */
function candidateRows({ promotion: settings }: ModelSettings, seen: SeenPromotion | undefined): string[][] {
  if (settings === undefined) return [];
  if (seen === undefined) return [["candidate", "not known: your identity may not read the promotion of this model"]];
  const { current, next } = seen.promotion ?? {};
  const champion = ["champion", championText(seen.promotion)];
  if (current === undefined) return [["candidate", "none waits"], champion];
  const { candidate, stage } = current;
  if (stage === "guardrails") {
    return [["candidate", `${candidate.id} waits to be judged, registered ${timeText(candidate.registeredAt)}`], champion];
  }
  if (current.rollout !== undefined) {
    const after = next === undefined ? [] : [["", `${next.id} waits for the end of that rollout`]];
    const rolls = `${candidate.id} is in its rollout: ${rolloutText(current.rollout)}`;
    return [["candidate", rolls], ["", howToRollBack(current.rollout, candidate.model)], ...after, champion];
  }
  const wait = `${candidate.id} ${waitText(current, settings.approval.approvers)}`;
  return [["candidate", wait], ["", howToAnswer(candidate.id)], champion];
}

function pauseText({ by, at, why }: NonNullable<CoordinatorState["paused"]>): string {
  return `by ${by} since ${timeText(at)}: ${why}`;
}

function answerText({ do: deed, requestId, by, at, result }: AnswerRecord): string {
  return `${deed}${requestId === undefined ? "" : ` ${requestId}`} by ${by} ${timeText(at)}: ${result}`;
}

function approvalText({ askedAt, expiresAt, approvedBy }: NonNullable<CoordinatorState["approval"]>): string {
  const by = approvedBy.length === 0 ? "" : `, approved by ${approvedBy.join(", ")}`;
  return `waits for approval since ${timeText(askedAt)}, expires ${timeText(expiresAt)}${by}`;
}

function setAsideText({ request, reason, at }: SetAside): string {
  const by = goesAlong({ reason }) ? "goes along with the next training" : "waits for retrigger trigger --with";
  return `${newData(request).objects} objects of ${request.id}, ${reason} ${timeText(at)}: ${by}`;
}

function parkedText({ parkedAt, dueAt }: Parked): string {
  return `deferred since ${timeText(parkedAt)}, asked again ${dueAt === undefined ? "after an event" : timeText(dueAt)}`;
}

/** How urgent a request is, how much data it has, and why it was raised. */
export function requestText(request: TrainingRequest): string {
  return `priority ${request.priority}, ${newData(request).objects} objects: ${causesText(request)}`;
}
