// KMS, Secrets Manager, Systems Manager and EC2 in a few calls: a doctor asks each of them for one thing or two, and the client of
// EC2 alone is larger than all others together.
import { setTimeout as sleep } from "node:timers/promises";
import type { STSClient } from "@aws-sdk/client-sts";
import * as z from "zod/mini";
import { BrokenAnswerError, NOT_OF_AWS } from "../../control/aws-answers";
import { readXml, type XmlElement } from "./xml-element";

/** A refusal, with the name that AWS gives it. */
export class AwsApiError extends Error {
  /**
   * @param name such as `AccessDeniedException`
   * @param $metadata its HTTP status
   */
  constructor(
    override readonly name: string,
    message: string,
    readonly $metadata: { readonly httpStatusCode: number },
  ) {
    super(message);
  }
}

/** Services that are asked in JSON, with what their operations begin with, and how they are called in their addresses. */
const JSON_SERVICES = {
  kms: "TrentService",
  secretsmanager: "secretsmanager",
  ssm: "AmazonSSM",
} as const;

type JsonService = keyof typeof JSON_SERVICES;

/** Calls of services that only read. They reject with AwsApiError for a refusal, and BrokenAnswerError for what is none of AWS. */
export interface SignedCalls {
  /** @param schema what is read of the answer */
  json<S extends z.ZodMiniType>(service: JsonService, operation: string, input: object, schema: S): Promise<z.output<S>>;
  /** Things of EC2, all in one page. */
  ec2(action: string, filters: Readonly<Record<string, readonly string[]>>): Promise<XmlElement>;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html */
const EC2_VERSION = "2016-11-15";

const TRIES = 4;
const TRY_MS = 10_000;
const FIRST_WAIT_MS = 100;
/** An answer for one VPC takes some 100 KB. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

const BUSY = /Throttl|TooManyRequests|RequestLimit|SlowDown/;

/** @param sts who signs, and whose address says how those of its partition end; with an endpoint of its own, all calls go there */
export function signedCalls(sts: STSClient): SignedCalls {
  return {
    async json(service, operation, input, schema) {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${JSON_SERVICES[service]}.${operation}` };
      const answer = await call(sts, { service, headers, body: JSON.stringify(input) });
      const parsed = schema.safeParse(jsonOf(answer));
      if (parsed.success) return parsed.data;
      throw new BrokenAnswerError(`an answer to ${operation} without what AWS always sends: a proxy or sign-in page?`, OK);
    },
    async ec2(action, filters) {
      const form = new URLSearchParams({ Action: action, Version: EC2_VERSION });
      for (const [index, [name, values]] of Object.entries(filters).entries()) {
        form.set(`Filter.${index + 1}.Name`, name);
        for (const [at, value] of values.entries()) form.set(`Filter.${index + 1}.Value.${at + 1}`, value);
      }
      const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
      const answer = readXml(await call(sts, { service: "ec2", headers, body: form.toString() }));
      if (answer?.name !== `${action}Response`) throw new BrokenAnswerError(NOT_OF_AWS, OK);
      if (answer.text("nextToken") !== "") throw new Error(`${action} gave more than one page, which were not all read`);
      return answer;
    },
  };
}

const OK = { httpStatusCode: 200 };

interface SignedCall {
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a call, which is made again while the service is busy. */
async function call(sts: STSClient, { service, headers, body }: SignedCall): Promise<string> {
  const region = await sts.config.region();
  const url = await addressOf(sts, region, service);
  for (let attempt = 1; ; attempt++) {
    try {
      const signer = await sts.config.signer();
      const signed = await signer.sign(
        {
          method: "POST",
          protocol: url.protocol,
          hostname: url.hostname,
          path: "/",
          query: {},
          headers: { ...headers, host: url.host },
          body,
        },
        { signingService: service, signingRegion: region },
      );
      const init = {
        method: "POST",
        headers: signed.headers,
        body,
        signal: AbortSignal.timeout(TRY_MS),
        redirect: "error",
      } as const;
      const response = await fetch(url, init);
      const answer = await response.text();
      if (answer.length > MAX_CHARACTERS) throw new Error("the answer is too long to be read");
      if (response.ok) return answer;
      throw refusalOf(response.status, answer);
    } catch (error) {
      if (attempt === TRIES || !isWorthAnother(error)) throw error;
      await sleep(FIRST_WAIT_MS * 2 ** attempt);
    }
  }
}

/** As that of STS, which knows of partitions, dual stacks and FIPS. */
async function addressOf({ config }: STSClient, Region: string, service: string): Promise<URL> {
  const own = config.isCustomEndpoint ? await config.endpoint?.() : undefined;
  if (own !== undefined) return new URL(`${own.protocol}//${own.hostname}:${own.port ?? ""}`);
  const [UseFIPS, UseDualStack] = await Promise.all([config.useFipsEndpoint(), config.useDualstackEndpoint()]);
  const { url } = config.endpointProvider({ Region, UseFIPS, UseDualStack });
  return new URL(`${url.protocol}//${url.host.replace(/^sts/, service)}`);
}

function isWorthAnother(error: unknown): boolean {
  if (error instanceof AwsApiError) return BUSY.test(error.name) || error.$metadata.httpStatusCode >= 500;
  if (error instanceof BrokenAnswerError) return error.$metadata.httpStatusCode >= 500;
  // of fetch: a connection that broke, or a try that took too long
  return error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
}

const refusalSchema = z.object({
  __type: z.string(),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
});

function refusalOf(status: number, answer: string): Error {
  const $metadata = { httpStatusCode: status };
  const { success, data } = refusalSchema.safeParse(jsonOf(answer));
  if (success) {
    const name = data.__type.split("#").at(-1) ?? data.__type;
    return new AwsApiError(name, data.message ?? data.Message ?? name, $metadata);
  }
  const error = readXml(answer)?.child("Errors")?.child("Error");
  if (error === undefined || error.text("Code") === "") return new BrokenAnswerError(NOT_OF_AWS, $metadata);
  return new AwsApiError(error.text("Code"), error.text("Message") || error.text("Code"), $metadata);
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
