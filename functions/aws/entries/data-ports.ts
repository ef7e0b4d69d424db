import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DataPorts } from "../../core/batching/data-ports";
import { readEnvironment } from "../../core/environment";
import { dynamoBatchStore } from "../adapters/batch-store";
import { dynamoModelSettings } from "../adapters/model-settings";
import { consoleReport } from "../console-report";

/**
 * The deployed adapters of the data path. Few invocations publish, so what only publishing needs is loaded by the first that does:
 * a cold start is a third shorter without the S3 client.
 */
export function dataPorts(): DataPorts {
  const { state, requests } = readEnvironment(process.env, ["state", "requests"]);
  const dynamo = new DynamoDBClient({});
  const publishing = () => import("./publishing-ports.js");
  return {
    settings: dynamoModelSettings(dynamo, state, { maxAgeMs: 60_000, now: Date.now }),
    batches: dynamoBatchStore(dynamo, state),
    manifests: {
      writeManifest: async (at, objects) => (await publishing()).manifests.writeManifest(at, objects),
      writeLedger: async (at, ledger) => (await publishing()).manifests.writeLedger(at, ledger),
      readLedger: async (at) => (await publishing()).manifests.readLedger(at),
    },
    requests: { send: async (request) => (await publishing()).requestQueue(requests).send(request) },
    report: consoleReport,
    now: Date.now,
  };
}
