import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DataPorts } from "../../core/batching/data-ports";
import { readEnvironment } from "../../core/environment";
import { dynamoBatchStore } from "../adapters/batch-store";
import { dynamoModelSettings } from "../adapters/model-settings";
import { consoleReport } from "../console-report";

/**
 * The deployed adapters of the data path. Few invocations publish, so the file with the S3 and SQS clients is loaded by the first that
 * does: it would double the cold start of all others.
 */
export function dataPorts(): DataPorts {
  const { state } = readEnvironment(process.env, ["state", "requests"]);
  const dynamo = new DynamoDBClient({});
  const load = async () => (await import("./publishing.lazy.js")).publishing;
  return {
    settings: dynamoModelSettings(dynamo, state, { maxAgeMs: 60_000, now: Date.now }),
    batches: dynamoBatchStore(dynamo, state),
    manifests: {
      writeManifest: async (at, objects) => (await load()).manifests.writeManifest(at, objects),
      writeLedger: async (at, ledger) => (await load()).manifests.writeLedger(at, ledger),
      readLedger: async (at) => (await load()).manifests.readLedger(at),
    },
    requests: { send: async (request) => (await load()).requests.send(request) },
    report: consoleReport,
    now: Date.now,
  };
}
