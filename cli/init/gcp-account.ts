import { GoogleAuth } from "google-auth-library";
import * as z from "zod/mini";
import { messageOf } from "../../functions/core/log/log";
import { harmlessLine } from "../../functions/core/plain-text";
import { GoogleApiError, type GoogleRest, googleRest, jsonAnswer, SCOPES } from "../../functions/gcp/adapters/google-rest";
import { readTemplate } from "../../functions/gcp/adapters/vertex/pipeline-template";
import { unreadableCredentials } from "../control/gcp-trouble";
import {
  type Account,
  type BucketFacts,
  type EndpointFacts,
  type Listed,
  type Look,
  listPages,
  type PipelineFacts,
} from "./account";

/** Longest waits, of a try and of a call with its credentials: a person waits for the whole of it. */
const LIMITS = { tryMs: 4_000, callMs: 8_000 };

/** Of a reason that Google Cloud gives, in characters. */
const MAX_REASON = 200;

/** Packages of Artifact Registry whose tags are read: each takes a call. */
const MOST_PACKAGES = 50;

/** Where the project's services are. */
interface Addresses {
  readonly storage: string;
  readonly vertex: string;
  readonly registry: string;
  /** Where templates in Artifact Registry are read. @default - the address that a template has */
  readonly templates?: string;
}

/** What a Google Cloud account is looked at with, each with a default. */
export interface GcpServices {
  /** @default - REST under the caller's application default credentials */
  readonly rest?: GoogleRest;
  /** @default - Google's own */
  readonly addresses?: Addresses;
}

interface Place {
  readonly project: string;
  readonly region: string;
}

/** The project that the environment or the credentials name; undefined without one. */
export async function gcpProject(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = env.GOOGLE_CLOUD_PROJECT ?? env.CLOUDSDK_CORE_PROJECT;
  if (named !== undefined && named !== "") return named;
  // Without credentials there is no project of theirs, and to look for one asks gcloud and the metadata server.
  const found = await callersCredentials()
    .getClient()
    .catch(() => undefined);
  return found?.projectId ?? found?.quotaProjectId ?? undefined;
}

/** A project under the caller's application default credentials, looked at in one region. */
export async function openGcpAccount(place: Place, services: GcpServices = {}): Promise<Look<Account>> {
  const { rest = googleRest(callersCredentials(), { limits: LIMITS }), addresses = addressesOf(place) } = services;
  // The first call tells whether there are credentials at all.
  const buckets = await look("storage.buckets.list", () => bucketsOf(rest, addresses, place));
  if (!buckets.isLooked && IS_NOBODY.test(buckets.reason)) return buckets;
  const endpoints = `${addresses.vertex}/v1/projects/${place.project}/locations/${place.region}/endpoints`;
  const account: Account = {
    cloud: "gcp",
    caller: `project ${place.project}`,
    owner: place.project,
    pipelines: () => templatesOf(rest, addresses, place),
    pipeline: (template) => templateOf(rest, addresses, template),
    endpoints: () =>
      look("aiplatform.endpoints.list", () =>
        listPages((token) => page(rest, "endpoints", endpoints, token, endpointsSchema, ({ endpoints: all }) => all.map(idOf))),
      ),
    endpoint: (id) => look("aiplatform.endpoints.get", () => endpointOf(rest, endpoints, id)),
    buckets: async () => buckets,
    bucket: (name) => look("storage.buckets.get", () => bucketOf(rest, addresses, name)),
    close: () => undefined,
  };
  return { isLooked: true, found: account };
}

/** Credentials are looked for on this machine, and at the metadata server where its BIOS is Google's. */
function callersCredentials(): GoogleAuth {
  process.env.METADATA_SERVER_DETECTION ??= "bios-only";
  return new GoogleAuth({ scopes: SCOPES });
}

function addressesOf({ region }: Place): Addresses {
  return {
    storage: "https://storage.googleapis.com",
    vertex: `https://${region}-aiplatform.googleapis.com`,
    registry: "https://artifactregistry.googleapis.com",
  };
}

const nextSchema = z.optional(z.string());
const bucketsSchema = z.object({ items: z._default(z.array(z.object({ name: z.string() })), []), nextPageToken: nextSchema });
const endpointsSchema = z.object({ endpoints: z._default(z.array(z.object({ name: z.string() })), []), nextPageToken: nextSchema });
const jobsSchema = z.object({
  pipelineJobs: z._default(z.array(z.object({ templateUri: z.optional(z.string()) })), []),
  nextPageToken: nextSchema,
});
const repositoriesSchema = z.object({
  repositories: z._default(z.array(z.object({ name: z.string(), format: z.optional(z.string()) })), []),
  nextPageToken: nextSchema,
});
const packagesSchema = z.object({ packages: z._default(z.array(z.object({ name: z.string() })), []), nextPageToken: nextSchema });
const tagsSchema = z.object({ tags: z._default(z.array(z.object({ name: z.string() })), []), nextPageToken: nextSchema });
const endpointSchema = z.object({ modelDeploymentMonitoringJob: z.optional(z.string()) });
const bucketSchema = z.object({
  location: z.optional(z.string()),
  iamConfiguration: z.optional(z.object({ uniformBucketLevelAccess: z.optional(z.object({ enabled: z.optional(z.boolean()) })) })),
});

async function page<S extends z.ZodMiniType<{ readonly nextPageToken?: string | undefined }>>(
  rest: GoogleRest,
  what: string,
  url: string,
  token: string | undefined,
  schema: S,
  namesOf: (answer: z.output<S>) => readonly string[],
): Promise<{ names: readonly string[]; next: string | undefined }> {
  const address = new URL(url);
  if (!address.searchParams.has("maxResults")) address.searchParams.set("pageSize", "100");
  if (token !== undefined) address.searchParams.set("pageToken", token);
  const asked = `listing ${what}`;
  const { body } = await rest({ what: asked, method: "GET", url: address.href });
  const answer = jsonAnswer(asked, schema, body);
  return { names: namesOf(answer), next: answer.nextPageToken };
}

function bucketsOf(rest: GoogleRest, { storage }: Addresses, { project }: Place): Promise<Listed> {
  const url = `${storage}/storage/v1/b?project=${encodeURIComponent(project)}&maxResults=1000&fields=items(name),nextPageToken`;
  return listPages((token) => page(rest, "buckets", url, token, bucketsSchema, ({ items }) => items.map(({ name }) => name)));
}

/** Templates that jobs were started from, and packages of Artifact Registry: Vertex AI keeps no list of pipelines. */
async function templatesOf(rest: GoogleRest, addresses: Addresses, place: Place): Promise<Look<Listed>> {
  const jobs = await look("aiplatform.pipelineJobs.list", () => jobTemplates(rest, addresses, place));
  const packages = await look("artifactregistry.repositories.list", () => packageTemplates(rest, addresses, place));
  if (!jobs.isLooked && !packages.isLooked) return { isLooked: false, reason: `${jobs.reason}; ${packages.reason}` };
  const found = [jobs, packages].flatMap((each) => (each.isLooked ? each.found.names : []));
  const isWhole = [jobs, packages].every((each) => each.isLooked && each.found.isWhole);
  return { isLooked: true, found: { names: [...new Set(found)], isWhole } };
}

function jobTemplates(rest: GoogleRest, { vertex }: Addresses, { project, region }: Place): Promise<Listed> {
  const url = `${vertex}/v1/projects/${project}/locations/${region}/pipelineJobs?readMask=templateUri`;
  return listPages((token) =>
    page(rest, "pipeline jobs", url, token, jobsSchema, ({ pipelineJobs }) =>
      pipelineJobs.flatMap(({ templateUri = "" }) => (templateUri === "" ? [] : templateUri)),
    ),
  );
}

async function packageTemplates(rest: GoogleRest, { registry }: Addresses, { project, region }: Place): Promise<Listed> {
  const all = <S extends z.ZodMiniType<{ readonly nextPageToken?: string | undefined }>>(
    what: string,
    path: string,
    schema: S,
    namesOf: (answer: z.output<S>) => string[],
  ) => listPages((token) => page(rest, what, `${registry}/v1/${path}`, token, schema, namesOf));
  const place = `projects/${project}/locations/${region}/repositories`;
  const repositories = await all("repositories", place, repositoriesSchema, ({ repositories: found }) =>
    found.filter(({ format }) => format === "KFP").map(({ name }) => name),
  );
  const packages: string[] = [];
  for (const repository of repositories.names) {
    const { names } = await all("packages", `${repository}/packages`, packagesSchema, ({ packages: found }) =>
      found.map(({ name }) => name),
    );
    packages.push(...names);
  }
  const templates: string[] = [];
  for (const name of packages.slice(0, MOST_PACKAGES)) {
    const { names } = await all("tags", `${name}/tags`, tagsSchema, ({ tags }) => tags.map(idOf));
    const tag = names.includes("latest") ? "latest" : names[0];
    const [, , , , , repository = "", , kfp = ""] = name.split("/");
    if (tag !== undefined) templates.push(`https://${region}-kfp.pkg.dev/${project}/${repository}/${kfp}/${tag}`);
  }
  return { names: templates, isWhole: repositories.isWhole && packages.length <= MOST_PACKAGES };
}

async function templateOf(rest: GoogleRest, { storage, templates }: Addresses, template: string): Promise<Look<PipelineFacts>> {
  const options = { storage, ...(templates !== undefined && { registry: templates }) };
  try {
    const { parameters } = await readTemplate(rest, template, options);
    const listed = [...parameters].map(([name, { type, isRequired }]) => ({ name, type, isText: type === "STRING", isRequired }));
    return { isLooked: true, found: { exists: true, parameters: listed } };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof GoogleApiError ? error.cause : error;
    if (cause instanceof GoogleApiError && cause.status === 404) return { isLooked: true, found: { exists: false } };
    const role = template.startsWith("gs:") ? "storage.objects.get" : "artifactregistry.repositories.downloadArtifacts";
    return { isLooked: false, reason: refusalOf(role, cause) };
  }
}

async function endpointOf(rest: GoogleRest, endpoints: string, id: string): Promise<EndpointFacts> {
  const what = `reading the endpoint ${id}`;
  const { body } = await rest({ what, method: "GET", url: `${endpoints}/${encodeURIComponent(id)}` });
  const { modelDeploymentMonitoringJob } = jsonAnswer(what, endpointSchema, body);
  if (modelDeploymentMonitoringJob !== undefined) return { monitoring: { vertex: { endpoint: id } } };
  return { lacks: `no monitoring job watches the endpoint ${id}; monitoring.vertex with a job lets Retrigger create one` };
}

async function bucketOf(rest: GoogleRest, { storage }: Addresses, name: string): Promise<BucketFacts> {
  const what = `reading the bucket ${name}`;
  const url = `${storage}/storage/v1/b/${encodeURIComponent(name)}?fields=location,iamConfiguration`;
  const { status, body } = await rest({ what, method: "GET", url, answers: [404] });
  if (status === 404) return { exists: false };
  const { iamConfiguration } = jsonAnswer(what, bucketSchema, body);
  if (iamConfiguration?.uniformBucketLevelAccess?.enabled === true) return { exists: true };
  const command = `gcloud storage buckets update gs://${name} --uniform-bucket-level-access`;
  return { exists: true, lacks: { what: `${name} has no uniform access, which Retrigger's grants need`, command } };
}

/** Last part of a resource's name. */
function idOf({ name }: { readonly name: string }): string {
  return name.split("/").at(-1) ?? name;
}

async function look<T>(permission: string, call: () => Promise<T>): Promise<Look<T>> {
  try {
    return { isLooked: true, found: await call() };
  } catch (error) {
    return { isLooked: false, reason: refusalOf(permission, error) };
  }
}

const NO_CREDENTIALS = "no credentials of Google Cloud were found; sign in with gcloud auth application-default login";
const NOT_ACCEPTED = "Google Cloud does not accept your credentials; sign in again with gcloud auth application-default login";
/** Reasons that concern every call. */
const IS_NOBODY = new RegExp(`^(?:${NO_CREDENTIALS}|${NOT_ACCEPTED}|the file .* is no JSON)`);

function refusalOf(permission: string, error: unknown): string {
  const said = error instanceof Error ? error.message : messageOf(error);
  const unreadable = unreadableCredentials(error);
  if (unreadable !== undefined) return unreadable;
  if (/there is no access token/.test(said)) return /invalid_grant|invalid_rapt/.test(said) ? NOT_ACCEPTED : NO_CREDENTIALS;
  if (/\(401\b/.test(said)) return NOT_ACCEPTED;
  if (error instanceof GoogleApiError && error.status === 403) {
    const [, api] = /\b([a-z]+\.googleapis\.com)\b/.exec(said) ?? [];
    if (/SERVICE_DISABLED|has not been used|is disabled/.test(said)) {
      return `the API ${api ?? `of ${permission}`} is not enabled in the project; enable it with gcloud services enable`;
    }
    return `your identity lacks ${permission}`;
  }
  if (/\(429\b/.test(said)) return `Google Cloud was too busy to answer (${permission})`;
  if (/nothing came for|timed? ?out|Timeout/i.test(said)) return `${permission} got no answer in time`;
  return `${permission} failed (${harmlessLine(said, MAX_REASON)})`;
}
