import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { answer } from "../../../cli/commands/answer";
import { answerCandidate } from "../../../cli/commands/answer-candidate";
import { candidates } from "../../../cli/commands/candidates";
import { decisions } from "../../../cli/commands/decisions";
import { pause, resume, settle, thaw } from "../../../cli/commands/interventions";
import { orderRollout } from "../../../cli/commands/order-rollout";
import { state } from "../../../cli/commands/state";
import { awsControl } from "../../../cli/control/aws-control";
import { painter } from "../../../cli/printout";
import { toItem } from "../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoDecisionLog } from "../../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoModelSettings } from "../../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoCoordinatorStore, dynamoPromotionStore } from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { createCoordinator } from "../../../functions/aws/handlers/coordinator";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import { promotionAnswers } from "../../../functions/core/promotion/take-candidate";
import { memoryNotifier, memoryPipelineLauncher } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { MODELS } from "../../../local/clouds/local-clouds";
import { awsError, type LoopbackServer, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { describeWithDynamoDb, type TestDynamoDb } from "../../contracts/dynamodb-endpoint";
import { rolloutSettings } from "../../core/promotion/rollout/rollout-states";
import { idOf, promotionOf } from "../../simulation/candidates";
import { sqsEvent } from "../../simulation/data-path";
import { driftRequest, START } from "../local-run";
import { promotionAfter } from "../promoted-run";
import { sqsService } from "../redrive/sqs-service";

const QUEUE = "retrigger-dev-requests.fifo";
const paint = painter(false);
const NEEDED = { approval: { needed: "always", approvers: 1, isSeparate: false } } as const;

let server: LoopbackServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("awsControl", () => {
  it("should say what names the state table", () => {
    expect(() => awsControl({}, {}, Date.now)).toThrow(
      /^name the environment with --environment, .* or the state table with --state or RETRIGGER_STATE/,
    );
  });

  it("should say what names the request queue when it is needed", async () => {
    const control = awsControl({ state: "state" }, {}, Date.now);
    const cause = { type: "manual", by: "ada", why: "why" } as const;
    const request = { id: "manual/m/1", model: "m", causes: [cause], priority: 3, manifests: [], requestedAt: 0 };

    await expect(control.trigger(request)).rejects.toThrow(
      /^name the environment .* or the request queue with --queue or RETRIGGER_REQUESTS/,
    );
    control.close();
  });

  it("should say which table of which region is not there, and what to do", async () => {
    const control = await openControl("retrigger-prod-state", () =>
      awsError("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "Requested resource not found"),
    );

    await expect(decisions(control, {}, 20, paint)).rejects.toThrow(
      "Query on the table retrigger-prod-state in us-east-1 failed: Requested resource not found; see that it exists in this account and region",
    );
  });

  it("should send the answer of a person who may read nothing, and say how to see what comes of it", async () => {
    const queues = sqsService({ [QUEUE]: { messages: [] } });
    const control = await openControl("state", (request) =>
      isForDynamo(request.headers) ? awsError("com.amazon.coral.service#AccessDeniedException", "no") : queues.answer(request),
    );

    const { text } = await answer(control, "drift/flight-delay/1", { by: "grace", isApproved: true }, paint);

    expect(text).toBe(
      "sent; what comes of it was not seen: retrigger state flight-delay tells it, and retrigger why drift/flight-delay/1 what became of the request",
    );
    expect(queues.messages(QUEUE)).toMatchObject([{ group: "flight-delay" }]);
    control.close();
  });

  it("should send an answer about a candidate likewise", async () => {
    const queues = sqsService({ [QUEUE]: { messages: [] } });
    const control = await openControl("state", (request) =>
      isForDynamo(request.headers) ? awsError("com.amazon.coral.service#AccessDeniedException", "no") : queues.answer(request),
    );

    const { text } = await answerCandidate(control, idOf(1), { by: "grace", isApproved: false });

    expect(text).toBe(`sent; what comes of it was not seen: retrigger why ${idOf(1)} tells it`);
    expect(queues.messages(QUEUE)).toMatchObject([{ group: "flight-delay" }]);
    await expect(thaw(control, "flight-delay", "ada", "merged")).rejects.toThrow(
      "your identity may not read whether flight-delay is frozen; retrigger resume flight-delay ends a freeze and a pause alike",
    );
    control.close();
  });

  it("should say which permission is missing where the queue refuses, and nothing of the program", async () => {
    const control = await openControl("state", () => awsError("com.amazon.coral.service#AccessDeniedException", "no"));

    await expect(pause(control, "flight-delay", "ada", "broken sensor")).rejects.toMatchObject({
      name: "CommandError",
      message: `not sent: your identity lacks sqs:SendMessage on ${server?.endpoint}/111122223333/${QUEUE}; docs/people.md has the permissions`,
    });
    control.close();
  });
});

describeWithDynamoDb("awsControl over DynamoDB and SQS", (dynamoDb) => {
  it("should leave every change to the coordinator, and tell what came of it", async () => {
    // Arrange
    const world = await createWorld(dynamoDb());
    await world.store.save(world.model, decide(world.settings.policy, initialState(START), driftRequest(), START).state, 0);

    // Act
    const paused = await pause(world.control, world.model, "ada", "broken sensor");
    const { text } = await state(world.control, world.model, paint);
    await resume(world.control, world.model, "ada", "merged");
    const approved = await answer(world.control, driftRequest().id, { by: "grace", isApproved: true }, paint);

    // Assert
    expect(paused.text).toContain("flight-delay is paused");
    expect(text).toContain("by AROA1:ada@example.com (aws-sqs) since 2001-01-01 00:00:00: broken sensor");
    expect(approved.text).toContain("approved by AROA1:ada@example.com (aws-sqs)");
    expect([...world.launcher.runs.keys()]).toEqual([driftRequest().id]);
    world.control.close();
  });

  it("should leave a candidate to the coordinator as well, and tell what came of the answer", async () => {
    // Arrange
    const world = await createWorld(dynamoDb());
    await world.promotions.save(world.model, promotionAfter(NEEDED, [{ judgement: {} }]), 0);

    // Act
    const { text } = await answerCandidate(world.control, idOf(1), { by: "ada", isApproved: true });
    const listed = await candidates(world.control, world.model, 20, paint);

    // Assert
    expect(text).toContain("ended, accepted: a person approved it; approved by AROA1:ada@example.com (aws-sqs)");
    expect(listed.text).toMatch(/champion: candidate\/flight-delay\/delays-1 since/);
    world.control.close();
  });

  it("should leave a rollout to the coordinator as well, and tell what came of the order", async () => {
    // Arrange
    const world = await createWorld(dynamoDb());
    const people = { promote: ["lead"], rollBack: ["ada@example.com", "lead"] };
    const settings = { rollout: rolloutSettings({ people }) };
    await world.promotions.save(world.model, promotionAfter(settings, [{ judgement: {} }]), 0);
    const order = (deed: "promote" | "rollback") =>
      orderRollout(world.control, world.model, { do: deed, by: "ada", why: "complaints" }, () => undefined);

    // Act and assert
    await expect(order("promote")).rejects.toThrow("only those may do it whom promotion.rollout.people names");
    const { text } = await order("rollback");
    expect(text).toContain("ended, rolled-back: a person took it back: complaints; ordered by AROA1:ada@example.com (aws-sqs)");
    world.control.close();
  });

  it("should keep the end of a run that a person tells as long as the functions keep it", async () => {
    // Arrange
    const world = await createWorld(dynamoDb());
    const run = { requestId: "manual/flight-delay/1", startedAt: START, reservedUsd: 2, estimatedUsd: 2 };
    await world.store.save(world.model, { ...initialState(START), runs: [run] }, 0);

    // Act
    const { text } = await settle(world.control, run.requestId, { status: "failed", by: "ada" });

    // Assert
    expect(text).toBe("manual/flight-delay/1 has failed, at 2.00 USD; its slot is free");
    expect(await world.decisions.readRun(run.requestId)).toMatchObject({ settledBy: "AROA1:ada@example.com (aws-sqs)" });
    world.control.close();
  });

  it("should say that an answer was sent whose end it did not see within its patience", async () => {
    const world = await createWorld(dynamoDb(), false);

    const { data, text } = await pause(world.control, world.model, "ada", "broken sensor");

    expect(data).toMatchObject({ model: "flight-delay", answer: "sent" });
    expect(text).toBe("sent; what comes of it was not seen: retrigger state flight-delay tells it");
    world.control.close();
  });
});

// Helpers

function isForDynamo(headers: { readonly [name: string]: unknown }): boolean {
  return String(headers["x-amz-target"]).startsWith("DynamoDB");
}

async function openControl(
  table: string,
  respond: Parameters<typeof startLoopbackServer>[0],
  dynamoDb?: string,
  wait?: () => Promise<void>,
) {
  server = await startLoopbackServer(respond);
  // Clients take their endpoint and identity from the environment when they first ask.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb ?? server.endpoint,
    AWS_ENDPOINT_URL_SQS: server.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const options = { state: table, queue: `${server.endpoint}/111122223333/${QUEUE}` };
  return awsControl(options, {}, () => START, wait);
}

/** A deployed model, whose coordinator works while the command waits. */
async function createWorld({ client, createTable, endpoint }: TestDynamoDb, isCoordinated = true) {
  const table = await createTable();
  const [plain] = MODELS.aws;
  if (plain === undefined) throw new Error("there is no model");
  const settings = { ...plain, promotion: promotionOf(NEEDED) };
  const row = { pk: "settings", sk: settings.model, settings: JSON.parse(JSON.stringify(settings)) };
  await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
  const queues = sqsService({ [QUEUE]: { messages: [] } });
  const [store, decisions, launcher] = [
    dynamoCoordinatorStore(client, table),
    dynamoDecisionLog(client, table),
    memoryPipelineLauncher(),
  ];
  const promotions = dynamoPromotionStore(client, table);
  const coordinator = createCoordinator({
    settings: dynamoModelSettings(client, table, { now: () => START }),
    states: store,
    candidateAnswers: promotionAnswers({ promotions, now: () => START }),
    decisions,
    launcher,
    notifier: memoryNotifier(),
    manifests: memoryManifestStore(),
    rejected: memoryRejectedMessages(),
    deployment: memoryDeployment,
    watcher: { describe: async () => ({ status: "running" }) },
    log: () => {},
    now: () => START,
  });
  /** As SQS and Lambda do: what waits is handed on, with the sender that SQS saw. */
  async function coordinate() {
    const { Records } = sqsEvent(queues.take(QUEUE), settings.model);
    const attested = Records.map((record) => ({
      ...record,
      attributes: { ...record.attributes, SenderId: "AROA1:ada@example.com" },
    }));
    await coordinator({ Records: attested });
  }

  const control = await openControl(table, queues.answer, endpoint, isCoordinated ? coordinate : async () => {});
  return { store, promotions, decisions, launcher, control, settings, model: settings.model };
}
