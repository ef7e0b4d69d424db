import { setTimeout } from "node:timers/promises";
import { pubSubRejectedMessages, pubSubRequestQueue, topicPublisher } from "../../functions/gcp/adapters/messaging/queues";
import { createCoordinator } from "../../functions/gcp/handlers/coordinator";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRunWatcher,
} from "../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { anonymousRest } from "../gcp/adapters/google-server";
import { googleSettings } from "../gcp/messages";
import { NOON, requestOf } from "../simulation/requests";
import { describeWithPubSub, type TestPubSub } from "./pubsub-endpoint";

const OTHER_MODEL = "fares";

describeWithPubSub("the coordinator behind its topic", (pubSub) => {
  it("should decide the requests of a model in their order, though the first comes twice, and hold up no other model", async () => {
    // Arrange
    const world = await createWorld(pubSub());
    world.refuseOnce();

    // Act
    for (const id of ["1", "2", "3"]) await world.requests.send(requestOf(id));
    await world.requests.send(requestOf("4", { id: "data/fares/4", model: OTHER_MODEL }));
    const decided = await world.decided(4);

    // Assert
    expect(decided.filter((id) => id.startsWith("data/flight-delay/"))).toEqual(["1", "2", "3"].map((id) => requestOf(id).id));
    expect(decided).toContain("data/fares/4");
    expect(world.pushes).toBe(5);
  });

  it("should set aside what is no request at once, and go on with what follows it", async () => {
    // Arrange
    const world = await createWorld(pubSub());

    // Act
    await world.requests.send(requestOf("1"));
    await world.publish({ data: Buffer.from("{").toString("base64"), attributes: { origin: "test" }, orderingKey: "flight-delay" });
    await world.requests.send(requestOf("2"));
    const decided = await world.decided(2);

    // Assert
    expect(decided).toEqual([requestOf("1").id, requestOf("2").id]);
    expect(world.pushes).toBe(3);
    expect(await world.pullDeadLetters()).toMatchObject([
      {
        data: Buffer.from("{").toString("base64"),
        attributes: { origin: "test", RetriggerReason: expect.stringMatching(/^not JSON: \{/) },
      },
    ]);
  });
});

// Helpers

/** A coordinator with everything in memory but its topic and its dead letters. */
async function createWorld(pubSub: TestPubSub) {
  const decisions = memoryDecisionLog();
  const settings = memoryModelSettings([googleSettings(), { ...googleSettings(), model: OTHER_MODEL }]);
  const rest = anonymousRest();
  let isAway = false;
  let pushes = 0;
  let coordinator: ReturnType<typeof createCoordinator> | undefined;
  const { topic, deadLetters, pullDeadLetters } = await pubSub.createQueue(async (push) => {
    pushes++;
    await coordinator?.(push);
  });
  coordinator = createCoordinator({
    settings: {
      async list() {
        if (!isAway) return settings.list();
        isAway = false;
        throw new Error("the state store is away");
      },
    },
    states: memoryCoordinatorStore(),
    decisions,
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    manifests: memoryManifestStore(),
    rejected: pubSubRejectedMessages(rest, deadLetters, pubSub.endpoint),
    deployment: memoryDeployment,
    watcher: memoryRunWatcher(),
    log: () => {},
    now: () => NOON,
  });
  return {
    requests: pubSubRequestQueue(rest, topic, pubSub.endpoint),
    publish: topicPublisher(rest, topic, pubSub.endpoint),
    pullDeadLetters,
    refuseOnce() {
      isAway = true;
    },
    get pushes() {
      return pushes;
    },
    /** Resolves to the ids of what was decided, in its order, as soon as there are so many decisions. */
    async decided(count: number) {
      while (decisions.decisions().length < count) await setTimeout(20);
      return decisions.decisions().map(({ requestId }) => requestId);
    },
  };
}
