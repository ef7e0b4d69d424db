import { Transform } from "node:stream";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Firestore } from "@google-cloud/firestore";

/** Consumed capacity units since the last `reset`. */
export interface CapacityMeter {
  readonly read: number;
  readonly write: number;
  reset(): void;
}

interface Consumed {
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

const READS = new Set(["GetItemCommand", "QueryCommand", "BatchGetItemCommand"]);

/** Adds up what DynamoDB says every command of a client consumed, without the caller's doing. */
export function meterCapacity(client: DynamoDBClient): CapacityMeter {
  const meter = { read: 0, write: 0 };
  client.middlewareStack.add(
    (next, context) => async (call) => {
      const input = { ...call.input, ReturnConsumedCapacity: "TOTAL" };
      const result = await next({ ...call, input });
      const side = READS.has(String(context.commandName)) ? "read" : "write";
      for (const units of consumedIn(result.output)) {
        meter.read += units.ReadCapacityUnits ?? (side === "read" ? (units.CapacityUnits ?? 0) : 0);
        meter.write += units.WriteCapacityUnits ?? (side === "write" ? (units.CapacityUnits ?? 0) : 0);
      }
      return result;
    },
    { step: "initialize", name: "capacityMeter" },
  );
  return {
    get read() {
      return meter.read;
    },
    get write() {
      return meter.write;
    },
    reset() {
      meter.read = 0;
      meter.write = 0;
    },
  };
}

function consumedIn(output: object): readonly Consumed[] {
  const consumed: unknown = Reflect.get(output, "ConsumedCapacity");
  if (Array.isArray(consumed)) return consumed;
  return typeof consumed === "object" && consumed !== null ? [consumed] : [];
}

/**
 * Documents that a client wrote, read and deleted, and its calls; a document that was looked for and is not there is a read too.
 */
export interface DocumentMeter {
  readonly calls: number;
  readonly writes: number;
  readonly reads: number;
  readonly deletes: number;
}

/**
 * Counts what Firestore charges a client for, without the caller's doing: the writes of every commit that was performed, every
 * document of an answer, and one read for a query that finds nothing. https://cloud.google.com/firestore/pricing
 * @param wait before each call; @default - it is made at once
 */
export function meterDocuments(firestore: Firestore, wait: () => Promise<unknown> = async () => undefined): DocumentMeter {
  const meter = { calls: 0, writes: 0, reads: 0, deletes: 0 };
  wrapMethod(firestore, "request", async (perform, [method, request]) => {
    meter.calls++;
    await wait();
    const answer = await perform();
    if (method !== "commit") return answer;
    for (const write of listIn(request, "writes")) meter[Reflect.get(Object(write), "delete") ? "deletes" : "writes"]++;
    return answer;
  });
  wrapMethod(firestore, "requestStream", async (perform) => {
    meter.calls++;
    await wait();
    const before = meter.reads;
    const answers = await perform();
    if (!(answers instanceof Object) || !("pipe" in answers) || typeof answers.pipe !== "function") return answers;
    return answers.pipe(
      new Transform({
        objectMode: true,
        transform(answer, _, done) {
          if (answer.found || answer.missing || answer.document) meter.reads++;
          done(null, answer);
        },
        flush(done) {
          if (meter.reads === before) meter.reads++;
          done();
        },
      }),
    );
  });
  return meter;
}

type Wrapper = (perform: () => Promise<unknown>, parameters: readonly unknown[]) => Promise<unknown>;

/** All requests of the client pass through two methods that its types do not show. */
function wrapMethod(firestore: Firestore, name: string, wrap: Wrapper): void {
  const original: unknown = Reflect.get(firestore, name);
  if (typeof original !== "function") throw new Error(`the client has no ${name}; see how this version of it sends requests`);
  Reflect.set(firestore, name, (...parameters: unknown[]) => wrap(async () => original.apply(firestore, parameters), parameters));
}

function listIn(request: unknown, name: string): readonly unknown[] {
  const list: unknown = Reflect.get(Object(request), name);
  return Array.isArray(list) ? list : [];
}
