import * as z from "zod/mini";
import { type Decision, decisionSchema, TAKEN_ALONG } from "../../coordination/decision";
import { modelNameSchema } from "../../model-settings";
import { timeSchema } from "../../numbers";
import type { CauseType, TrainingRequest } from "../../training-request";
import type { HistoryLine } from "../history-line";
import type { Importer } from "./importer";
import { importedLines, startFindings } from "./reading/findings";
import { jsonDocuments, jsonHead } from "./reading/json-documents";

/** How a run ended, as a decision tells it among what its model's state took in since the decision before. */
const endSchema = z.object({
  type: z.literal("end"),
  requestId: z.string(),
  endedAt: timeSchema,
  status: z.enum(["succeeded", "failed", "stopped"]),
  actualUsd: z.exactOptional(z.number().check(z.nonnegative())),
});
type RunEnd = z.infer<typeof endSchema>;

const inputsSchema = z.object({ inputs: z.array(z.unknown()) });

/**
 * What a deployment was asked, as it was asked, and what started. An export is in any order; of the decisions on a request the
 * first holds it as it was asked, and later ones what merged into it.
 */
export const retriggerDecisions: Importer = {
  name: "retrigger-decisions",
  title: "Retrigger: retrigger decisions --export",
  namesModel: true,
  detects: (text) => /^\{/.test(jsonHead(text)) && /"requestId"\s*:/.test(jsonHead(text)) && /"outcome"\s*:/.test(jsonHead(text)),
  read(text) {
    const findings = startFindings("decisions");
    const decisions: Decision[] = [];
    const ends = new Map<string, RunEnd>();
    let unknown = 0;
    for (const { value, place } of jsonDocuments(text, findings)) {
      const parsed = decisionSchema.safeParse(value);
      for (const input of inputsSchema.safeParse(value).data?.inputs ?? []) {
        const end = endSchema.safeParse(input).data;
        if (end !== undefined) ends.set(end.requestId, end);
      }
      if (!parsed.success && !isDecisionLike(value)) unknown++;
      else if (!parsed.success) findings.tell(`${place}: ${z.prettifyError(parsed.error)}; export it again with this version`);
      else if (!modelNameSchema.safeParse(parsed.data.model).success)
        findings.tell(`${place}: got a decision on no model; left out`);
      else if (parsed.data.requestId === "") findings.tell(`${place}: got a decision on no request; left out`);
      else decisions.push(parsed.data);
    }
    if (unknown > 0) findings.tell(`${unknown} lines are no decisions; left out`);
    const lines = linesOf(decisions, ends);
    const missing = ["landings one by one: batches are in the requests, as they were published"];
    const starts = decisions.filter(({ outcome }) => outcome === "start");
    const open = starts.filter(({ requestId }) => !ends.has(requestId)).length;
    if (open > 0) missing.push(`how ${open} of ${starts.length} runs ended, and what they cost: the export does not tell`);
    const late = lateRequests(decisions);
    if (late > 0)
      missing.push(
        `${late} requests were asked before the export begins: they may hold what merged into them; export without --since`,
      );
    return importedLines(findings, lines, missing);
  },
};

const decisionLikeSchema = z.object({ outcome: z.unknown(), checks: z.unknown() });

function isDecisionLike(value: unknown): boolean {
  return decisionLikeSchema.safeParse(value).success;
}

function linesOf(decisions: readonly Decision[], ends: ReadonlyMap<string, RunEnd>): HistoryLine[] {
  const taken = decisions.filter(({ reason }) => reason === TAKEN_ALONG);
  const requests = [...firstDecisions(decisions).values()].map((decision): HistoryLine => {
    const { model, decidedAt: at } = decision;
    const along = taken.filter(({ into, decidedAt }) => into === decision.requestId && decidedAt === at);
    return { type: "request", model, at, request: withoutTaken(decision, along) };
  });
  const starts = new Map(decisions.filter(({ outcome }) => outcome === "start").map((start) => [start.requestId, start]));
  const runs = [...starts.values()].map(({ requestId, model, decidedAt: at }): HistoryLine => {
    const { status = "running", endedAt, actualUsd } = ends.get(requestId) ?? {};
    const end = endedAt !== undefined && endedAt >= at ? { endedAt } : {};
    const cost = actualUsd === undefined ? {} : { costUsd: actualUsd };
    return { type: "run", model, at, run: requestId, status, ...end, ...cost };
  });
  return [...requests, ...runs];
}

/** By request. A duplicate was asked again, and what is taken along had ended before: neither is the first one. */
function firstDecisions(decisions: readonly Decision[]): ReadonlyMap<string, Decision> {
  const first = new Map<string, Decision>();
  for (const decision of decisions) {
    if (decision.outcome === "duplicate" || decision.reason === TAKEN_ALONG) continue;
    const known = first.get(decision.requestId);
    // A request that starts at once is asked before it starts; where both have one time, the start is the later one.
    const isEarlier =
      known === undefined ||
      decision.decidedAt < known.decidedAt ||
      (decision.decidedAt === known.decidedAt && known.outcome === "start");
    if (isEarlier) first.set(decision.requestId, decision);
  }
  return first;
}

/** A request that started at once holds what was set aside and went along: without it, it is as it was asked. */
function withoutTaken({ outcome, request }: Decision, along: readonly Decision[]): TrainingRequest {
  if (outcome !== "start" || along.length === 0) return request;
  const others = new Set(along.flatMap(({ request: { causes } }) => causes.map((cause) => JSON.stringify(cause))));
  const uris = new Set(along.flatMap(({ request: { manifests } }) => manifests.map(({ uri }) => uri)));
  const causes = request.causes.filter((cause) => !others.has(JSON.stringify(cause)));
  const { askedBy, ...rest } = request;
  if (causes.length === 0) return request;
  const types = new Set<CauseType>(causes.map(({ type }) => type));
  const priorities = [...types].flatMap((type) => askedBy?.[type] ?? []);
  return {
    ...rest,
    causes,
    manifests: request.manifests.filter(({ uri }) => !uris.has(uri)),
    ...(priorities.length > 0 && { priority: Math.min(...priorities) }),
  };
}

/** Requests whose first decision the export does not have, as they were asked long before it begins. */
function lateRequests(decisions: readonly Decision[]): number {
  const begin = decisions.reduce((least, { decidedAt }) => Math.min(least, decidedAt), Number.POSITIVE_INFINITY);
  const isLate = ({ request, outcome }: Decision) => request.requestedAt < begin && outcome !== "reject";
  return [...firstDecisions(decisions).values()].filter((decision) => isLate(decision) && decision.request.askedBy !== undefined)
    .length;
}
