import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";

/** Address of a DynamoDB that is running already, such as DynamoDB Local. */
const ENDPOINT_VARIABLE = "DYNAMODB_ENDPOINT";
const START_TIMEOUT_MS = 10_000;

export interface DynamoDbProcess {
  readonly endpoint: string;
  /** Of the process, if one was started. */
  readonly pid?: number;
  /** Ends the process if this started one; all tables are gone then, unless they are in a file. */
  stop(): Promise<void>;
}

/** Where a DynamoDB comes from on this machine: a running one, a program to start, or why there is none. */
export type DynamoDbSource = { readonly endpoint: string } | { readonly program: string } | { readonly missing: string };

export function findDynamoDb(): DynamoDbSource {
  const endpoint = process.env[ENDPOINT_VARIABLE];
  if (endpoint) return { endpoint };
  const platform = `${process.platform}-${process.arch}`;
  try {
    return { program: join(dirname(require.resolve(`@dynoxide/${platform}/package.json`)), "dynoxide") };
  } catch {
    const remedy = `set ${ENDPOINT_VARIABLE} to the address of a DynamoDB Local`;
    return { missing: `no DynamoDB for ${platform}: the package @dynoxide/${platform} is not installed; ${remedy}` };
  }
}

/**
 * A DynamoDB on this machine: the one that DYNAMODB_ENDPOINT names, else a process of its own on a free port, which keeps its
 * tables in `file`, or in memory.
 * @throws Error that says what to set, when there is none for this platform
 */
export async function startDynamoDb(file?: string): Promise<DynamoDbProcess> {
  const source = findDynamoDb();
  if ("missing" in source) throw new Error(source.missing);
  if ("endpoint" in source) return { endpoint: source.endpoint, stop: async () => {} };
  const port = await freePort();
  const tables = file === undefined ? [] : ["--db-path", file];
  const child = spawn(source.program, ["--host", "127.0.0.1", "--port", String(port), ...tables], { stdio: "ignore" });
  const stopWithParent = () => child.kill();
  process.once("exit", stopWithParent);
  const stop = async () => {
    process.off("exit", stopWithParent);
    if (hasEnded(child)) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitForAnswer(endpoint, child, source.program);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, ...(child.pid !== undefined && { pid: child.pid }), stop };
}

/** Creates a table with the keys of the state store. Its time-to-live is left off, so that a test may use any time. */
export async function createStateTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no free port on 127.0.0.1; try again");
  return address.port;
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function waitForAnswer(endpoint: string, child: ChildProcess, program: string): Promise<void> {
  let cause: unknown;
  child.once("error", (error) => {
    cause = error;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(endpoint, { method: "POST", body: "{}" }).catch(() => undefined);
    if (answer !== undefined) {
      await answer.arrayBuffer();
      return;
    }
    if (hasEnded(child)) throw new Error(`${program} ended before it answered; is it executable on this machine?`, { cause });
    await setTimeout(20);
  }
  throw new Error(`${program} did not answer at ${endpoint} within ${START_TIMEOUT_MS} ms; is the machine very busy?`);
}
