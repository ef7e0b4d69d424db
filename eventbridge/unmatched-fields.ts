// What of a pattern no event of SageMaker would match, by the catalogue: a kind that it does not send, a field that such an event
// lacks, a status in another spelling. The catalogue is of a day, so that this is a likely mistake and not a certain one.
import { isMapping } from "../functions/core/json-path";
import { nearestWord } from "../functions/core/nearest-word";
import { quotedText } from "../functions/core/plain-text";
import { SAGEMAKER_EVENTS, SAGEMAKER_SOURCE } from "../functions/core/sagemaker-events/catalogue";
import type { EventEntry } from "../functions/core/sagemaker-events/event-entry";
import type { EventPattern, PatternValue } from "./event-rule";
import { matchesPattern } from "./matches-pattern";
import { type PatternField, patternCases } from "./pattern-fields";
import type { PatternMistake } from "./pattern-mistakes";

/**
 * Fields beside those of the catalogue that the reference's samples and the Describe answers, which they copy, have.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
 */
const OTHER_FIELDS: ReadonlySet<string> = new Set(
  [
    "AccountId AlgorithmSpecification AppSpecification ApprovalDescription BatchStrategy CertifyForMarketplace CheckpointConfig",
    "Containers CreatedBy DataCaptureConfig DataProcessing Description EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining EnableNetworkIsolation Environment EventTimeFeatureName ExecutionRoleArn ExperimentConfig",
    "FeatureDefinitions FinalMetricDataList HyperParameters InferenceSpecification InputDataConfig KmsKeyId LastModifiedBy",
    "MaxConcurrentTransforms MaxPayloadInMB ModelArtifacts ModelMetrics ModelPackageStatusDetails NetworkConfig NodeRecovery",
    "ObjectiveStatusCounters OfflineStoreConfig OnlineStoreConfig Orchestrator OutputConfig OutputDataConfig ProcessingInputs",
    "ProcessingOutputConfig ProcessingResources ProductionVariants RecordIdentifierFeatureName ResourceConfig RoleArn",
    "SecondaryStatusTransitions SecurityConfig StoppingCondition Tags TrainingJobDefinition TransformInput TransformOutput",
    "TransformResources Version VpcConfig",
  ].flatMap((line) => line.split(" ")),
);

/** What no event of SageMaker matches in a pattern that is for such events alone; nothing of any other. */
export function unmatchedFields(pattern: EventPattern): PatternMistake[] {
  const mistakes = patternCases(pattern).flatMap(caseMistakes);
  // The cases of `$or` have fields in common.
  return [...new Map(mistakes.map((mistake) => [JSON.stringify(mistake), mistake])).values()];
}

function caseMistakes(fields: readonly PatternField[]): PatternMistake[] {
  const sources = fieldAt(fields, "source")?.alternatives ?? [];
  if (sources.length === 0 || sources.some((source) => source !== SAGEMAKER_SOURCE)) return [];
  const types = fieldAt(fields, "detail-type");
  const entries: readonly EventEntry[] = SAGEMAKER_EVENTS.filter(
    ({ detailType }) =>
      types === undefined ||
      matchesPattern({ "detail-type": types.alternatives.filter(isPatternValue) }, { "detail-type": detailType }),
  );
  const unknownTypes = textsOf(types).filter((type) => SAGEMAKER_EVENTS.every(({ detailType }) => detailType !== type));
  const ofTypes = unknownTypes.map((type) => ({ path: ["detail-type"], message: unknownType(type) }));
  if (entries.length === 0) return ofTypes;
  const details = fields.filter(({ path: [outermost, ...inner] }) => outermost === "detail" && inner.length > 0);
  return [...ofTypes, ...details.flatMap((field) => detailMistakes(field, entries))];
}

function unknownType(type: string): string {
  const nearest = nearestWord(
    type,
    SAGEMAKER_EVENTS.map(({ detailType }) => detailType),
  );
  const hint = nearest === undefined ? "" : `did you mean ${quotedText(nearest)}? `;
  return `got ${quotedText(type)}, which no known event of SageMaker has; ${hint}docs/sagemaker-events.md lists them all`;
}

function detailMistakes({ path, alternatives }: PatternField, entries: readonly EventEntry[]): PatternMistake[] {
  const [, outermost = "", ...inner] = path;
  // What must not be there is not there.
  if (alternatives.some((alternative) => JSON.stringify(alternative) === '{"exists":false}')) return [];
  const known = [...new Set(entries.flatMap((entry) => Object.keys(entry.detail.shape)))];
  if (!known.includes(outermost)) {
    const nearest = nearestWord(outermost, known);
    const isOfOthers = SAGEMAKER_EVENTS.some(({ detail }) => Object.hasOwn(detail.shape, outermost));
    if (OTHER_FIELDS.has(outermost) || (nearest === undefined && !isOfOthers)) return [];
    const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
    const message = `got a field that no known ${namesOf(entries)} event of SageMaker has; ${hint}they have ${known.join(", ")}; or write on: {event: ${entries[0]?.name}, name: …}`;
    return [{ path: ["detail", outermost], message }];
  }
  const field = [outermost, ...inner].join(".");
  const values = entries.map((entry) => knownValues(entry, field));
  if (values.some((list) => list === undefined)) return [];
  const allowed = [...new Set(values.flatMap((list) => list ?? []))];
  return alternatives.flatMap((value, index) => {
    if (typeof value !== "string" || allowed.includes(value)) return [];
    const nearest = nearestWord(value, allowed);
    const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
    const message = `got ${quotedText(value)}, which no known SageMaker event has (case matters); ${hint}known values are ${allowed.join(", ")}`;
    return [{ path: [...path, index], message }];
  });
}

/** The values that a field of an entry is known to take; undefined for a field that takes any. */
function knownValues({ status, previousStatus, filters }: EventEntry, field: string): readonly string[] | undefined {
  if (field === status?.path || field === previousStatus) return status?.values;
  const values = filters[field];
  return values === "any" ? undefined : values;
}

/** At most two of their names. */
function namesOf(entries: readonly EventEntry[]): string {
  const names = entries.map(({ name }) => name);
  return names.length > 2 ? "" : names.join(" or ");
}

function fieldAt(fields: readonly PatternField[], name: string): PatternField | undefined {
  return fields.find(({ path }) => path.length === 1 && path[0] === name);
}

function isPatternValue(value: unknown): value is PatternValue {
  return value === null || ["string", "number", "boolean"].includes(typeof value) || isMapping(value);
}

function textsOf(field: PatternField | undefined): string[] {
  return (field?.alternatives ?? []).filter((value) => typeof value === "string");
}
