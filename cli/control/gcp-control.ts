import { Firestore } from "@google-cloud/firestore";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { parseDatabaseName } from "../../functions/gcp/adapters/firestore/documents";
import { firestoreDriftLog } from "../../functions/gcp/adapters/firestore/drift-log";
import { firestoreModelSettings } from "../../functions/gcp/adapters/firestore/model-settings";
import { firestoreCoordinatorStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { googleRest } from "../../functions/gcp/adapters/google-rest";
import { pubSubRequestQueue } from "../../functions/gcp/adapters/messaging/queues";
import { CommandError } from "../find";
import { pubSubDeadLetters } from "../redrive/pubsub-dead-letters";
import { type Control, coordinatorControl } from "./control";
import { type DeployedOptions, environmentOption, named } from "./deployed-options";

const PUBSUB = "https://pubsub.googleapis.com";

/** A client of the database `projects/<project>/databases/<database>`. */
export type OpenDatabase = (database: { readonly projectId: string; readonly databaseId: string }) => Firestore;

/**
 * `Control` of what is deployed on Google Cloud, under the caller's own identity. Triggers go through the topic; interventions are
 * saved into the state, and the sweeper does within a minute what follows from them.
 */
export function gcpControl(
  options: DeployedOptions,
  env: NodeJS.ProcessEnv,
  now: () => number,
  open: OpenDatabase = (database) => new Firestore(database),
): Control {
  const database = databaseOf(named("state database", options.state ?? env.RETRIGGER_STATE, "--state or RETRIGGER_STATE"));
  const firestore = open(database);
  const settings = firestoreModelSettings(firestore, { now });
  const topic = options.queue ?? env.RETRIGGER_REQUESTS;
  return coordinatorControl({
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore),
    drifts: firestoreDriftLog(firestore),
    settings,
    now,
    afterChange: async () => {},
    async trigger(request) {
      const requests = named("request topic", topic, "--queue or RETRIGGER_REQUESTS");
      await pubSubRequestQueue(googleRest(), requests, PUBSUB).send(request);
      return [];
    },
    async deadLetters(environment) {
      const { projectId: project, databaseId } = database;
      const options = { endpoint: PUBSUB, project, environment: environmentOption(environment, databaseId, ""), settings, now };
      return pubSubDeadLetters(googleRest(), options);
    },
    close: () => void firestore.terminate(),
  });
}

function databaseOf(state: string): { projectId: string; databaseId: string } {
  const database = parseDatabaseName(state);
  if (database !== undefined) return database;
  throw new CommandError(`got the state database ${state}; expected projects/<project>/databases/<database>`);
}
