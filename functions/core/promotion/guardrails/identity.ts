import { quotedText } from "../../plain-text";
import type { EvaluationIdentity } from "../evaluation/evaluation";
import type { GuardrailPolicy } from "../promotion-settings";
import type { GuardrailCheck, GuardrailEvidence } from "./guardrail";
import { percent, thousands } from "./told";

/** Whether the candidate is what it is taken for: this model, for these inputs, trained on enough data to be no trial. */
export function checkIdentity(policy: GuardrailPolicy, evidence: GuardrailEvidence): GuardrailCheck[] {
  const { evaluation, problem } = evidence.candidate;
  const identity = evaluation?.identity;
  if (identity === undefined) {
    const why = problem ?? "the evaluation has no key `retrigger`";
    const sentence = `It is not known what ${evidence.candidate.name} is: ${why}. Let the training write into evaluation.json of which model it is, on which golden set, and trained on how many rows.`;
    return [{ name: "identity", verdict: "not-known", numbers: {}, sentence }];
  }
  return [
    checkModel(evidence.model, identity),
    ...checkOwn(evidence),
    ...checkSchema(policy, identity),
    checkTraining(policy, identity, evidence),
  ];
}

function checkModel(model: string, identity: EvaluationIdentity): GuardrailCheck {
  const isSame = identity.model === model;
  const sentence = isSame
    ? `The evaluation is of model ${model}.`
    : `The evaluation is of model ${quotedText(identity.model)}, not of ${model}: register it where it belongs, or correct \`retrigger.model\` in it.`;
  return { name: "identity", subject: "model", verdict: isSame ? "passed" : "failed", numbers: {}, sentence };
}

/** A model that is registered with the evaluation of another one is equal to it in everything, whatever it is. */
function checkOwn({ candidate, champion, baseline }: GuardrailEvidence): GuardrailCheck[] {
  for (const [role, other] of [["champion", champion] as const, ["baseline", baseline] as const]) {
    if (other?.evaluation === undefined || other.evaluation.sha256 !== candidate.evaluation?.sha256) continue;
    const sentence = `It is not known what ${candidate.name} is: its evaluation is the ${role}'s own, byte by byte: it may be a retraining that changed nothing, or a model that was registered with the file of another one; look at what was registered, and evaluate it itself.`;
    return [{ name: "identity", subject: "evaluation", verdict: "not-known", numbers: {}, sentence }];
  }
  return [];
}

function checkSchema({ schemaVersion }: GuardrailPolicy, identity: EvaluationIdentity): GuardrailCheck[] {
  if (schemaVersion === undefined) return [];
  const check = { name: "identity", subject: "schema version", numbers: {} } as const;
  const got = identity.schemaVersion;
  if (got === undefined) {
    const sentence = `The evaluation does not say for which version of the inputs the model is made; ${quotedText(schemaVersion)} is served. Let the training write \`retrigger.schemaVersion\`.`;
    return [{ ...check, verdict: "not-known", sentence }];
  }
  if (got === schemaVersion) {
    return [{ ...check, verdict: "passed", sentence: `The model is made for version ${quotedText(got)} of the inputs.` }];
  }
  const sentence = `The model is made for version ${quotedText(got)} of the inputs, and ${quotedText(schemaVersion)} is served: train it on the served version, or change the policy together with what is served.`;
  return [{ ...check, verdict: "failed", sentence }];
}

/**
 * A smoke test leaves a model that looks like any other in the registry. Its rows are held against the data set that it was given
 * and, where nobody counted that, against what the champion was trained on.
 */
function checkTraining(policy: GuardrailPolicy, { training }: EvaluationIdentity, evidence: GuardrailEvidence): GuardrailCheck {
  const { minRows, minShareOfDataSet } = policy.training;
  const { rows, dataSetRows } = training;
  const championRows = evidence.champion?.evaluation?.identity?.training.rows;
  const whole = dataSetRows ?? championRows;
  const of = dataSetRows === undefined ? "that the champion was trained on" : "of its data set";
  const needed = Math.max(minRows, Math.ceil(minShareOfDataSet * (whole ?? 0)));
  const check = {
    name: "identity",
    subject: "training rows",
    numbers: {
      rows,
      ...(dataSetRows !== undefined && { dataSetRows }),
      ...(championRows !== undefined && { championRows }),
    },
    threshold: needed,
  } as const;
  if (rows < needed) {
    const why =
      rows < minRows
        ? `at least ${thousands(minRows)} are asked for`
        : `${thousands(whole ?? 0)} rows are those ${of}, and ${percent(minShareOfDataSet)} of them are asked for`;
    const sentence = `The model was trained on ${thousands(rows)} rows, which is a trial and no candidate: ${why}. Train it on the whole data set.`;
    return { ...check, verdict: "failed", sentence };
  }
  if (whole === undefined && minShareOfDataSet > 0) {
    const sentence = `The model was trained on ${thousands(rows)} rows; of how many is not known, and no champion tells what is usual. Let the training write \`retrigger.training.dataSetRows\`.`;
    return { ...check, verdict: "not-known", sentence };
  }
  const beside = whole === undefined ? "" : `, beside the ${thousands(whole)} ${of}`;
  return { ...check, verdict: "passed", sentence: `The model was trained on ${thousands(rows)} rows${beside}.` };
}
