import { FirestoreMock } from "@firebase-bridge/firestore-admin";
import { Firestore } from "@google-cloud/firestore";
import { firestoreLimits } from "../../functions/gcp/adapters/call-limits";

export interface TestFirestore {
  /** An empty database, and a client of it. */
  createDatabase(): Firestore;
  /** A further client of the database that was created last, as another instance of a function has one. */
  createClient(): Firestore;
}

const emulator = process.env.FIRESTORE_EMULATOR_HOST;

/**
 * A suite against Firestore: in this process, or the emulator that FIRESTORE_EMULATOR_HOST names. `body` gets a function that
 * gives it to a test.
 */
export function describeWithFirestore(name: string, body: (firestore: () => TestFirestore) => void): void {
  const source = emulator === undefined ? inProcess() : atEmulator();
  describe(emulator === undefined ? name : `${name} (emulator at ${emulator})`, () => {
    afterAll(() => source.stop());
    body(() => source);
  });
}

interface FirestoreSource extends TestFirestore {
  stop(): Promise<void>;
}

/** Each database is a project of its own, which the emulator makes as it is named; clients are limited as the deployed ones. */
function atEmulator(): FirestoreSource {
  const clients: Firestore[] = [];
  let projectId = "";
  const createClient = () => {
    const client = new Firestore({ projectId, ...firestoreLimits() });
    clients.push(client);
    return client;
  };
  return {
    createClient,
    createDatabase() {
      projectId = nextProject(clients.length);
      return createClient();
    },
    async stop() {
      await Promise.all(clients.map((client) => client.terminate()));
    },
  };
}

function inProcess(): FirestoreSource {
  const mock = new FirestoreMock();
  let projectId = "";
  let databases = 0;
  return {
    createDatabase() {
      projectId = nextProject(++databases);
      return mock.createDatabase(projectId).firestore();
    },
    createClient: () => mock.getDatabase(projectId).firestore(),
    async stop() {
      mock.deleteAll();
    },
  };
}

/** At most 30 characters. An emulator that outlives this run may hold the projects of an earlier one. */
function nextProject(number: number): string {
  return ["test", process.pid, Date.now(), number].map((part) => part.toString(36)).join("-");
}
