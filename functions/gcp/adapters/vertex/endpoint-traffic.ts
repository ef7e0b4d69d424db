import { RetryableError } from "../../../core/errors";
import { plainLine, withoutSecrets } from "../../../core/plain-text";
import {
  type EndpointTraffic,
  type Sighting,
  type StepResult,
  type TrafficOrder,
  withoutStep,
} from "../../../core/promotion/rollout/ports";
import { apiWords, GoogleApiError, type GoogleRest, type RestAnswer, type RestRequest } from "../google-rest";
import { type EndpointStep, isSafeFor, planEndpoint, resourcesOf, surveyOf } from "./endpoint-plan";
import { parseVersionName, readVersion } from "./model-version";
import { vertexAddress } from "./monitoring-jobs";
import { type EndpointOperation, parseEndpointName, readEndpoint, readOperations } from "./vertex-endpoint";

const MAX_WORDS = 500;
/** Of what is said of an endpoint, which names models and ids as it tells them. */
const MAX_PLAN = 1_000;
const JSON_CONTENT = { "content-type": "application/json" };
const NO_SHADOW = "Vertex AI cannot copy an endpoint's requests to a second model; leave the shadow out";

/** What a look found, with what a step needs. */
interface Look {
  readonly sighting: Sighting;
  readonly step?: EndpointStep;
  readonly etag?: string;
}

/**
 * `EndpointTraffic` of the endpoints of Vertex AI, over REST. Every look starts from the endpoint and its list of operations, so
 * nothing is remembered: deployed models have ids of the rollout's own, and a split is changed by its etag. `addressOf` is another
 * address of a region than Vertex AI's own.
 *
 * A candidate is deployed at 0 %, on such machines as the champion has, and gets requests by a change of the split alone; a model
 * is undeployed only when the split leaves it out. So a way back is one change of the split while the champion is deployed; where
 * it is not any more, it is first deployed again, under another id.
 */
export function vertexEndpointTraffic(rest: GoogleRest, addressOf: (location: string) => string = vertexAddress): EndpointTraffic {
  const apiOf = (endpoint: string) => `${addressOf(parseEndpointName(endpoint).location)}/v1`;

  async function see(order: TrafficOrder): Promise<Look> {
    const { endpoint } = order.settings;
    const api = apiOf(endpoint);
    const found = await readEndpoint(rest, api, endpoint);
    if (found === undefined) return { sighting: { is: "lost", why: `there is no endpoint ${endpoint} any more` } };
    if (order.to.is === "shadow") return { sighting: { is: "behind", step: NO_SHADOW, isSafe: false } };
    const plan = planEndpoint(order, found);
    if (plan.is === "changed" || plan.is === "lost") return { sighting: { is: plan.is, why: plainLine(plan.why, MAX_PLAN) } };
    const isSafe = isSafeFor(order, found);
    // A split is changed at once, also while a model is deployed: that may not hold up a way back. What is being undeployed may be
    // the champion.
    const isSplitBack = order.to.is === "champion" && plan.is === "behind" && plan.step.kind === "split";
    const operations = isSplitBack ? await operationsIfReadable(api, endpoint) : await readOperations(rest, api, endpoint);
    if (operations.some(({ isDone, kind }) => !isDone && (kind === "undeploy" || !isSplitBack)))
      return { sighting: { is: "busy", why: `a model of ${endpoint} is being deployed, undeployed or changed`, isSafe } };
    if (plan.is === "reached") return { sighting: plan };
    const { step } = plan;
    const failed = await failureOf(order, step, operations);
    const sighting = { is: "behind", step: step.text, isSafe, ...(failed !== undefined && { failed }) } as const;
    return { sighting, step, etag: found.etag };
  }

  /** None where the list is refused, or does not come: a way back does not wait for it. */
  async function operationsIfReadable(api: string, endpoint: string): Promise<EndpointOperation[]> {
    return await readOperations(rest, api, endpoint).catch((error: unknown) => {
      if (error instanceof RetryableError || error instanceof GoogleApiError) return [];
      throw error;
    });
  }

  /**
   * Why the last operation of the step's kind failed. Vertex AI does not tell of which model it was: one from before the candidate
   * was registered is no step of this rollout.
   */
  async function failureOf({ candidate }: TrafficOrder, step: EndpointStep, operations: readonly EndpointOperation[]) {
    const last = operations.find(({ kind }) => kind === step.kind);
    if (last?.error === undefined) return undefined;
    const version = await readVersion(rest, `${addressOf(parseVersionName(candidate).location)}/v1`, candidate);
    if (version !== undefined && last.createdAt < version.versionCreateTime) return undefined;
    return `the last attempt to ${step.kind} failed (${wordsOf(codeName(last.error.code), last.error.message)})`;
  }

  async function take({ settings, rolloutId }: TrafficOrder, step: EndpointStep, etag: string | undefined): Promise<StepResult> {
    const { endpoint } = settings;
    const url = `${apiOf(endpoint)}/${endpoint}`;
    const request = requestOf(step, url, etag, rolloutId);
    if (request === undefined)
      return { is: "refused", why: `${step.text}: the deployed model has no machines of its own that could be copied` };
    const answer = await rest({ ...request, what: `${step.text} on ${endpoint}`, headers: JSON_CONTENT, answers: REFUSALS });
    return resultOf(step, answer);
  }

  return {
    async survey({ endpoint }) {
      const api = apiOf(endpoint);
      const found = await readEndpoint(rest, api, endpoint);
      if (found === undefined) return { is: "missing", why: `there is no endpoint ${endpoint}; create it, or correct its name` };
      const survey = surveyOf(endpoint, found, await readOperations(rest, api, endpoint));
      return survey.is === "serving" ? survey : { is: survey.is, why: plainLine(survey.why, MAX_PLAN) };
    },

    look: async (order) => (await see(order)).sighting,

    async step(order) {
      const { sighting, step, etag } = await see(order);
      return step === undefined ? withoutStep(sighting) : await take(order, step, etag);
    },
  };
}

/** Refusals that say how things stand; others are for people, or for another try. */
const REFUSALS = [400, 404, 409, 412, 429];

/** The call of a step; undefined where the machines cannot be copied. */
function requestOf(
  step: EndpointStep,
  url: string,
  etag: string | undefined,
  rolloutId: string,
): Pick<RestRequest, "method" | "url" | "body" | "isRepeatable"> | undefined {
  switch (step.kind) {
    case "split":
      // A repetition has an etag that is not right any more.
      return {
        method: "PATCH",
        url: `${url}?${new URLSearchParams({ updateMask: "trafficSplit" })}`,
        body: JSON.stringify({ etag, trafficSplit: step.split }),
      };
    case "undeploy":
      return {
        method: "POST",
        url: `${url}:undeployModel`,
        body: JSON.stringify({ deployedModelId: step.id }),
        isRepeatable: false,
      };
    case "deploy": {
      const resources = resourcesOf(step.like);
      if (resources === undefined) return undefined;
      const { serviceAccount, enableAccessLogging, disableContainerLogging, disableExplanations } = step.like;
      const deployedModel = {
        id: step.id,
        model: step.model,
        displayName: `Retrigger ${rolloutId}`,
        ...resources,
        ...(serviceAccount !== undefined && { serviceAccount }),
        ...(enableAccessLogging !== undefined && { enableAccessLogging }),
        ...(disableContainerLogging !== undefined && { disableContainerLogging }),
        ...(disableExplanations !== undefined && { disableExplanations }),
      };
      // Without a split the endpoint's own stays as it is:
      // https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/deployModel
      return { method: "POST", url: `${url}:deployModel`, body: JSON.stringify({ deployedModel }), isRepeatable: false };
    }
  }
}

/** Statuses of what stands in the way for now. Which of them an etag or a second change meets is not documented. */
const PASSING = ["FAILED_PRECONDITION", "ABORTED", "ALREADY_EXISTS"];

function resultOf(step: EndpointStep, { status: code, body }: RestAnswer): StepResult {
  if (code < 300) return { is: "taken", did: `asked Vertex AI to ${step.text}` };
  const { reason: status = "", message = "" } = apiWords(body.toString("utf8")) ?? {};
  const why = `${step.text}: Vertex AI refused (${wordsOf(`${code} ${status}`.trim(), message)})`;
  if (code === 429) return { is: "over-quota", why };
  const isPassing = code === 409 || code === 412 || PASSING.includes(status) || (code === 400 && /etag/i.test(message));
  return { is: isPassing ? "busy" : "refused", why };
}

function wordsOf(name: string, message: string): string {
  // What is cut off need not be looked at.
  return plainLine(withoutSecrets(`${name}: ${message}`.slice(0, 4 * MAX_WORDS)), MAX_WORDS);
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
function codeName(code: number): string {
  return code === 8 ? "over quota, RESOURCE_EXHAUSTED" : `status ${code}`;
}
