import type { DecisionLog } from "../coordination/ports";
import type { Log } from "../log/log";
import { objectUri } from "../object-uri";
import type { Candidate } from "./candidate";
import { readEvaluated } from "./evaluation/read-evaluated";
import { checkGuardrails } from "./guardrails/check-guardrails";
import type { EvaluatedModel, GuardrailCheck } from "./guardrails/guardrail";
import type { Judgement } from "./judge-candidate";
import type { EvaluationFiles } from "./ports";
import type { PromotedModel } from "./promotion-effects";
import type { PromotionSettings } from "./promotion-settings";
import type { PromotionState } from "./promotion-state";
import { runCause } from "./run-cause";

export interface EvidencePorts {
  readonly evaluations: EvaluationFiles;
  /** 64 hexadecimal digits. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly decisions: Pick<DecisionLog, "between" | "readRun">;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Reads what there is about the candidate, the champion and the baseline, and asks the guardrails. What is missing, or says what it
 * must not, is part of the evidence. Rejects when storage or the decision log cannot answer.
 */
export async function judgementOf(
  ports: EvidencePorts,
  { model, promotion }: PromotedModel,
  { champions, promotions, goldenSet }: PromotionState,
  candidate: Candidate,
): Promise<Judgement> {
  const { guardrails, evaluations } = promotion;
  const read = async (name: string, uri: string | undefined, sha256?: string, allowed = evaluations): Promise<EvaluatedModel> => {
    const source = { files: ports.evaluations, sha256: ports.sha256, allowed };
    return await readEvaluated(source, { name, uri, ...(sha256 !== undefined && { expectedSha256: sha256 }) });
  };
  const champion = champions.at(-1);
  const evaluated = await read(candidate.id, candidate.evaluationUri);
  const checks = checkGuardrails(guardrails, {
    model,
    candidate: evaluated,
    ...(champion !== undefined && {
      champion: await read(champion.candidateId, champion.evaluationUri, champion.evaluationSha256),
    }),
    ...(guardrails.baseline !== undefined && {
      baseline: await read("the baseline", guardrails.baseline.uri, guardrails.baseline.sha256, folderOf(guardrails.baseline.uri)),
    }),
    // What was promoted by another metric tells nothing of this one.
    promotions: promotions.filter(({ metric }) => metric === guardrails.metrics[0]?.name),
    goldenSetUses: goldenSet.uses,
  });
  const [main] = guardrails.metrics;
  return {
    candidateId: candidate.id,
    checks,
    cause: await runCause(ports.decisions, candidate),
    comparedWith: champion?.candidateId,
    value: main && valueOnGoldenSet(checks, main.name),
    evaluationSha256: evaluated.evaluation?.sha256,
  };
}

/** As the guardrail `golden-set` read it, from the rows or from the evaluation. */
function valueOnGoldenSet(checks: readonly GuardrailCheck[], metric: string): number | undefined {
  return checks.find(({ name, subject }) => name === "golden-set" && subject === metric)?.numbers.value;
}

/** Where the files of an evaluation may lie that is named by the configuration itself. */
function folderOf(uri: string): PromotionSettings["evaluations"] {
  const { bucket, key } = objectUri(uri);
  return { bucket, prefix: key.slice(0, key.lastIndexOf("/") + 1) };
}
