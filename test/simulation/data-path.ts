import type { SQSEvent, SQSRecord } from "aws-lambda";
import { createBatcher } from "../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import { createSweeper } from "../../functions/aws/handlers/sweeper";
import { identityOf, type LandedObject } from "../../functions/core/batching/landed-object";
import { DEFAULT_DRIFT_POLICY } from "../../functions/core/drift/drift-policy";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { RejectingPorts } from "../../functions/core/rejected-message";
import type { SweeperPorts } from "../../functions/core/sweep-models";
import type { TrainingRequest } from "../../functions/core/training-request";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import { memoryCoordinatorStore, memoryNotifier, memoryRequestQueue } from "../../functions/memory/coordination";
import { type MemoryManifestStore, memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { forgetfulCloud } from "./forgetful-launcher";
import { policyOf } from "./requests";
import { DIED, type Fate, runProcess, type Step, unreliable } from "./unreliable";

export interface Message {
  readonly id: string;
  readonly body: string;
}

/** The AWS handlers over memory adapters that every process of a test shares, with a clock that the test moves. */
export function createDataPath(settings: ModelSettings, pause: () => Promise<void>) {
  let now = 1_000_000;
  const batches = memoryBatchStore();
  const manifests = memoryManifestStore();
  const requests: TrainingRequest[] = [];
  const queue = memoryRequestQueue(async (request) => {
    requests.push(request);
  });
  const cloud = forgetfulCloud();
  const states = memoryCoordinatorStore();
  const notifier = memoryNotifier();
  const models = memoryModelSettings([settings]);
  const log = () => undefined;
  const rejected = memoryRejectedMessages();

  function ports(step: Step): SweeperPorts & RejectingPorts<unknown> {
    return {
      settings: models,
      batches: unreliable(batches, step),
      deployment: memoryDeployment,
      manifests: unreliable(manifests, step),
      requests: unreliable(queue, step),
      states: unreliable(states, step),
      decisions: unreliable(cloud.decisions, step),
      launcher: unreliable(cloud.launcher, step),
      notifier: unreliable(notifier, step),
      watcher: { describe: async () => ({ status: "running" }) },
      rejected,
      log,
      now: () => now,
    };
  }

  const reliably = (): Fate => "fine";
  /** Resolves to the messages that return to their queue. */
  async function handle<M extends Message>(
    create: (step: Step) => (event: SQSEvent) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>,
    messages: readonly M[],
    nextFate: () => Fate,
  ): Promise<M[]> {
    const result = await runProcess((step) => create(step)(sqsEvent(messages, settings.model)), nextFate, pause);
    if (result === DIED) return [...messages];
    const failed = new Set(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return messages.filter(({ id }) => failed.has(id));
  }

  return {
    requests,
    started: cloud.started,
    forgetRecordedStarts: cloud.forgetRecorded,
    advance: (ms: number) => {
      now += ms;
    },
    deliver: (messages: readonly Message[], nextFate = reliably) =>
      handle((step) => createBatcher(ports(step)), messages, nextFate),
    coordinate: (messages: readonly Message[], nextFate = reliably) =>
      handle((step) => createCoordinator(ports(step)), messages, nextFate),
    sweep: (nextFate = reliably) => runProcess((step) => createSweeper(ports(step))(), nextFate, pause).catch(() => DIED),
    head: () => batches.readHead(settings.model),
    manifests,
    /** Identities by manifest URI: of several versions of one key, the newest stands in the manifest for all. */
    published: () => new Map([...manifests.published.keys()].map((uri) => [uri, lastEntry(manifests, uri).map(identityOf)])),
  };
}

/** What was published with a manifest, as its ledger tells. */
export function lastEntry({ ledgers }: MemoryManifestStore, uri: string): readonly LandedObject[] {
  return ledgers.get(uri)?.entries.at(-1)?.objects ?? [];
}

export type DataPath = ReturnType<typeof createDataPath>;

/** Settings of a model that watches everything under `in/` of the bucket `data`. */
export function settingsOf(batch: Partial<ModelSettings["batch"]> = {}): ModelSettings {
  return {
    model: "flight-delay",
    data: { bucket: "data", prefixes: ["in/"], suffixes: [], manifestPrefix: "manifests/" },
    batch: { batchSize: 5, windowMs: 60_000, dedupeHorizonMs: 1e12, retentionMs: 2e12, ...batch },
    pipeline: { name: "training", parameters: { ManifestUri: "{manifestUri}" } },
    policy: policyOf(),
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  };
}

/** The message that announces one version of one object. */
export function objectMessage(id: string, key: string, version = "v1"): Message {
  const detail = { bucket: { name: "data" }, object: { key, size: 10, "version-id": version } };
  return { id, body: JSON.stringify({ source: "aws.s3", "detail-type": "Object Created", detail }) };
}

export function requestMessages(requests: readonly TrainingRequest[]): Message[] {
  return requests.map((request, index) => ({ id: `r${index}`, body: JSON.stringify(request) }));
}

export function sqsEvent(messages: readonly Message[], group = "flight-delay"): SQSEvent {
  return { Records: messages.map((message) => sqsRecord(message, group)) };
}

function sqsRecord({ id, body }: Message, group: string): SQSRecord {
  return {
    messageId: id,
    receiptHandle: `receipt-${id}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "0",
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:retrigger-test-data",
    awsRegion: "eu-central-1",
  };
}
