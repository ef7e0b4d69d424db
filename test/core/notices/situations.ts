// Real situations that people are told of, by the code that decides: their messages are the golden files and docs/messages.md.
import { initialState, type PendingEffect } from "../../../functions/core/coordination/coordinator-state";
import { decide, reask } from "../../../functions/core/coordination/decide";
import { respondToDrift } from "../../../functions/core/drift/drift-state";
import { alarmMessage } from "../../../functions/core/notices/alarm-message";
import type { Message, MessagePlace } from "../../../functions/core/notices/message";
import { decisionNotice, driftNotice, type Notice, promotionNotice } from "../../../functions/core/notices/notice";
import { messageOf } from "../../../functions/core/notices/notice-message";
import { concluded } from "../../../functions/core/promotion/conclude-candidate";
import { judgeCandidate } from "../../../functions/core/promotion/judge-candidate";
import { observeVersion } from "../../../functions/core/promotion/observe-version";
import type { PromotionState } from "../../../functions/core/promotion/promotion-state";
import { checkOf, freshState, judgementOf, promotedOf, versionOf } from "../../simulation/candidates";
import { settingsOf } from "../../simulation/data-path";
import { DAY_MS, HOUR_MS, NOON, policyOf, requestOf } from "../../simulation/requests";
import { policyOf as driftPolicyOf, evaluateAll, featureOf, reportOf, scored } from "../drift/reports";

export const AWS: MessagePlace = {
  environment: "prod",
  stack: "aws",
  region: "eu-central-1",
  runbooks: "https://git.acme.example/retrigger/docs/runbooks",
  console: "https://retrigger.acme.example",
};

export const GCP: MessagePlace = { environment: "prod", stack: "gcp", project: "acme-ml", runbooks: "docs/runbooks" };

/** The messages of the golden files, by their names. */
export function situations(): Readonly<Record<string, Message>> {
  return {
    "approval-by-cost": messageOf(costlyApproval(), AWS),
    "approval-by-drift": messageOf(driftApproval(), GCP),
    rejected: messageOf(expiredRequest(), AWS),
    drift: messageOf(criticalDrift(), AWS),
    "candidate-waits": messageOf(waitingCandidate(), AWS),
    "rolled-back": messageOf(rolledBack(), GCP),
    alarm: budgetAlarm(),
  };
}

/** Every training of this model needs an approval; this one is more than the day's budget has left. */
export function costlyApproval(): Notice {
  const policy = policyOf({
    budget: { dailyUsd: 200, monthlyUsd: 4_000 },
    cost: { baseUsd: 150, perGbUsd: 0, perObjectUsd: 0 },
    approval: { ...policyOf().approval, needed: "always", approvers: 2 },
  });
  const before = initialState(NOON);
  const spent = { ...before, day: { ...before.day, spentUsd: 80 }, month: { ...before.month, spentUsd: 1_250 } };
  const manifests = [{ uri: "s3://lake/retrigger/flight-delay/11.manifest", objects: 1_250, bytes: 310_000_000 }];
  return lastNotice(decide(policy, spent, requestOf("11", { priority: 1, manifests }), NOON).state.outbox);
}

function driftApproval(): Notice {
  const drift = { type: "drift", severity: "high", score: 0.412, feature: "departure_delay" } as const;
  const id = "drift/flight-delay/2026-11-21T12-00-00-2cce80bbc0484001";
  const request = requestOf("1", { id, causes: [drift], priority: 2, manifests: [], needsApproval: true });
  const policy = policyOf({ budget: { dailyUsd: 500, monthlyUsd: 5_000 } });
  return lastNotice(decide(policy, initialState(NOON), request, NOON).state.outbox);
}

function expiredRequest(): Notice {
  const policy = policyOf({ approval: { ...policyOf().approval, needed: "always" } });
  const asked = decide(policy, initialState(NOON), requestOf("12"), NOON).state;
  return lastNotice(reask(policy, { ...asked, outbox: [] }, NOON + DAY_MS).state.outbox);
}

function criticalDrift(): Notice {
  const policy = driftPolicyOf();
  const drift = { ...policy, responses: { ...policy.responses, critical: { notify: true, block: false } } };
  const { evaluations } = evaluateAll(
    drift,
    [0, 1].map((day) => reportOf(day, [featureOf("amount", scored(0.71)), featureOf("country", scored(0.2))])),
  );
  const begun = { asks: true, isAnnounced: true } as const;
  const actions = evaluations.flatMap((evaluation) => respondToDrift({ ...settingsOf(), drift }, evaluation, begun));
  const [told] = actions.flatMap((action) => (action.type === "notify" ? [action] : []));
  if (told === undefined) throw new Error("nobody is told of the drift");
  return driftNotice("fraud", told.subject, told.text, "drift/fraud/2026-11-03T00-00-00-2cce80bbc0484001");
}

/** A candidate of which a guardrail could not be told. */
export function waitingCandidate(): Notice {
  const model = promotedOf({ approval: { needed: "on-drift", approvers: 1, isSeparate: false } });
  const checks = [checkOf("passed"), checkOf("not-known", { name: "slices", sentence: "no slice has 200 rows to be told by" })];
  const seen = observeVersion(freshState(), model, versionOf(7), NOON);
  return lastNews(judgeCandidate(seen, model, judgementOf(7, { checks }), NOON + HOUR_MS));
}

function rolledBack(): Notice {
  const seen = observeVersion(freshState(), promotedOf(), versionOf(8), NOON);
  if (seen.current === undefined) throw new Error("nothing is decided about the candidate");
  const why = "at 25% of the traffic its error rate was 4.1%, the champion's 1.2%";
  return lastNews(concluded(seen, seen.current, { outcome: "rolled-back", why }, NOON + 2 * HOUR_MS));
}

function budgetAlarm(): Message {
  const alarm = {
    id: "retrigger-prod-budget-day-high-flight-delay 2026-11-21T12:00:00Z ALARM",
    name: "retrigger-prod-budget-day-high-flight-delay",
    isOver: false,
    at: NOON,
    summary: "flight-delay: most of the day's budget is spent or reserved",
    reason: "Threshold Crossed: 1 datapoint [0.92] was greater than the threshold (0.8)",
    model: "flight-delay",
    runbook: "budget-day-high",
    url: "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:",
  };
  return alarmMessage(alarm, AWS);
}

function lastNotice(outbox: readonly PendingEffect[]): Notice {
  const told = outbox.findLast((effect) => effect.type === "notify");
  if (told === undefined) throw new Error("nobody is told of the decision");
  return decisionNotice(told.subject, told.decision, told.omitted);
}

function lastNews({ outbox }: PromotionState): Notice {
  const told = outbox.findLast((effect) => effect.type === "notify");
  if (told === undefined) throw new Error("nobody is told of the candidate");
  const { type: _type, number: _number, ...news } = told;
  return promotionNotice("flight-delay", news);
}
