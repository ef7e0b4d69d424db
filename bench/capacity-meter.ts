import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

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
