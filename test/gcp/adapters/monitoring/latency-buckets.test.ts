import fc from "fast-check";
import {
  bucketEdges,
  countAbove,
  distributionSchema,
  p95Edge,
} from "../../../../functions/gcp/adapters/monitoring/latency-buckets";

const explicit = { explicitBuckets: { bounds: [10, 20, 50] } };

/** As Cloud Monitoring writes it: 64-bit numbers as texts. */
function distribution(bucketCounts: readonly number[], bucketOptions: object = explicit) {
  const count = bucketCounts.reduce((sum, one) => sum + one, 0);
  return distributionSchema.parse({ count: String(count), mean: 12, bucketOptions, bucketCounts: bucketCounts.map(String) });
}

describe("bucketEdges", () => {
  it.each<[string, object, readonly number[]]>([
    ["explicit", explicit, [10, 20, 50]],
    ["linear", { linearBuckets: { numFiniteBuckets: 3, width: 5, offset: 1 } }, [1, 6, 11, 16]],
    ["linear from 0, which is left out", { linearBuckets: { numFiniteBuckets: 1, width: 5 } }, [0, 5]],
    ["exponential", { exponentialBuckets: { numFiniteBuckets: 3, growthFactor: 2, scale: 1.5 } }, [1.5, 3, 6, 12]],
    ["unknown", {}, []],
  ])("should be those of %s buckets", (_, options, edges) => {
    expect(bucketEdges(distribution([1], options))).toEqual(edges);
  });

  it("should not be made without end", () => {
    const endless = { exponentialBuckets: { numFiniteBuckets: 1e9, growthFactor: 1.1, scale: 1 } };

    expect(() => distribution([1], endless)).toThrow("numFiniteBuckets");
  });
});

describe("countAbove", () => {
  it("should count the buckets from an edge on, with trailing zeros left out", () => {
    const seen = distribution([1, 2, 4]);

    expect([10, 20, 50].map((edge) => countAbove(seen, edge))).toEqual([6, 4, 0]);
  });

  it("should find the edge of exponential buckets again, as it was frozen", () => {
    const options = { exponentialBuckets: { numFiniteBuckets: 40, growthFactor: 1.4, scale: 10 } };
    const edge = JSON.parse(JSON.stringify(p95Edge([distribution([0, 0, 95, 5], options)])));

    expect(edge).toBeCloseTo(19.6);
    expect(countAbove(distribution([3, 0, 0, 2, 1], options), edge)).toBe(3);
  });

  it.each([
    ["within a bucket", distribution([1, 2]), 15],
    ["without buckets", distributionSchema.parse({ count: "3", mean: 12 }), 10],
  ])("should not be known %s", (_, seen, edge) => {
    expect(countAbove(seen, edge)).toBeUndefined();
  });

  it("should be 0 where there are no values, whatever the buckets are", () => {
    expect(countAbove(distribution([], {}), 10)).toBe(0);
  });
});

describe("p95Edge", () => {
  it("should be the lowest edge that at most 5 % of all windows' values are above", () => {
    expect(p95Edge([distribution([90, 5, 3, 2]), distribution([95, 5])])).toBe(20);
    expect(p95Edge([distribution([95, 5])])).toBe(10);
    expect(p95Edge([distribution([94, 6])])).toBe(20);
  });

  it("should not be known without values, and where more than 5 % are above the last edge", () => {
    expect(p95Edge([])).toBeUndefined();
    expect(p95Edge([distribution([90, 0, 0, 10])])).toBeUndefined();
  });

  it("should leave out windows that had other buckets than the newest", () => {
    const older = distribution([0, 0, 100], { explicitBuckets: { bounds: [1, 2, 3] } });

    expect(p95Edge([distribution([100]), older])).toBe(10);
  });

  it("should be an edge that countAbove finds at most 5 % above, and no lower one does", () => {
    const counts = fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }).filter((all) => all.some((one) => one > 0));
    fc.assert(
      fc.property(counts, (all) => {
        const seen = distribution(all);
        const shares = [10, 20, 50].map((edge) => [edge, (countAbove(seen, edge) ?? Number.NaN) / seen.count] as const);

        expect(p95Edge([seen])).toBe(shares.find(([, share]) => share <= 0.05)?.[0]);
      }),
    );
  });
});
