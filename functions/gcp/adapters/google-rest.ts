// Cloud Storage, Pub/Sub and Secret Manager in a few calls: why not by their own clients says docs/decisions/0005.
import { setTimeout as sleep } from "node:timers/promises";
import { GoogleAuth, gaxios } from "google-auth-library";
import * as z from "zod/mini";
import { RetryableError } from "../../core/errors";
import { messageOf } from "../../core/log/log";
import { plainLine, quoted, withoutSecrets } from "../../core/plain-text";
import { REST_LIMITS, type RestLimits } from "./call-limits";

export interface RestRequest {
  /** For errors and the log; must hold no secret. */
  readonly what: string;
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Statuses beside success that are an answer too. */
  readonly answers?: readonly number[];
  /** A longer body is not read to its end. @default 128 MiB */
  readonly maxBytes?: number;
  /** False for a call that must not be made twice: it is tried once. @default true */
  readonly isRepeatable?: boolean;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Calls a Google API, repeatedly when it is busy or the connection breaks: also a POST, so what is called must bear it, or say so.
 * Rejects with RetryableError when that did not help or there is no access token, with GoogleApiError when the API refuses.
 */
export type GoogleRest = (request: RestRequest) => Promise<RestAnswer>;

/** Gets a body that is larger than memory, and so is read as it comes; it rejects with RetryableError when it breaks off. */
export type GoogleDownload = (request: Pick<RestRequest, "what" | "url">) => Promise<AsyncIterable<Uint8Array>>;

/** The refusal of a Google API. */
export class GoogleApiError extends Error {
  override readonly name = "GoogleApiError";

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** The manifest of 100,000 objects with the longest names takes 105 MB. */
const DEFAULT_MAX_BYTES = 128 * 1024 * 1024;
const MAX_ERROR_LENGTH = 500;

export interface RestOptions {
  /** @default REST_LIMITS */
  readonly limits?: RestLimits;
  /** Longest wait before a call is tried again. @default 1000 */
  readonly maxRetryDelayMs?: number;
}

/** Four more tries, by default within some 3 seconds: https://cloud.google.com/storage/docs/retry-strategy */
const RETRIES = {
  retry: 4,
  noResponseRetries: 4,
  httpMethodsToRetry: ["GET", "POST", "PATCH"],
  statusCodesToRetry: [
    [408, 408],
    [429, 429],
    [500, 599],
  ],
  retryDelay: 50,
};

const NO_RETRIES = { retry: 0, noResponseRetries: 0 };

/** `auth` finds the function's own credentials unless told otherwise, and keeps their access token. */
export function googleRest(
  auth: Pick<GoogleAuth, "getRequestHeaders"> = new GoogleAuth({ scopes: SCOPES }),
  options: RestOptions = {},
): GoogleRest {
  const { tryMs, callMs } = options.limits ?? REST_LIMITS;
  const open = opener(auth, options);
  return async ({ maxBytes = DEFAULT_MAX_BYTES, ...request }) => {
    const patience = patienceOf(callMs);
    try {
      const { status, body } = await open(request, patience.signal, tryMs);
      return { status, body: await read(body, maxBytes) };
    } catch (error) {
      if (error instanceof TooLargeError) throw new GoogleApiError(`${request.what}: ${error.message}`, 413);
      throw failure(request.what, error);
    } finally {
      patience.end();
    }
  };
}

/** Resolves when the body begins, and rejects as `GoogleRest` does until then; reading it may take as long as bytes come. */
export function googleDownload(auth: Pick<GoogleAuth, "getRequestHeaders">, options: RestOptions = {}): GoogleDownload {
  const { callMs } = options.limits ?? REST_LIMITS;
  const open = opener(auth, options);
  return async ({ what, url }) => {
    const patience = patienceOf(callMs);
    try {
      return unbroken(what, (await open({ what, method: "GET", url }, patience.signal)).body, patience);
    } catch (error) {
      throw failure(what, error);
    } finally {
      patience.end();
    }
  };
}

/** Gives its signal when a wait, from `begin` to `end`, takes too long. */
interface Patience {
  readonly signal: AbortSignal;
  begin(): void;
  end(): void;
}

/** Its first wait has begun. */
function patienceOf(ms: number): Patience {
  const over = new AbortController();
  const begin = () => setTimeout(() => over.abort(new Error(`nothing came for ${ms} ms`)), ms);
  let timer = begin();
  return {
    signal: over.signal,
    begin() {
      timer = begin();
    },
    end: () => clearTimeout(timer),
  };
}

function opener(auth: Pick<GoogleAuth, "getRequestHeaders">, { maxRetryDelayMs: maxRetryDelay = 1_000 }: RestOptions) {
  const client = new gaxios.Gaxios();
  return async (request: Omit<RestRequest, "maxBytes">, signal: AbortSignal, timeout?: number) => {
    const { what, method, url, headers, body, answers = [], isRepeatable = true } = request;
    const token = Promise.race([auth.getRequestHeaders(url), rejectionBy(signal)]);
    const authorization = await token.catch((error: unknown) => {
      throw new RetryableError(`${what}: there is no access token (${textOf(error)}); it can be tried again later`);
    });
    // After a try that timed out, the next one would not heed the signal any more.
    const retryBackoff = async ({ config }: gaxios.GaxiosError, delayMs: number) => {
      await sleep(delayMs);
      signal.throwIfAborted();
      config.signal = signal;
    };
    const response = await client.request<AsyncIterable<Uint8Array> | null>({
      method,
      url,
      headers: gaxios.Gaxios.mergeHeaders(authorization, headers),
      ...(body !== undefined && { data: body }),
      responseType: "stream",
      validateStatus: (status) => (status >= 200 && status < 300) || answers.includes(status),
      signal,
      ...(timeout !== undefined && { timeout }),
      retryConfig: isRepeatable ? { ...RETRIES, maxRetryDelay, retryBackoff } : NO_RETRIES,
      fetchImplementation: fetch,
    });
    return { status: response.status, body: response.data };
  };
}

function rejectionBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** The library's error is not kept as the cause: it holds the whole request and response. */
function failure(what: string, error: unknown): RetryableError | GoogleApiError {
  if (error instanceof RetryableError) return error;
  const status = error instanceof gaxios.GaxiosError ? error.status : undefined;
  if (status === undefined || isPassing(status)) {
    return new RetryableError(`${what} failed (${textOf(error)}); it can be tried again later`);
  }
  const said = textOf(error);
  const remedy = remedyOf(status, said);
  return new GoogleApiError(`${what} was refused (${said})${remedy === undefined ? "" : `; ${remedy}`}`, status);
}

function remedyOf(status: number, said: string): string | undefined {
  if (/\bkms\b|cryptokey/i.test(said)) return "let the API's service agent use the Cloud KMS key, and see that the key is enabled";
  if (status === 403) return "give the caller's account a role that allows it";
  return status === 404 ? "create what is missing, or correct its name in retrigger.yaml" : undefined;
}

async function* unbroken(what: string, body: AsyncIterable<Uint8Array> | null, patience: Patience): AsyncGenerator<Uint8Array> {
  try {
    patience.begin();
    for await (const chunk of body ?? []) {
      patience.end();
      yield chunk;
      patience.begin();
    }
  } catch (error) {
    throw new RetryableError(`${what} broke off (${textOf(error)}); it can be read again later`);
  } finally {
    patience.end();
  }
}

class TooLargeError extends Error {}

async function read(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLargeError(`got more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An access token that just ran out is a 401, and fetched again by the next call. */
function isPassing(status: number): boolean {
  return status === 401 || status === 408 || status === 429 || status >= 500;
}

/** The status and the words of an API; of a connection that broke, and of anything else, the error and its causes. */
function textOf(error: unknown): string {
  const status = error instanceof gaxios.GaxiosError ? error.status : undefined;
  const said = error instanceof gaxios.GaxiosError ? apiWords(error.response?.data) : undefined;
  // Of a broken connection the library's own error says nothing.
  if (status === undefined) return messageOf(error instanceof gaxios.GaxiosError ? (error.cause ?? error) : error);
  const { reason, message } = said ?? {};
  return plainLine(withoutSecrets(`${[status, reason].filter(Boolean).join(" ")}: ${message}`), MAX_ERROR_LENGTH);
}

/**
 * The JSON of an answer; `what` is its request's.
 * @throws RetryableError when it is of another form: something on the way, such as a proxy, answered in the API's place
 */
export function jsonAnswer<S extends z.ZodMiniType>(what: string, schema: S, body: Buffer): z.output<S> {
  try {
    return schema.parse(JSON.parse(body.toString("utf8")));
  } catch (cause) {
    const got = plainLine(quoted(body.toString("utf8")));
    throw new RetryableError(`${what} got an answer of another form than the API's (${got}); it can be tried again later`, {
      cause,
    });
  }
}

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    /** Such as PERMISSION_DENIED. https://cloud.google.com/apis/design/errors#error_model */
    status: z.optional(z.string()),
    /** Of Cloud Storage, such as notFound. https://cloud.google.com/storage/docs/json_api/v1/status-codes */
    errors: z.optional(z.array(z.object({ reason: z.optional(z.string()) }))),
  }),
});

/**
 * The words of a refusal: JSON, `{"error": {"message": …}}`, or plain text, as Cloud Storage answers a download; undefined for no
 * text.
 */
export function apiWords(body: unknown): { readonly reason?: string | undefined; readonly message: string } | undefined {
  if (typeof body !== "string") return undefined;
  try {
    const { message, status, errors } = errorSchema.parse(JSON.parse(body)).error;
    return { reason: status ?? errors?.[0]?.reason, message };
  } catch {
    return { message: body };
  }
}

/** What the access tokens of the functions are for: roles alone decide what they may do. */
export const SCOPES = "https://www.googleapis.com/auth/cloud-platform";
