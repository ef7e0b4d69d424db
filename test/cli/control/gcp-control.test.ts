import { status } from "@grpc/grpc-js";
import { answer } from "../../../cli/commands/answer";
import { answerCandidate } from "../../../cli/commands/answer-candidate";
import { candidates } from "../../../cli/commands/candidates";
import { pause, resume, settle } from "../../../cli/commands/interventions";
import { orderRollout } from "../../../cli/commands/order-rollout";
import { state } from "../../../cli/commands/state";
import { gcpControl } from "../../../cli/control/gcp-control";
import { painter } from "../../../cli/printout";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import { promotionAnswers } from "../../../functions/core/promotion/take-candidate";
import { firestoreDecisionLog } from "../../../functions/gcp/adapters/firestore/decision-log";
import { firestoreModelSettings } from "../../../functions/gcp/adapters/firestore/model-settings";
import { firestoreCoordinatorStore, firestorePromotionStore } from "../../../functions/gcp/adapters/firestore/versioned-store";
import type { GoogleRest } from "../../../functions/gcp/adapters/google-rest";
import { createCoordinator } from "../../../functions/gcp/handlers/coordinator";
import { memoryNotifier, memoryPipelineLauncher } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { MODELS } from "../../../local/clouds/local-clouds";
import { type Answer, jsonOf, type LoopbackServer } from "../../aws/adapters/loopback-server";
import { describeWithFirestore, type TestFirestore } from "../../contracts/firestore-endpoint";
import { rolloutSettings } from "../../core/promotion/rollout/rollout-states";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../../gcp/adapters/google-server";
import { pushedEvent } from "../../gcp/messages";
import { idOf, promotionOf } from "../../simulation/candidates";
import { driftRequest, START } from "../local-run";
import { promotionAfter } from "../promoted-run";
import { refusingFirestore } from "./refusing-firestore";

const STATE = "projects/p/databases/retrigger-dev";
const TOPIC = "projects/p/topics/retrigger-dev-requests";
const paint = painter(false);
const NEEDED = { approval: { needed: "always", approvers: 1, isSeparate: false } } as const;

let server: LoopbackServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("gcpControl", () => {
  it("should say what names the state database, and how", () => {
    expect(() => gcpControl({}, {}, Date.now)).toThrow(
      /^name the environment with --environment, .* or the state database with --state or RETRIGGER_STATE/,
    );
    expect(() => gcpControl({ state: "retrigger-dev" }, {}, Date.now)).toThrow(
      "got the state database retrigger-dev; expected projects/<project>/databases/<database>",
    );
  });

  it("should say what names the request topic when it is needed", async () => {
    const control = gcpControl({ state: STATE }, {}, Date.now);
    const cause = { type: "manual", by: "ada", why: "why" } as const;
    const request = { id: "manual/m/1", model: "m", causes: [cause], priority: 3, manifests: [], requestedAt: 0 };

    await expect(control.trigger(request)).rejects.toThrow(
      /^name the environment .* or the request topic with --queue or RETRIGGER_REQUESTS/,
    );
    control.close();
  });

  it("should send the answer of a person who may read nothing, and say how to see what comes of it", async () => {
    const refusing = await refusingFirestore({ code: status.PERMISSION_DENIED, details: "Missing or insufficient permissions." });
    const rest = await pubSub(() => jsonAnswer({ messageIds: ["1"] }));
    const control = gcpControl({ state: STATE, queue: TOPIC }, {}, () => START, { open: () => refusing.client, rest });

    const { text } = await answer(control, "drift/flight-delay/1", { by: "grace", isApproved: true }, paint);

    expect(text).toBe(
      "sent; what comes of it was not seen: retrigger state flight-delay tells it, and retrigger why drift/flight-delay/1 what became of the request",
    );
    expect(jsonOf(server?.received[0])).toMatchObject({
      messages: [{ orderingKey: "flight-delay", attributes: { model: "flight-delay" } }],
    });
    await refusing.stop();
  });
});

describeWithFirestore("gcpControl over Firestore and Pub/Sub", (firestore) => {
  it("should leave every change to the coordinator, and tell what came of it", async () => {
    // Arrange
    const world = await createWorld(firestore());
    await world.store.save(world.model, decide(world.settings.policy, initialState(START), driftRequest(), START).state, 0);

    // Act
    const paused = await pause(world.control, world.model, "ada", "broken sensor");
    const { text } = await state(world.control, world.model, paint);
    await resume(world.control, world.model, "ada", "merged");
    const approved = await answer(world.control, driftRequest().id, { by: "grace", isApproved: true }, paint);

    // Assert
    expect(paused.text).toContain("flight-delay is paused");
    expect(text).toContain("by ada (declared) since 2001-01-01 00:00:00: broken sensor");
    expect(approved.text).toContain("approved by grace (declared)");
    expect([...world.launcher.runs.keys()]).toEqual([driftRequest().id]);
  });

  it("should leave a candidate to the coordinator as well, and tell what came of the answer", async () => {
    // Arrange
    const world = await createWorld(firestore());
    await world.promotions.save(world.model, promotionAfter(NEEDED, [{ judgement: {} }]), 0);

    // Act
    const { text } = await answerCandidate(world.control, idOf(1), { by: "ada", isApproved: true });
    const listed = await candidates(world.control, world.model, 20, paint);

    // Assert
    expect(text).toContain("ended, accepted: a person approved it; approved by ada (declared)");
    expect(listed.text).toMatch(/champion: candidate\/flight-delay\/delays-1 since/);
    world.control.close();
  });

  it("should leave a rollout to the coordinator as well, and tell what came of the order", async () => {
    // Arrange
    const world = await createWorld(firestore());
    const people = { promote: ["lead"], rollBack: ["ada", "lead"] };
    const settings = { rollout: rolloutSettings({ people }) };
    await world.promotions.save(world.model, promotionAfter(settings, [{ judgement: {} }]), 0);
    const order = (deed: "promote" | "rollback") =>
      orderRollout(world.control, world.model, { do: deed, by: "ada", why: "complaints" }, () => undefined);

    // Act and assert
    await expect(order("promote")).rejects.toThrow("only those may do it whom promotion.rollout.people names");
    const { text } = await order("rollback");
    expect(text).toContain("ended, rolled-back: a person took it back: complaints; ordered by ada (declared)");
    world.control.close();
  });

  it("should keep the end of a run that a person tells as long as the functions keep it", async () => {
    // Arrange
    const world = await createWorld(firestore());
    const run = { requestId: "manual/flight-delay/1", startedAt: START, reservedUsd: 2, estimatedUsd: 2 };
    await world.store.save(world.model, { ...initialState(START), runs: [run] }, 0);

    // Act
    const { text } = await settle(world.control, run.requestId, { status: "failed", by: "ada" });

    // Assert
    expect(text).toBe("manual/flight-delay/1 has failed, at 2.00 USD; its slot is free");
    expect(await world.decisions.readRun(run.requestId)).toMatchObject({ settledBy: "ada (declared)" });
  });

  it("should say which permission is missing where the topic refuses, and nothing of the program", async () => {
    const { control } = await createWorld(firestore(), () => googleError(403, "PERMISSION_DENIED", "no"));

    await expect(pause(control, "flight-delay", "ada", "broken sensor")).rejects.toMatchObject({
      name: "CommandError",
      message: `not sent: your identity lacks pubsub.topics.publish on ${TOPIC}; docs/people.md has the permissions`,
    });
  });
});

// Helpers

/** Pub/Sub on this machine, behind its own address. */
async function pubSub(respond: () => Answer): Promise<GoogleRest> {
  const started = await startGoogleServer(respond);
  server = started;
  const rest = anonymousRest();
  return (request) => rest({ ...request, url: request.url.replace("https://pubsub.googleapis.com", started.endpoint) });
}

/** A deployed model, whose coordinator works while the command waits. */
async function createWorld(firestore: TestFirestore, respond = () => jsonAnswer({ messageIds: ["1"] })) {
  const database = firestore.createDatabase();
  const [plain] = MODELS.gcp;
  if (plain === undefined) throw new Error("there is no model");
  const settings = { ...plain, promotion: promotionOf(NEEDED) };
  await database.doc(`settings/${settings.model}`).set({ settings });
  const [store, decisions, launcher] = [
    firestoreCoordinatorStore(database),
    firestoreDecisionLog(database),
    memoryPipelineLauncher(),
  ];
  const promotions = firestorePromotionStore(database);
  const coordinator = createCoordinator({
    settings: firestoreModelSettings(database, { now: () => START }),
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
  const rest = await pubSub(respond);
  let handled = 0;

  /** As Pub/Sub and the function do: what was published is handed on. */
  async function wait() {
    const published = server?.received.slice(handled) ?? [];
    for (const request of published) {
      const { messages } = Object(jsonOf(request));
      await coordinator(pushedEvent(`m${++handled}`, { text: Buffer.from(messages[0].data, "base64").toString("utf8") }));
    }
  }

  const control = gcpControl({ state: STATE, queue: TOPIC }, {}, () => START, {
    open: () => firestore.createClient(),
    rest,
    wait,
  });
  return { store, promotions, decisions, launcher, control, settings, model: settings.model };
}
