import { RetryableError } from "../../../../functions/core/errors";
import type { EndpointTraffic, TrafficOrder } from "../../../../functions/core/promotion/rollout/ports";
import type { RolloutSettings } from "../../../../functions/core/promotion/rollout/rollout-settings";
import type { Served, Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import { GoogleApiError } from "../../../../functions/gcp/adapters/google-rest";
import { monitoringTrafficMetrics } from "../../../../functions/gcp/adapters/monitoring/traffic-metrics";
import { vertexEndpointTraffic } from "../../../../functions/gcp/adapters/vertex/endpoint-traffic";
import { jsonOf, type Received } from "../../../aws/adapters/loopback-server";
import {
  CHAMPION,
  ENDPOINT,
  type EndpointServer,
  type EndpointServerOptions,
  type KeptEndpoint,
  MODEL,
  startEndpointServer,
} from "../endpoint-server";
import { anonymousRest, googleError } from "../google-server";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const MINUTE_MS = 60_000;
const SETTINGS: RolloutSettings = {
  endpoint: ENDPOINT,
  shadowWindows: 0,
  percents: [5, 25, 50],
  tolerance: 1.25,
  bakeWindows: 24,
  deadlineWindows: 2016,
  laterCandidate: "waits",
};
const SERVED: Served = { on: "vertex", deployedModel: CHAMPION.id, model: CHAMPION.model, version: "3" };
/** 0x000000ff, and 1 more. */
const CANDIDATE = "256";
/** The same above 2^32. */
const RESTORED = "4294967552";

const split = (percent: number): Traffic => ({ is: "split", percent });
const BACK: Traffic = { is: "champion" };

function order(from: Traffic, to: Traffic, fields: Partial<TrafficOrder> = {}): TrafficOrder {
  return { settings: SETTINGS, rolloutId: "000000ff", champion: SERVED, candidate: `${MODEL}@4`, from, to, ...fields };
}

describe("vertexEndpointTraffic", () => {
  let server: EndpointServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function open(options: EndpointServerOptions = {}) {
    const vertex = await startEndpointServer(NOON, options);
    server = vertex;
    return { vertex, traffic: vertexEndpointTraffic(anonymousRest(), () => vertex.endpoint) };
  }

  /** Takes steps, a minute apart, until the order is reached; resolves to what was done. */
  async function drive(vertex: EndpointServer, traffic: EndpointTraffic, wanted: TrafficOrder): Promise<string[]> {
    const done: string[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const sighting = await traffic.look(wanted);
      if (sighting.is === "reached") return done;
      if (sighting.is === "changed" || sighting.is === "lost") throw new Error(sighting.why);
      if (sighting.is === "behind") {
        const result = await traffic.step(wanted);
        if (result.is !== "taken") throw new Error(result.why);
        done.push(result.did);
      }
      vertex.advance(MINUTE_MS);
    }
    throw new Error(`not reached after ${done.join("; ")}`);
  }

  /** Goes through the stages in their order, up to the last one given. */
  async function goTo(vertex: EndpointServer, traffic: EndpointTraffic, last: Traffic): Promise<Traffic> {
    let from: Traffic = BACK;
    for (const to of [split(5), split(25), split(50), split(100), { is: "candidate" } as const]) {
      await drive(vertex, traffic, order(from, to));
      from = to;
      if (JSON.stringify(to) === JSON.stringify(last)) return to;
    }
    throw new Error("no such stage");
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
      const last = await drive(vertex, traffic, order(split(100), { is: "candidate" }));

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
      const from = await goTo(vertex, traffic, { is: "candidate" });

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
      await drive(vertex, traffic, order(await goTo(vertex, traffic, { is: "candidate" }), BACK));
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

  describe("what somebody else changed", () => {
    it.each<[string, (endpoint: KeptEndpoint) => void, string]>([
      [
        "a share that no order names",
        (kept) => {
          kept.trafficSplit = { [CHAMPION.id]: 60, [CANDIDATE]: 40 };
        },
        `40% go to the candidate on ${ENDPOINT}; expected 5% or 25%`,
      ],
      [
        "the champion put back",
        (kept) => {
          kept.trafficSplit = { [CHAMPION.id]: 100 };
        },
        `0% go to the candidate on ${ENDPOINT}; expected 5% or 25%`,
      ],
      [
        "a model that nobody knows",
        (kept) => {
          kept.deployedModels.push({ ...CHAMPION, id: "12" });
          kept.trafficSplit = { [CHAMPION.id]: 90, [CANDIDATE]: 5, "12": 5 };
        },
        `5% go to 12 on ${ENDPOINT}, which is no model of this rollout`,
      ],
      [
        "another version under the candidate's id",
        (kept) => {
          for (const deployed of kept.deployedModels) if (deployed.id === CANDIDATE) deployed.modelVersionId = "9";
        },
        `${CANDIDATE} is projects/4711/locations/europe-west4/models/flights@9 and not ${MODEL}@4 on ${ENDPOINT}`,
      ],
      [
        "no requests for anybody",
        (kept) => {
          kept.trafficSplit = {};
        },
        `no model gets requests on ${ENDPOINT}`,
      ],
    ])("should be told, and stay: %s", async (_, change, why) => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(5));
      vertex.byHand(change);
      const before = changesOf(vertex).length;

      expect(await traffic.look(order(split(5), split(25)))).toEqual({ is: "changed", why });
      expect(await traffic.step(order(split(5), split(25)))).toEqual({ is: "refused", why });
      expect(changesOf(vertex)).toHaveLength(before);
    });

    it("should be told of a champion that was undeployed while the candidate has all requests", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(100));
      vertex.byHand((kept) => {
        kept.deployedModels = kept.deployedModels.filter(({ id }) => id === CANDIDATE);
      });

      expect(await traffic.look(order(split(100), split(50)))).toMatchObject({
        is: "changed",
        why: expect.stringContaining("champion"),
      });
      expect(await traffic.look(order(split(100), BACK))).toMatchObject({ is: "behind", step: expect.stringContaining("again") });
    });

    it("should be overruled by an order that insists, and a change that seems made be made again", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(25));
      const { etag } = await etagOf(vertex);
      const insisting = order(split(5), split(25), { insists: true });

      expect(await traffic.step(insisting)).toMatchObject({ is: "taken" });
      expect((await etagOf(vertex)).etag).not.toBe(etag);
      vertex.byHand((kept) => {
        kept.deployedModels.push({ ...CHAMPION, id: "12" });
        kept.trafficSplit = { "12": 100 };
      });
      expect(await traffic.step(insisting)).toMatchObject({ is: "taken" });
      expect(vertex.kept?.trafficSplit).toEqual({ [CHAMPION.id]: 75, [CANDIDATE]: 25 });
    });

    it("should be told of an endpoint that was deleted, and of one that has neither model any more", async () => {
      const { vertex, traffic } = await open();
      vertex.byHand((kept) => {
        kept.deployedModels = [];
        kept.trafficSplit = {};
      });
      const empty = await traffic.look(order(split(5), BACK));
      vertex.kept = undefined;

      expect(empty).toMatchObject({ is: "lost", why: expect.stringContaining("neither the champion nor the candidate") });
      expect(await traffic.look(order(split(5), BACK))).toEqual({ is: "lost", why: `there is no endpoint ${ENDPOINT} any more` });
    });

    it.each([
      ["ABORTED", googleError(409, "ABORTED", "the etag does not match")],
      ["FAILED_PRECONDITION", googleError(400, "FAILED_PRECONDITION", "the endpoint was changed")],
      ["INVALID_ARGUMENT", googleError(400, "INVALID_ARGUMENT", "etag 3 is not the current one")],
      ["412", googleError(412, "FAILED_PRECONDITION", "conditionNotMet")],
    ])("should be looked at again when it came between a look and a change: %s", async (_, stale) => {
      let isRaced = false;
      const { vertex, traffic } = await open({
        stale,
        refuse: ({ method }) => {
          if (method === "PATCH" && isRaced) server?.byHand(() => {});
          isRaced = isRaced && method !== "PATCH";
          return undefined;
        },
      });
      await goTo(vertex, traffic, split(5));
      isRaced = true;

      expect(await traffic.step(order(split(5), split(25)))).toMatchObject({ is: "busy" });
      expect(vertex.kept?.trafficSplit).toEqual({ [CHAMPION.id]: 95, [CANDIDATE]: 5 });
      expect(await traffic.step(order(split(5), split(25)))).toMatchObject({ is: "taken" });
    });
  });

  describe("what Vertex AI refuses", () => {
    it("should tell a quota that allows no machines, and go on when it does", async () => {
      const { vertex, traffic } = await open();
      vertex.isOverQuota = true;

      expect(await traffic.step(order(BACK, split(5)))).toEqual({
        is: "over-quota",
        why: expect.stringContaining("429 RESOURCE_EXHAUSTED: CustomModelServingCPUsPerProjectPerRegion"),
      });
      vertex.isOverQuota = false;
      expect(await traffic.step(order(BACK, split(5)))).toMatchObject({ is: "taken" });
    });

    it.each([
      [
        { code: 8, message: "quota exceeded" },
        "the last attempt to deploy failed (over quota, RESOURCE_EXHAUSTED: quota exceeded)",
      ],
      [{ code: 9, message: "Model server exited unexpectedly." }, "status 9: Model server exited unexpectedly."],
    ])("should tell why a deployment failed: %j", async (failure, told) => {
      const { vertex, traffic } = await open();
      vertex.failures.push(failure);
      await traffic.step(order(BACK, split(5)));
      vertex.advance(10 * MINUTE_MS);

      const sighting = await traffic.look(order(BACK, split(5)));
      await drive(vertex, traffic, order(BACK, split(5)));

      expect(sighting).toMatchObject({ is: "behind", failed: expect.stringContaining(told) });
      expect(vertex.kept?.trafficSplit).toEqual({ [CHAMPION.id]: 95, [CANDIDATE]: 5 });
    });

    it("should not take a deployment from before the candidate was there for its own", async () => {
      const { vertex, traffic } = await open();
      vertex.failures.push({ code: 9, message: "Model server exited unexpectedly." });
      await traffic.step(order(BACK, split(5)));
      vertex.advance(20 * MINUTE_MS);
      vertex.versions.set(`${MODEL}@5`, vertex.now() - MINUTE_MS);

      const later = order(BACK, split(5), { candidate: `${MODEL}@5`, rolloutId: "0000000a" });

      expect(await traffic.look(later)).toEqual({ is: "behind", step: `deploy ${MODEL}@5 without requests`, isSafe: false });
    });

    it("should say that a version is not there", async () => {
      const { traffic } = await open();

      const result = await traffic.step(order(BACK, split(5), { candidate: `${MODEL}@77` }));

      expect(result).toEqual({ is: "refused", why: expect.stringContaining(`404 NOT_FOUND: ${MODEL}@77 is not found`) });
    });

    it.each([":deployModel", ":undeployModel"])("should try %s once, as nobody knows what a lost answer did", async (verb) => {
      const isLost = ({ path }: Received) => path.endsWith(verb);
      const { vertex, traffic } = await open({ refuse: (request) => (isLost(request) ? "hang up" : undefined) });
      const [from, to] = verb === ":deployModel" ? [BACK, split(5)] : [split(100), { is: "candidate" } as const];
      if (verb === ":undeployModel") await goTo(vertex, traffic, split(100));

      await expect(traffic.step(order(from, to))).rejects.toThrow(RetryableError);

      expect(vertex.received.filter(isLost)).toHaveLength(1);
    });

    it("should reject with what the caller's account may not do", async () => {
      const denied = googleError(403, "PERMISSION_DENIED", "Permission 'aiplatform.endpoints.deploy' denied");
      const { traffic } = await open({ refuse: ({ path }) => (path.endsWith(":deployModel") ? denied : undefined) });

      const step = traffic.step(order(BACK, split(5)));

      await expect(step).rejects.toThrow(GoogleApiError);
      await expect(step).rejects.toThrow("aiplatform.endpoints.deploy");
    });

    it("should find what is under way on any page of the operations", async () => {
      const { vertex, traffic } = await open({ pageSize: 1 });
      await goTo(vertex, traffic, split(5));
      vertex.mutate(MINUTE_MS);

      expect(await traffic.look(order(split(5), split(25)))).toMatchObject({ is: "busy" });
    });

    it("should go without the list of operations where Vertex AI keeps none", async () => {
      const none = googleError(501, "UNIMPLEMENTED", "not implemented");
      const { vertex, traffic } = await open({ refuse: ({ path }) => (path.includes("/operations?") ? none : undefined) });

      await traffic.step(order(BACK, split(5)));

      expect(await traffic.step(order(BACK, split(5)))).toMatchObject({
        is: "busy",
        why: expect.stringContaining("being deployed"),
      });
      expect(vertex.received.filter(({ path }) => path.includes("/operations?"))).toHaveLength(2);
    });
  });
});

// Helpers

function changesOf({ received }: EndpointServer): readonly Received[] {
  return received.filter(({ method }) => method !== "GET");
}

async function etagOf({ endpoint }: EndpointServer): Promise<{ etag: string }> {
  const response = await fetch(`${endpoint}/v1/${ENDPOINT}`);
  return Object(await response.json());
}
