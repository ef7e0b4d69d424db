// What answers to a request in the place of AWS, such as a proxy's page, is no answer: nothing follows from what it lacks.
import { text } from "node:stream/consumers";
import type { STSClient } from "@aws-sdk/client-sts";
import { isMapping } from "../../functions/core/json-path";

/** What is said of it. */
export const NOT_OF_AWS = "an answer that is not of AWS: a proxy or sign-in page?";

/** An answer of something else than AWS, or of AWS without what it always sends. */
export class BrokenAnswerError extends Error {
  override readonly name = "BrokenAnswerError";

  /** @param $metadata its HTTP status, by which the SDK repeats what is worth it */
  constructor(
    message: string,
    readonly $metadata: { readonly httpStatusCode: number },
  ) {
    super(message);
  }
}

/** Fields that an answer in JSON always has, or elements of one in XML, the outermost first: as the API references have them. */
type Form = { readonly json: string } | { readonly xml: readonly [root: string, ...within: string[]] };

/** By command. Of a command that is not here, an empty answer says what it says: ListQueues leaves out an empty list. */
const FORMS: Readonly<Record<string, Form>> = {
  BatchGetItemCommand: { json: "Responses" },
  DescribeEndpointCommand: { json: "EndpointStatus" },
  DescribeModelPackageGroupCommand: { json: "ModelPackageGroupStatus" },
  DescribeMonitoringScheduleCommand: { json: "MonitoringScheduleStatus" },
  DescribePipelineCommand: { json: "PipelineDefinition" },
  DescribeTableCommand: { json: "Table" },
  GetMetricDataCommand: { json: "MetricDataResults" },
  GetQueueAttributesCommand: { json: "Attributes" },
  ListEndpointsCommand: { json: "Endpoints" },
  ListPipelinesCommand: { json: "PipelineSummaries" },
  ListRulesCommand: { json: "Rules" },
  QueryCommand: { json: "Items" },
  GetBucketEncryptionCommand: { xml: ["ServerSideEncryptionConfiguration"] },
  GetBucketNotificationConfigurationCommand: { xml: ["NotificationConfiguration"] },
  GetCallerIdentityCommand: { xml: ["GetCallerIdentityResponse", "Account"] },
  GetPolicyCommand: { xml: ["GetPolicyResponse", "DefaultVersionId"] },
  GetPolicyVersionCommand: { xml: ["GetPolicyVersionResponse", "Document"] },
  GetRoleCommand: { xml: ["GetRoleResponse", "Role"] },
  ListBucketsCommand: { xml: ["ListAllMyBucketsResult", "Buckets"] },
  SimulateCustomPolicyCommand: { xml: ["SimulateCustomPolicyResponse", "EvaluationResults"] },
  ListSubscriptionsByTopicCommand: { xml: ["ListSubscriptionsByTopicResponse", "Subscriptions"] },
};

/** A client of AWS, whichever it is of: their stacks differ in the types of their commands alone. */
interface AnsweredClient {
  readonly middlewareStack: unknown;
}

/**
 * The client, which now rejects, with BrokenAnswerError, for an answer that AWS does not give: a page of HTML, and one without what
 * its operation always answers. Nothing that is read of it may be taken for "there is none".
 */
export function answeredByAws<C extends AnsweredClient>(client: C): C {
  const { middlewareStack } = client as unknown as STSClient;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const result = await next(args);
        const { response } = result;
        if (!isResponse(response)) return result;
        const body = response.body instanceof Uint8Array ? Buffer.from(response.body).toString("utf8") : await text(response.body);
        const mistake = mistakeOf(commandName, response.statusCode, body);
        if (mistake !== undefined) throw new BrokenAnswerError(mistake, { httpStatusCode: response.statusCode });
        response.body = Buffer.from(body, "utf8");
        return result;
      },
    // The innermost, so that it reads what came before the SDK does.
    { step: "deserialize", priority: "low", name: "answeredByAws", override: true },
  );
  return client;
}

/** Whether an error is of an answer that is none, as `answeredByAws` or the SDK says it. */
export function isBrokenAnswer(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error instanceof BrokenAnswerError || /Deserialization error|inspect the hidden field/.test(error.message))
  );
}

/** An error of an answer that is none, in words of our own: the SDK's name a field that a person cannot see. */
export function brokenAnswerText(error: unknown): string {
  return error instanceof BrokenAnswerError ? error.message : NOT_OF_AWS;
}

function mistakeOf(command: string, status: number, body: string): string | undefined {
  if (/^\s*<(?:!doctype\s+)?html\b/i.test(body)) return NOT_OF_AWS;
  const form = Object.hasOwn(FORMS, command) ? FORMS[command] : undefined;
  if (form === undefined || status >= 300) return undefined;
  const lacks = "json" in form ? lackOfJson(body, form.json) : lackOfXml(body, form.xml);
  return lacks === undefined ? undefined : `an answer without ${lacks}, which AWS always sends: a proxy or sign-in page?`;
}

function lackOfJson(body: string, field: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isMapping(parsed) && parsed[field] !== undefined && parsed[field] !== null ? undefined : field;
  } catch {
    return field;
  }
}

function lackOfXml(body: string, [root, ...within]: readonly [string, ...string[]]): string | undefined {
  const first = /^\s*(?:<\?xml[^>]*>\s*)?<([A-Za-z]+)[\s/>]/.exec(body)?.[1];
  return first === root ? within.find((element) => !new RegExp(`<${element}[\\s/>]`).test(body)) : root;
}

interface HttpAnswer {
  readonly statusCode: number;
  body: NodeJS.ReadableStream | Uint8Array;
}

function isResponse(response: unknown): response is HttpAnswer {
  if (typeof response !== "object" || response === null || !("statusCode" in response) || !("body" in response)) return false;
  const { body } = response;
  return body instanceof Uint8Array || (typeof body === "object" && body !== null && Symbol.asyncIterator in body);
}
