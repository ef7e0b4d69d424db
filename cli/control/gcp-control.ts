import { setTimeout } from "node:timers/promises";
import { Firestore } from "@google-cloud/firestore";
import { erasePerson } from "../../functions/core/coordination/erase-person";
import { type LeftOut, LOG_RETENTION_MS, startOfNames, stateDatabaseName } from "../../functions/core/state-layout";
import { firestoreLimits } from "../../functions/gcp/adapters/call-limits";
import { firestoreCandidateLog } from "../../functions/gcp/adapters/firestore/candidate-log";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { parseDatabaseName } from "../../functions/gcp/adapters/firestore/documents";
import { firestoreDriftLog } from "../../functions/gcp/adapters/firestore/drift-log";
import { firestoreModelSettings } from "../../functions/gcp/adapters/firestore/model-settings";
import { firestoreCoordinatorStore, firestorePromotionStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { GoogleApiError, type GoogleRest, googleRest } from "../../functions/gcp/adapters/google-rest";
import { pubSubAnswerQueue, pubSubRequestQueue } from "../../functions/gcp/adapters/messaging/queues";
import { UsageError } from "../command-error";
import { typedText } from "../printout";
import { pubSubDeadLetters } from "../redrive/pubsub-dead-letters";
import { type Control, coordinatorControl } from "./control";
import {
  askedEnvironment,
  askedNamePrefix,
  checkSameEnvironment,
  type DeployedOptions,
  environmentOption,
  named,
  sendAllowed,
} from "./deployed-options";
import { signIn } from "./gcp-sign-in";
import { gcpTrouble } from "./gcp-trouble";

const PUBSUB = "https://pubsub.googleapis.com";

/** A client of the database `projects/<project>/databases/<database>`. */
export type OpenDatabase = (database: { readonly projectId: string; readonly databaseId: string }) => Firestore;

/** What the control needs beside its options, each of which has a default. */
export interface GcpServices {
  /** @default - the database, under the caller's own identity */
  readonly open?: OpenDatabase;
  /** @default - Pub/Sub, under the caller's own identity */
  readonly rest?: GoogleRest;
  /** Resolves after so many milliseconds. @default - by the clock */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/**
 * `Control` of what is deployed on Google Cloud, under the caller's own identity: it reads the state database, and publishes
 * triggers and answers to the request topic, which tells nobody who published them.
 */
export function gcpControl(
  options: DeployedOptions,
  env: NodeJS.ProcessEnv,
  now: () => number,
  {
    open = (database) => new Firestore({ ...database, ...firestoreLimits() }),
    rest = googleRest(),
    wait = setTimeout,
  }: GcpServices = {},
): Control {
  const { database, topic, names } = gcpNames(options, env);
  const firestore = open(database);
  const settings = firestoreModelSettings(firestore, { now });
  const requests = () => named("request topic", topic, "--queue or RETRIGGER_REQUESTS");
  const states = firestoreCoordinatorStore(firestore);
  const promotions = firestorePromotionStore(firestore);
  const candidatesOf = (leftOut?: LeftOut) => firestoreCandidateLog(firestore, LOG_RETENTION_MS, leftOut);
  const logOf = (leftOut?: LeftOut) => firestoreDecisionLog(firestore, LOG_RETENTION_MS, leftOut);
  return coordinatorControl({
    states,
    decisions: logOf(options.leftOut),
    drifts: firestoreDriftLog(firestore, LOG_RETENTION_MS, options.leftOut),
    promotions,
    candidates: candidatesOf(options.leftOut),
    settings,
    now,
    wait,
    isNotAllowed,
    isAttested: false,
    async trigger(request) {
      await pubSubRequestQueue(rest, requests(), PUBSUB).send(request);
      return [];
    },
    async send(answer) {
      const to = requests();
      await sendAllowed(to, "pubsub.topics.publish", isNotAllowed, () => pubSubAnswerQueue(rest, to, PUBSUB).send(answer));
    },
    // Whoever is to be forgotten must not be left in a record that cannot be read.
    async erase(person) {
      const ports = { states, promotions, decisions: logOf(), candidates: candidatesOf(), now };
      return erasePerson(ports, await settings.list(), person);
    },
    async deadLetters() {
      const { projectId: project, databaseId } = database;
      const environment = environmentOption(options.environment, databaseId, names);
      const { namePrefix } = names;
      return pubSubDeadLetters(rest, { endpoint: PUBSUB, project, environment, namePrefix, settings, now });
    },
    troubleOf: async (error) => gcpTrouble(error, { project: database.projectId, database: database.databaseId, topic }),
    close: () => void firestore.terminate(),
  });
}

/**
 * As `gcpControl`, once the caller is signed in.
 * @throws CommandError that says what to do without credentials, with such as have expired, and without a project
 */
export async function signedInGcpControl(options: DeployedOptions, env: NodeJS.ProcessEnv, now: () => number): Promise<Control> {
  // An emulator asks for no credentials.
  if (env.FIRESTORE_EMULATOR_HOST) return gcpControl(options, env, now);
  const known = options.project || env.GOOGLE_CLOUD_PROJECT || undefined;
  // What is wrong in the options is said before anybody signs in.
  const { database } = gcpNames({ ...options, project: known ?? UNKNOWN_PROJECT }, env);
  const stated = database.projectId === UNKNOWN_PROJECT ? undefined : database.projectId;
  const { auth, project } = await signIn(known ?? stated, env, options.untold);
  const open: OpenDatabase = (place) => new Firestore({ ...place, ...firestoreLimits(), auth });
  return gcpControl({ ...options, project }, env, now, { open, rest: googleRest(auth) });
}

/** Stands for the project of the credentials until it is known; no id of a project is like it. */
const UNKNOWN_PROJECT = "-";

/** The state database and the request topic, as options, the names of an environment, or variables say. */
function gcpNames(options: DeployedOptions, env: NodeJS.ProcessEnv) {
  const { project = UNKNOWN_PROJECT } = options;
  const environment = askedEnvironment(options, env);
  const namePrefix = askedNamePrefix(options, env);
  const ours = (name: string) => (environment === undefined ? undefined : `projects/${project}/${name}`);
  const state = options.state || ours(`databases/${stateDatabaseName(environment ?? "", namePrefix)}`) || env.RETRIGGER_STATE;
  const topic = options.queue || ours(`topics/${startOfNames(environment ?? "", namePrefix)}-requests`) || env.RETRIGGER_REQUESTS;
  const database = databaseOf(named("state database", state, "--state or RETRIGGER_STATE"));
  const names = { namePrefix, suffix: "" };
  checkSameEnvironment(options.environment, database.databaseId, names);
  return { database, topic, names };
}

/** PERMISSION_DENIED of gRPC, as Firestore tells it. https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;

function isNotAllowed(error: unknown): boolean {
  if (error instanceof GoogleApiError) return error.status === 403;
  return error instanceof Error && "code" in error && error.code === PERMISSION_DENIED;
}

function databaseOf(state: string): { projectId: string; databaseId: string } {
  const database = parseDatabaseName(state);
  if (database !== undefined) return database;
  throw new UsageError(`got the state database ${typedText(state)}; expected projects/<project>/databases/<database>`);
}
