import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Makes the client lose the responses to its next `count` requests: they are done, and the client tries again. */
export function loseResponses(client: DynamoDBClient, count: number, beforeLoss: () => Promise<unknown> = async () => {}): void {
  let left = count;
  client.middlewareStack.add(
    (next) => async (args) => {
      const response = await next(args);
      if (left === 0) return response;
      left--;
      await beforeLoss();
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    { step: "finalizeRequest", priority: "low" },
  );
}

/** Notes the names of the client's commands and the units that it was charged. */
export function meter(client: DynamoDBClient): { readonly calls: string[]; readonly units: { written: number; read: number } } {
  const calls: string[] = [];
  const units = { written: 0, read: 0 };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        calls.push(String(commandName));
        const { output, response } = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
        units[/Get|Query|Scan/.test(String(commandName)) ? "read" : "written"] += unitsOf(output);
        return { output, response };
      },
    { step: "initialize" },
  );
  return { calls, units };
}

function unitsOf(output: object): number {
  if (!("ConsumedCapacity" in output)) return 0;
  return [output.ConsumedCapacity].flat().reduce((sum: number, each) => sum + capacityUnits(each), 0);
}

function capacityUnits(capacity: unknown): number {
  const isKnown = typeof capacity === "object" && capacity !== null && "CapacityUnits" in capacity;
  return isKnown ? Number(capacity.CapacityUnits) : 0;
}
