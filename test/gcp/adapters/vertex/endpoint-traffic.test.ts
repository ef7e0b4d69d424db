import { monitoringTrafficMetrics } from "../../../../functions/gcp/adapters/monitoring/traffic-metrics";
import { vertexEndpointTraffic } from "../../../../functions/gcp/adapters/vertex/endpoint-traffic";
import { type Answer, jsonOf } from "../../../aws/adapters/loopback-server";
import { CHAMPION, ENDPOINT, type EndpointServer, type EndpointServerOptions, type KeptEndpoint, MODEL } from "../endpoint-server";
import { anonymousRest, googleError } from "../google-server";
import {
  ALONE,
  BACK,
  changesOf,
  drive,
  goTo,
  MINUTE_MS,
  NOON,
  openEndpoint,
  order,
  SERVED,
  SETTINGS,
  split,
} from "./endpoint-world";

/** 0x000000ff, and 1 more. */
const CANDIDATE = "256";
/** The same above 2^32. */
const RESTORED = "4294967552";

describe("vertexEndpointTraffic", () => {
  let server: EndpointServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function open(options: EndpointServerOptions = {}) {
    const opened = await openEndpoint(options);
    server = opened.vertex;
    return opened;
  }

  describe("survey", () => {
    it("should tell the one model that gets all requests, whatever else is deployed", async () => {
      const { vertex, traffic } = await open();
      vertex.byHand(({ deployedModels }) => deployedModels.push({ ...CHAMPION, id: "12", modelVersionId: "1" }));

      expect(await traffic.survey(SETTINGS)).toEqual({ is: "serving", champion: SERVED });
    });

    it.each<[string, (endpoint: KeptEndpoint) => void, object]>([
      [
        "a split over two",
        (kept) => {
          kept.deployedModels.push({ ...CHAMPION, id: "12" });
          kept.trafficSplit = { [CHAMPION.id]: 60, "12": 40 };
        },
        { is: "unsupported", why: `${ENDPOINT} splits its traffic over 2 models; give one of them 100%` },
      ],
      [
        "an empty split",
        (kept) => {
          kept.trafficSplit = {};
        },
        { is: "unsupported", why: expect.stringContaining("takes no requests") },
      ],
      [
        "no deployed model",
        (kept) => {
          kept.deployedModels = [];
          kept.trafficSplit = {};
        },
        { is: "missing", why: expect.stringContaining("no model is deployed") },
      ],
      [
        "shared resources",
        (kept) => {
          const { dedicatedResources: _, ...rest } = CHAMPION;
          kept.deployedModels = [{ ...rest, sharedResources: "projects/p/locations/europe-west4/deploymentResourcePools/x" }];
        },
        { is: "unsupported", why: expect.stringContaining("on shared resources, which cannot be copied") },
      ],
      [
        "a private endpoint",
        (kept) => {
          kept.network = "projects/4711/global/networks/default";
        },
        { is: "unsupported", why: expect.stringContaining("is a private endpoint") },
      ],
    ])("should say that no rollout is possible on %s", async (_, change, expected) => {
      const { vertex, traffic } = await open();
      vertex.byHand(change);

      expect(await traffic.survey(SETTINGS)).toEqual(expected);
    });

    it("should tell an endpoint that is being changed, and one that is not there", async () => {
      const { vertex, traffic } = await open();
      vertex.mutate(MINUTE_MS);
      const busy = await traffic.survey(SETTINGS);
      vertex.kept = undefined;

      expect(busy).toEqual({ is: "busy", why: `${ENDPOINT} is being changed` });
      expect(await traffic.survey(SETTINGS)).toMatchObject({ is: "missing", why: expect.stringContaining("there is no endpoint") });
    });

    it.each(["flights", "projects/p/endpoints/7000", `${ENDPOINT}?x=1`])("should refuse the endpoint %s", async (endpoint) => {
      const { traffic } = await open();

      await expect(traffic.survey({ ...SETTINGS, endpoint })).rejects.toThrow(`got the endpoint ${endpoint}; expected projects/`);
    });
  });

  describe("a rollout", () => {
    it("should deploy the candidate without requests, shift by the split alone, and undeploy the champion last", async () => {
      const { vertex, traffic } = await open();

      const first = await drive(vertex, traffic, order(BACK, split(5)));
      const [second, third] = [
        await drive(vertex, traffic, order(split(5), split(25))),
        await drive(vertex, traffic, order(split(25), split(100))),
      ];
      const last = await drive(vertex, traffic, order(split(100), ALONE));

      expect(first).toEqual([
        `asked Vertex AI to deploy ${MODEL}@4 without requests`,
        "asked Vertex AI to give 5% of the requests to the candidate",
      ]);
      expect([second, third]).toEqual([
        ["asked Vertex AI to give 25% of the requests to the candidate"],
        ["asked Vertex AI to give 100% of the requests to the candidate"],
      ]);
      expect(last).toEqual([`asked Vertex AI to undeploy the champion, ${CHAMPION.id}`]);
      expect(vertex.kept).toMatchObject({
        deployedModels: [{ id: CANDIDATE, modelVersionId: "4" }],
        trafficSplit: { [CANDIDATE]: 100 },
      });
      expect(vertex.blind).toEqual([]);
      expect(vertex.answered(NOON).nobody).toBeUndefined();
    });

    it("should give the candidate such machines and such an account as the champion has", async () => {
      const { vertex, traffic } = await open();

      await traffic.step(order(BACK, split(5)));

      const { dedicatedResources, serviceAccount } = CHAMPION;
      const deployedModel = {
        id: CANDIDATE,
        model: `${MODEL}@4`,
        displayName: "Retrigger 000000ff",
        dedicatedResources,
        serviceAccount,
      };
      expect(jsonOf(vertex.received.at(-1))).toEqual({ deployedModel });
    });

    it("should copy automatic resources too", async () => {
      const { vertex, traffic } = await open();
      const automaticResources = { minReplicaCount: 1, maxReplicaCount: 3 };
      vertex.byHand((kept) => {
        kept.deployedModels = [{ id: CHAMPION.id, model: CHAMPION.model, modelVersionId: "3", automaticResources }];
      });

      await drive(vertex, traffic, order(BACK, split(5)));

      expect(vertex.kept?.deployedModels[1]).toMatchObject({ id: CANDIDATE, automaticResources });
    });

    it("should be busy while the candidate is being deployed, for whoever looks, and change nothing by another step", async () => {
      const { vertex, traffic } = await open();
      await traffic.step(order(BACK, split(5)));
      const again = vertexEndpointTraffic(anonymousRest(), () => vertex.endpoint);

      expect(await again.look(order(BACK, split(5)))).toMatchObject({ is: "busy", isSafe: false });
      expect(await again.step(order(BACK, split(5)))).toMatchObject({ is: "busy" });
      expect(await again.look(order(BACK, BACK))).toMatchObject({ is: "busy", isSafe: true });
      expect(changesOf(vertex)).toHaveLength(1);
    });

    it("should let requests follow the split that is ordered, and count them by deployed model", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(25));
      vertex.advance(2 * MINUTE_MS);
      const settled = vertex.now();
      vertex.advance(10 * MINUTE_MS);

      expect(vertex.answered(settled)).toEqual({ [CHAMPION.id]: 750, [CANDIDATE]: 250 });
    });

    it("should not know a shadow", async () => {
      const { vertex, traffic } = await open();
      const shadow = order(BACK, { is: "shadow" });

      expect(await traffic.step(shadow)).toMatchObject({ is: "refused", why: expect.stringContaining("leave the shadow out") });
      expect(await traffic.look(shadow)).toMatchObject({ is: "behind", isSafe: false });
      expect(changesOf(vertex)).toEqual([]);
    });
  });

  describe("a way back", () => {
    it.each([split(5), split(25), split(50), split(100)])("should put the champion back at once from %j", async (stage) => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, stage);
      vertex.advance(5 * MINUTE_MS);

      const first = await traffic.step(order(stage, BACK));
      const isSafe = await traffic.look(order(stage, BACK));
      vertex.advance(2 * MINUTE_MS);
      const settled = vertex.now();
      await drive(vertex, traffic, order(stage, BACK));
      vertex.advance(10 * MINUTE_MS);

      expect(first).toMatchObject({ is: "taken", did: "asked Vertex AI to give 0% of the requests to the candidate" });
      expect(isSafe).toMatchObject({ is: "behind", step: `undeploy the candidate, ${CANDIDATE}`, isSafe: true });
      expect(vertex.answered(settled)).toEqual({ [CHAMPION.id]: ((vertex.now() - settled) / MINUTE_MS) * 100 });
      expect(vertex.kept?.deployedModels.map(({ id }) => id)).toEqual([CHAMPION.id]);
      expect(vertex.blind).toEqual([]);
    });

    it("should deploy the champion again, under another id, when it was undeployed", async () => {
      const { vertex, traffic } = await open();
      const from = await goTo(vertex, traffic, ALONE);

      const done = await drive(vertex, traffic, order(from, BACK));
      vertex.advance(2 * MINUTE_MS);
      const settled = vertex.now();
      vertex.advance(10 * MINUTE_MS);

      expect(done).toEqual([
        `asked Vertex AI to deploy the champion ${CHAMPION.model}@3 again, without requests`,
        "asked Vertex AI to give 0% of the requests to the candidate",
        `asked Vertex AI to undeploy the candidate, ${CANDIDATE}`,
      ]);
      expect(vertex.answered(settled)).toEqual({ [RESTORED]: 1000 });
      expect(await traffic.survey(SETTINGS)).toMatchObject({ is: "serving", champion: { deployedModel: RESTORED, version: "3" } });
    });

    it("should be counted as the champion's, whichever id it has", async () => {
      const { vertex, traffic } = await open();
      const metrics = monitoringTrafficMetrics(anonymousRest(), vertex.endpoint);
      await drive(vertex, traffic, order(await goTo(vertex, traffic, ALONE), BACK));
      vertex.advance(10 * MINUTE_MS);
      const from = vertex.now() - (vertex.now() % 300_000) - 300_000;

      const windows = await metrics.read(order(BACK, BACK), { from, until: from + 300_000 });

      expect(windows).toEqual([{ at: from, champion: { requests: 500, errors: 0 } }]);
    });

    it("should not wait for a deployment that is under way", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(50));
      vertex.mutate(30 * MINUTE_MS);

      expect(await traffic.look(order(split(50), split(100)))).toMatchObject({ is: "busy", isSafe: false });
      expect(await traffic.step(order(split(50), BACK))).toMatchObject({ is: "taken" });
      expect(vertex.kept?.trafficSplit).toEqual({ [CHAMPION.id]: 100 });
      expect(await traffic.look(order(split(50), BACK))).toMatchObject({ is: "busy", isSafe: true });
    });

    it("should wait while the champion is being undeployed, and then deploy it again", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(100));
      await traffic.step(order(split(100), ALONE));
      const back = order(split(100), BACK, { abandoned: [ALONE] });

      expect(await traffic.look(back)).toMatchObject({ is: "busy", isSafe: false });
      expect(await traffic.step(back)).toMatchObject({ is: "busy" });
      expect(vertex.kept?.trafficSplit).toEqual({ [CANDIDATE]: 100 });
      await drive(vertex, traffic, back);

      expect(vertex.kept).toMatchObject({ deployedModels: [{ id: RESTORED }], trafficSplit: { [RESTORED]: 100 } });
      expect(vertex.answered(NOON).nobody).toBeUndefined();
    });

    it.each<[string, Answer]>([
      ["refuses the list of operations", googleError(403, "PERMISSION_DENIED", "aiplatform.operations.list denied")],
      ["has none", googleError(501, "UNIMPLEMENTED", "not implemented")],
      ["does not answer", "hang up"],
    ])("should not wait for a cloud that %s", async (_, answer) => {
      const answers: Answer[] = [];
      const { vertex, traffic } = await open({ refuse: ({ path }) => (path.includes("/operations?") ? answers[0] : undefined) });
      await goTo(vertex, traffic, split(50));
      answers.push(answer);

      expect(await traffic.look(order(split(50), BACK))).toMatchObject({ is: "behind", isSafe: false });
      expect(await traffic.step(order(split(50), BACK))).toMatchObject({ is: "taken" });
      expect(vertex.kept?.trafficSplit).toEqual({ [CHAMPION.id]: 100 });
    });

    it("should not be held up by a share that somebody set", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(25));
      vertex.byHand((kept) => {
        kept.trafficSplit = { [CHAMPION.id]: 60, [CANDIDATE]: 40 };
      });

      await drive(vertex, traffic, order(split(25), BACK));

      expect(vertex.kept).toMatchObject({ deployedModels: [{ id: CHAMPION.id }], trafficSplit: { [CHAMPION.id]: 100 } });
    });
  });
});
