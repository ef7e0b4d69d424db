import fc from "fast-check";
import type { HoldOutObject } from "../../../functions/core/promotion/hold-out";
import type { TrainingMixPolicy } from "../../../functions/core/promotion/promotion-settings";
import { mixOfUnlisted, mixProblem, planTrainingMix } from "../../../functions/core/promotion/training-mix";
import { settingsOf } from "../../simulation/data-path";

describe("planTrainingMix", () => {
  it("should make of 70 new objects and a large hold-out 30%", () => {
    const { keys, mix } = planTrainingMix(partOf(objectsOf(200), { share: 0.3 }), newDataOf(70));

    expect(keys).toHaveLength(30);
    expect(mix).toEqual({
      baseline: BASELINE,
      digest: "d1",
      objects: 30,
      bytes: 300,
      share: 0.3,
      wanted: 0.3,
      by: "objects",
      isIn: true,
      sentence: "30 of the hold-out's 200 objects are in it, 30% of its objects; wanted 30%",
    });
  });

  it("should take all of a hold-out that is smaller, and say what share that is", () => {
    const { keys, mix } = planTrainingMix(partOf(objectsOf(10), { share: 0.3 }), newDataOf(90));

    expect(keys).toHaveLength(10);
    expect(mix).toMatchObject({ share: 0.1, isIn: true });
    expect(mix.sentence).toBe("10 of the hold-out's 10 objects are in it, 10% of its objects; wanted 30%; it has no more");
  });

  it("should count a key that landed again as new data, and say so", () => {
    const objects = objectsOf(4);
    const newData = { keys: new Set(["in/0", objects[0]?.key ?? ""]), bytes: 20 };

    const { keys, mix } = planTrainingMix(partOf(objects, { share: 0.5 }), newData);

    expect(keys).toHaveLength(2);
    expect(keys).not.toContain(objects[0]?.key);
    expect(mix.sentence).toMatch(/wanted 50%; 1 of them landed again, and count as new data$/);
  });

  it("should measure by bytes where it is told to", () => {
    const objects = [1, 5, 20, 100].map((bytes, n) => ({ key: `old/${n}`, bytes }));

    const { keys, mix } = planTrainingMix(partOf(objects, { share: 0.5, by: "bytes" }), newDataOf(1, 100));

    const chosen = objects.filter(({ key }) => keys.includes(key)).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(mix).toMatchObject({ bytes: chosen, share: chosen / (chosen + 100) });
    expect(chosen).toBeGreaterThanOrEqual(100);
  });

  it("should not know the bytes of a mix by objects whose manifest does not tell them", () => {
    const { mix } = planTrainingMix(partOf([{ key: "old/1" }], {}), newDataOf(1));
    expect(mix).not.toHaveProperty("bytes");
  });

  it("should not claim a share where nothing has a size", () => {
    const { keys, mix } = planTrainingMix(partOf([{ key: "old/1", bytes: 0 }], { by: "bytes" }), newDataOf(1, 0));

    expect(keys).toEqual(["old/1"]);
    expect(mix).not.toHaveProperty("share");
    expect(mix.sentence).toContain("a part that is not known");
  });

  it.each([
    ["lists nothing", [], {}, newDataOf(5), /lists no object; restore it$/],
    [
      "was written again as a whole",
      objectsOf(2),
      {},
      { keys: new Set(["old/0", "old/1"]), bytes: 1 },
      /all 2 objects .* landed again/,
    ],
    [
      "tells no bytes",
      [{ key: "old/0" }],
      { by: "bytes" as const },
      newDataOf(5),
      /tells no bytes of old\/0; .* or mix by objects$/,
    ],
  ])("should have none of a hold-out that %s, and say why", (_, objects, policy, newData, why) => {
    const { keys, mix } = planTrainingMix(partOf(objects, policy), newData);

    expect(keys).toEqual([]);
    expect(mix).toMatchObject({ objects: 0, share: 0, isIn: false });
    expect(mix.sentence).toMatch(why);
  });

  it("should be equal for equal contents in any order, however often an object is listed", () =>
    check(fc.tuple(situation(), fc.infiniteStream(fc.nat())), ([{ objects, policy, newData }, noise]) => {
      const twice = [...objects, ...objects.slice(0, 3).map(({ key }) => ({ key, bytes: 0 }))];
      const shuffled = twice.map((object) => ({ object, at: noise.next().value })).sort((a, b) => a.at - b.at);
      const reordered = { keys: new Set([...newData.keys].reverse()), bytes: newData.bytes };

      expect(
        planTrainingMix(
          partOf(
            shuffled.map(({ object }) => object),
            policy,
          ),
          reordered,
        ),
      ).toEqual(planTrainingMix(partOf(objects, policy), newData));
    }));

  it("should take no object twice, none that is new data, and none that the hold-out has not", () =>
    check(situation(), ({ objects, policy, newData }) => {
      const { keys } = planTrainingMix(partOf(objects, policy), newData);

      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => newData.keys.has(key) || !objects.some((object) => object.key === key))).toEqual([]);
    }));

  it("should take of a greater share at least what it takes of a smaller one", () =>
    check(fc.tuple(situation(), shareArbitrary()), ([{ objects, policy, newData }, share]) => {
      const [small = 0, great = 0] = [share, policy.share].sort((a, b) => a - b);
      const less = planTrainingMix(partOf(objects, { ...policy, share: small }), newData).keys;
      const more = planTrainingMix(partOf(objects, { ...policy, share: great }), newData).keys;
      expect(more.slice(0, less.length)).toEqual(less);
    }));

  it("should reach the share, by no object more than it takes, or have taken everything", () =>
    check(situation(), ({ objects, policy, newData }) => {
      const { keys, mix } = planTrainingMix(partOf(objects, policy), newData);
      const free = objects.filter(({ key }) => !newData.keys.has(key));
      fc.pre(free.length > 0 && mix.share !== undefined);
      const amountOf = (key: string) => (policy.by === "bytes" ? (objects.find((object) => object.key === key)?.bytes ?? 0) : 1);
      const amount = keys.reduce((sum, key) => sum + amountOf(key), 0);
      const ofNewData = policy.by === "bytes" ? newData.bytes : newData.keys.size;
      const withoutLast = amount - amountOf(keys.at(-1) ?? "");

      expect(mix.share).toBeCloseTo(amount / (amount + ofNewData), 9);
      if (keys.length < free.length) expect(mix.share).toBeGreaterThanOrEqual(policy.share - 1e-9);
      if (keys.length > 1) expect(withoutLast / (withoutLast + ofNewData) || 0).toBeLessThan(policy.share);
    }));

  it("should choose names that follow each other as chance would", () => {
    const objects = Array.from({ length: 1_000 }, (_, n) => ({ key: `old/part-${String(n).padStart(5, "0")}.csv` }));

    const { keys } = planTrainingMix(partOf(objects, { share: 0.5 }), newDataOf(500));

    const chosen = new Set(keys);
    const changes = objects.filter(({ key }, n) => n > 0 && chosen.has(key) !== chosen.has(objects[n - 1]?.key ?? "")).length;
    // Of 999 neighbours half differ by chance, with a standard deviation of 16.
    expect(Math.abs(changes - 499.5)).toBeLessThan(80);
  });
});

describe("mixOfUnlisted", () => {
  it("should not claim that a hold-out is in a run that chooses its data itself", () => {
    const mix = mixOfUnlisted(policyOf({}), { ManifestUri: "{manifestUri}" });

    expect(mix).toMatchObject({ isIn: false, share: 0 });
    expect(mix.sentence).toContain(`give the pipeline a parameter whose value is ${BASELINE}`);
  });

  it("should take a parameter that names the hold-out for its reader, and claim no share", () => {
    const mix = mixOfUnlisted(policyOf({}), { ManifestUri: "{manifestUri}", HoldOut: BASELINE });

    expect(mix).toMatchObject({ isIn: true, sentence: expect.stringContaining("by its parameter HoldOut") });
    expect(mix).not.toHaveProperty("share");
    expect(mix).not.toHaveProperty("objects");
  });
});

describe("mixProblem", () => {
  const settings = settingsOf();
  const { bucket, manifestPrefix } = settings.data;

  it.each([
    ["no address", { baseline: "hold-out.jsonl" }, /^got hold-out\.jsonl as the hold-out's manifest, expected s3:/],
    ["a bucket alone", { baseline: "s3://lake/" }, /expected s3:\/\/bucket\/key/],
    [
      "bytes of a form without",
      { by: "bytes" as const, baseline: "s3://lake/hold-out.manifest" },
      /needs a manifest of JSON Lines/,
    ],
    [
      "manifests that expire",
      { baseline: `s3://${bucket}/${manifestPrefix}${settings.model}/7.manifest` },
      /which expire; copy it/,
    ],
    ["landing data", { baseline: `s3://${bucket}/${settings.data.prefixes[0]}x.jsonl` }, /lies where data lands/],
  ])("should name what cannot work: %s", (_, policy, expected) => {
    expect(mixProblem(settings, policyOf(policy))).toMatch(expected);
  });

  it.each([{}, { by: "bytes" as const, baseline: "gs://lake/hold-out.jsonl" }])(
    "should say nothing of what may work: %j",
    (policy) => {
      expect(mixProblem(settings, policyOf(policy))).toBeUndefined();
    },
  );
});

// Helpers

const BASELINE = "s3://archive/hold-out.manifest";

function policyOf(values: Partial<TrainingMixPolicy>): TrainingMixPolicy {
  return { baseline: BASELINE, share: 0.3, by: "objects", isRequired: false, ...values };
}

function partOf(objects: readonly HoldOutObject[], policy: Partial<TrainingMixPolicy>) {
  return { policy: policyOf(policy), holdOut: { digest: "d1", objects } };
}

/** Of 10 bytes each. */
function objectsOf(count: number): HoldOutObject[] {
  return Array.from({ length: count }, (_, n) => ({ key: `old/${n}`, bytes: 10 }));
}

function newDataOf(count: number, bytes = 10 * count) {
  return { keys: new Set(Array.from({ length: count }, (_, n) => `in/${n}`)), bytes };
}

function shareArbitrary() {
  return fc.double({ min: 0.01, max: 0.99, noNaN: true });
}

/** A hold-out of distinct objects, some of which may be new data, too. */
function situation() {
  const object = fc.record({
    key: fc.integer({ min: 0, max: 60 }).map((n) => `old/${n}`),
    bytes: fc.integer({ min: 0, max: 1_000 }),
  });
  const policy = fc.record({ share: shareArbitrary(), by: fc.constantFrom("objects" as const, "bytes" as const) });
  const keys = fc.array(
    fc.integer({ min: 0, max: 60 }).map((n) => (n % 4 === 0 ? `old/${n}` : `in/${n}`)),
    { maxLength: 40 },
  );
  const newData = fc.record({ keys: keys.map((list) => new Set(list)), bytes: fc.nat(10_000) });
  return fc.record({ objects: fc.uniqueArray(object, { maxLength: 40, selector: ({ key }) => key }), policy, newData });
}

function check<T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, predicate), { seed: jest.getSeed() });
}
