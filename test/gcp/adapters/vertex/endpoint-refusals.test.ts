import { RetryableError } from "../../../../functions/core/errors";
import { GoogleApiError } from "../../../../functions/gcp/adapters/google-rest";
import type { Received } from "../../../aws/adapters/loopback-server";
import { CHAMPION, ENDPOINT, type EndpointServer, type EndpointServerOptions, type KeptEndpoint, MODEL } from "../endpoint-server";
import { googleError } from "../google-server";
import { ALONE, BACK, changesOf, drive, goTo, MINUTE_MS, openEndpoint, order, split } from "./endpoint-world";

/** 0x000000ff, and 1 more. */
const CANDIDATE = "256";

describe("vertexEndpointTraffic, where somebody else or Vertex AI stands in the way", () => {
  let server: EndpointServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function open(options: EndpointServerOptions = {}) {
    const opened = await openEndpoint(options);
    server = opened.vertex;
    return opened;
  }

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

    it("should be overruled by an order that overrides, and a change that seems made be made again by one that repeats", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(25));
      const { etag } = await etagOf(vertex);
      const insisting = order(split(5), split(25), { overrides: true, repeats: true });

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

    it("should tell a failure in one printable line without its secrets, however long it is", async () => {
      const { vertex, traffic } = await open();
      const words = "\u001b[31mserver\nexited, password=hunter2 ";
      vertex.failures.push({ code: 9, message: words.repeat(50_000) });
      await traffic.step(order(BACK, split(5)));
      vertex.advance(10 * MINUTE_MS);

      const sighting = await traffic.look(order(BACK, split(5)));
      const { failed = "" } = sighting.is === "behind" ? sighting : {};

      expect(failed).toMatch(/^the last attempt to deploy failed \(status 9: \\u001b\[31mserver exited, password=<hidden> /);
      expect(failed.length).toBeLessThan(1_000);
      expect(failed).not.toContain("hunter2");
    });

    it("should tell what serves in one printable line, whatever it is named", async () => {
      const { vertex, traffic } = await open();
      await goTo(vertex, traffic, split(5));
      vertex.byHand((kept) => {
        for (const deployed of kept.deployedModels) if (deployed.id === CANDIDATE) deployed.model = `\u001b\n${"x".repeat(5_000)}`;
      });

      const sighting = await traffic.look(order(split(5), split(25)));
      const { why } = sighting.is === "changed" ? sighting : { why: "" };

      expect(why).toMatch(/^256 is \\u001b x+…$/);
      expect(why).toHaveLength(1_000);
    });

    it("should tell of the newest deployment alone, in whatever order they are listed", async () => {
      const { vertex, traffic } = await open();
      vertex.failures.push({ code: 9, message: "the first" }, { code: 9, message: "the second" });
      for (let attempt = 0; attempt < 2; attempt++) {
        await traffic.step(order(BACK, split(5)));
        vertex.advance(10 * MINUTE_MS);
      }

      expect(await traffic.look(order(BACK, split(5)))).toMatchObject({ failed: expect.stringContaining("the second") });
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
      const [from, to] = verb === ":deployModel" ? [BACK, split(5)] : [split(100), ALONE];
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

async function etagOf({ endpoint }: EndpointServer): Promise<{ etag: string }> {
  const response = await fetch(`${endpoint}/v1/${ENDPOINT}`);
  return Object(await response.json());
}
