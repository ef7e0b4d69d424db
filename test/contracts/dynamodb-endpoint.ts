import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createStateTable, type DynamoDbProcess, findDynamoDb, startDynamoDb } from "../../local/files/dynamodb-process";

export interface TestDynamoDb {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** A client of its own, for a test that listens in or ends it. */
  createClient(): DynamoDBClient;
  /** Creates an empty state table and resolves to its name. */
  createTable(): Promise<string>;
}

/**
 * A suite against DynamoDB, started once for the suite and ended after it. `body` gets a function that gives the running one to a
 * test. Where there is none, the suite is skipped, and its name says why.
 */
export function describeWithDynamoDb(name: string, body: (dynamoDb: () => TestDynamoDb) => void): void {
  const source = findDynamoDb();
  if ("missing" in source) {
    describe.skip(`${name} (skipped: ${source.missing})`, () => body(unstarted));
    return;
  }
  describe("endpoint" in source ? `${name} (emulator at ${source.endpoint})` : name, () => {
    let started: { readonly process: DynamoDbProcess; readonly client: DynamoDBClient } | undefined;
    let tables = 0;

    beforeAll(async () => {
      const process = await startDynamoDb();
      started = { process, client: testClient(process.endpoint) };
    });

    afterAll(async () => {
      started?.client.destroy();
      await started?.process.stop();
    });

    body(() => {
      const { client, process: dynamoDbProcess } = started ?? unstarted();
      return {
        endpoint: dynamoDbProcess.endpoint,
        client,
        createClient: () => testClient(dynamoDbProcess.endpoint),
        async createTable() {
          // A DynamoDB that outlives this run may hold the tables of an earlier one.
          const table = `test-${process.pid}-${Date.now()}-${++tables}`;
          await createStateTable(client, table);
          return table;
        },
      };
    });
  });
}

/** A client for a DynamoDB on this machine. */
function testClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
}

function unstarted(): never {
  throw new Error("DynamoDB runs only inside of a test; ask for it there");
}
