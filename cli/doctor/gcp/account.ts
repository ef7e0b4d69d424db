import { Firestore } from "@google-cloud/firestore";
import { GoogleAuth } from "google-auth-library";
import type * as z from "zod/mini";
import type { DeploymentConfig, ModelConfig } from "../../../config/config";
import { modelsOn } from "../../../config/model-cloud";
import type { GcpConfig } from "../../../config/sections/gcp/gcp";
import { messageOf } from "../../../functions/core/log/log";
import { stateDatabaseName } from "../../../functions/core/state-layout";
import { firestoreLimits } from "../../../functions/gcp/adapters/call-limits";
import { GoogleApiError, type GoogleRest, googleRest, jsonAnswer } from "../../../functions/gcp/adapters/google-rest";
import type { PlannedStack } from "../../plan/synthesise";
import type { Patient, Refusal } from "../finding";

/** The services that a doctor asks, none of which it changes. */
export interface GcpClients {
  readonly auth: Pick<GoogleAuth, "getRequestHeaders">;
  readonly rest: GoogleRest;
  /** Address of a service by its host. */
  readonly addressOf: (host: string) => string;
  readonly open: (database: { readonly projectId: string; readonly databaseId: string }) => Firestore;
}

/** A try, and all tries, of a look; milliseconds. */
const LIMITS = { tryMs: 5_000, callMs: 15_000 };
const FIRESTORE_TRY_MS = 4_000;

/** Clients under the caller's own identity. */
export function gcpClients(): GcpClients {
  const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  return {
    auth,
    rest: googleRest(auth, { limits: LIMITS }),
    addressOf: (host) => `https://${host}`,
    open: (database) => new Firestore({ ...database, ...firestoreLimits(FIRESTORE_TRY_MS) }),
  };
}

/** The project of a configuration. The first two checks learn whether anybody is signed in, and whether the deployment is there. */
export interface GcpAccount extends Patient {
  readonly environment: string;
  readonly namePrefix: string;
  readonly project: string;
  readonly region: string;
  readonly config: DeploymentConfig;
  readonly gcp: GcpConfig;
  /** By name. */
  readonly models: readonly (readonly [string, ModelConfig])[];
  /** Those of `models` with data, which the coordinator decides about. */
  readonly coordinated: readonly (readonly [string, ModelConfig & { readonly data: NonNullable<ModelConfig["data"]> }])[];
  /** Name of the Firestore database of all state. */
  readonly database: string;
  readonly clients: GcpClients;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What the configuration deploys, which takes a second or two. Rejects where it cannot be synthesised. */
  readonly planned: () => Promise<PlannedStack>;
  isSignedIn: boolean;
  isDeployed: boolean | undefined;
  /** What a GET answers; undefined for 404. Rejects as `GoogleRest` does. */
  get<S extends z.ZodMiniType>(what: string, host: string, path: string, schema: S): Promise<z.output<S> | undefined>;
}

/** What an account is looked at with. */
interface GcpMeans {
  readonly clients: GcpClients;
  readonly planned: GcpAccount["planned"];
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether the examination gave up, so that what still asks page by page ends. */
  readonly isOver: () => boolean;
}

/**
 * @throws Error when the configuration has no section `gcp`
 */
export function gcpAccount(config: DeploymentConfig, { clients, planned, now, isOver }: GcpMeans): GcpAccount {
  let plan: Promise<PlannedStack> | undefined;
  const { environment, namePrefix, gcp } = config;
  if (gcp === undefined) throw new Error("the configuration has no section gcp; expected one");
  const { project, region, firestore } = gcp;
  const rest: GoogleRest = async (request) => {
    if (isOver()) throw new Error("the examination is over");
    return clients.rest(request);
  };
  const models = modelsOn("gcp", config.models);
  return {
    environment,
    namePrefix,
    project,
    region,
    config,
    gcp,
    models,
    coordinated: models.flatMap(([name, { data, ...model }]) => (data === undefined ? [] : [[name, { ...model, data }] as const])),
    database: firestore.database ?? stateDatabaseName(environment, namePrefix),
    clients: { ...clients, rest },
    now,
    planned: () => {
      plan ??= planned();
      return plan;
    },
    isSignedIn: false,
    isDeployed: undefined,
    deployCommand: "cdktf deploy gcp-stack",
    refusalOf: (error) => googleRefusal(error, project),
    grantOf: (permission) => `give your account a role with ${permission}; docs/doctor.md has the roles`,
    async get(what, host, path, schema) {
      const url = `${clients.addressOf(host)}/${path}`;
      const { status, body } = await rest({ what, method: "GET", url, answers: [404] });
      return status === 404 ? undefined : jsonAnswer(what, schema, body);
    },
  };
}

export const SIGN_IN = "gcloud auth application-default login, or name a key file in GOOGLE_APPLICATION_CREDENTIALS";

/** An API that is off refuses with 403, and an address that names it. */
const DISABLED = /SERVICE_DISABLED|has not been used in project|it is disabled/;
const DISABLED_API = /\/apis\/(?:api|library)\/([a-z]+)\.googleapis\.com/;

/** Whether a call was refused since its API is not enabled in the project. */
export function isApiDisabled(error: unknown): boolean {
  return error instanceof GoogleApiError && error.status === 403 && DISABLED.test(error.message);
}

/** What a call of Google Cloud was refused with, for a person; without a cure where a permission is what is missing. */
function googleRefusal(error: unknown, project: string): Refusal {
  const why = messageOf(error);
  if (isApiDisabled(error)) {
    const api = DISABLED_API.exec(why)?.[1];
    const cure =
      api === undefined ? "gcloud services list --available shows its name; gcloud services enable enables it" : undefined;
    return {
      why: `its API is not enabled (${why})`,
      cure: cure ?? `gcloud services enable ${api}.googleapis.com --project ${project}`,
    };
  }
  if (/no access token|UNAUTHENTICATED|invalid_grant|invalid_rapt|\b401\b/.test(why))
    return { why: `your credentials are not valid (${why})`, cure: SIGN_IN };
  if (isDenied(error)) return { why: `you are not allowed to look at it (${why})`, cure: undefined };
  if (error instanceof GoogleApiError) return { why: `it was refused (${why})`, cure: "see what the service says" };
  return {
    why: `it gave no usable answer (${why})`,
    cure: "try again; if it persists, check whether a proxy or a firewall is in the way",
  };
}

/** PERMISSION_DENIED of gRPC, as Firestore tells it. https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;

/** Whether a permission is missing: over REST, or of Firestore, whose error may be the cause of another. */
function isDenied(error: unknown): boolean {
  if (error instanceof GoogleApiError) return error.status === 403;
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === PERMISSION_DENIED) || isDenied(error.cause);
}
