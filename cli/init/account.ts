import type { Cloud } from "../../config/model-cloud";

/** What was seen, or why it was not looked at: a refusal is never taken for "there is none". */
export type Look<T> = { readonly isLooked: true; readonly found: T } | { readonly isLooked: false; readonly reason: string };

/** Names that an account lists, in the order of the service. */
export interface Listed {
  readonly names: readonly string[];
  /** False when there are more than `MOST_LISTED`, or more pages than were read. */
  readonly isWhole: boolean;
}

/** Names that are listed of one kind; of more, the answer says so, and any name can be typed. */
const MOST_LISTED = 1_000;

/** A parameter that a pipeline takes. */
export interface PipelineParameter {
  readonly name: string;
  /** As the cloud writes it, such as `String` or `STRING`. */
  readonly type: string;
  /** Whether it takes text, as a manifest's address is. */
  readonly isText: boolean;
  /** True when the pipeline has no default for it. */
  readonly isRequired: boolean;
  /** Its default, as JSON or text. */
  readonly standard?: string;
}

/** A pipeline by its name or template. */
export type PipelineFacts =
  | { readonly exists: true; readonly parameters: readonly PipelineParameter[] }
  | { readonly exists: false };

/** A bucket, and what it lacks before its objects are seen. */
export type BucketFacts =
  | { readonly exists: true; readonly lacks?: { readonly what: string; readonly command: string } }
  | { readonly exists: false };

/** The section `monitoring` that an endpoint allows, or why it allows none yet. */
export type Monitoring =
  | { readonly capture: { readonly location: string; readonly endpoint: string } }
  | { readonly vertex: { readonly endpoint: string } };
export type EndpointFacts = { readonly monitoring: Monitoring } | { readonly lacks: string };

/** What `init` reads of a cloud account. Its calls read only, end within seconds, and never throw for a refusal. */
export interface Account {
  readonly cloud: Cloud;
  /** Who looks, as the cloud names the caller; of Google Cloud, whose token tells nobody, the project. */
  readonly caller: string;
  /** Start of the name of a bucket that nobody else is likely to have: the id of the account or project. */
  readonly owner: string;
  pipelines(): Promise<Look<Listed>>;
  pipeline(name: string): Promise<Look<PipelineFacts>>;
  endpoints(): Promise<Look<Listed>>;
  endpoint(name: string): Promise<Look<EndpointFacts>>;
  buckets(): Promise<Look<Listed>>;
  bucket(name: string): Promise<Look<BucketFacts>>;
  close(): void;
}

/** Reads pages until the last one, or until `MOST_LISTED` names. */
export async function listPages(
  page: (token: string | undefined) => Promise<{ readonly names: readonly string[]; readonly next: string | undefined }>,
): Promise<Listed> {
  const names = new Set<string>();
  let token: string | undefined;
  for (let read = 0; read < MOST_PAGES; read++) {
    const { names: more, next } = await page(token);
    for (const name of more) names.add(name);
    token = next === "" ? undefined : next;
    if (token === undefined || names.size >= MOST_LISTED) break;
  }
  return { names: [...names].slice(0, MOST_LISTED), isWhole: token === undefined && names.size <= MOST_LISTED };
}

/** Pages of a list that are read, whatever they hold: a service may send empty ones. */
const MOST_PAGES = 50;
