import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { contentDigest, fileId, modelOfReport } from "../../../functions/core/drift/report-identity";
import { settingsOf } from "../../simulation/data-path";
import example from "./fixtures/drift-report.json";

describe("modelOfReport", () => {
  it("should take the inner one of two folders, and no folder whose name only starts alike", () => {
    const outer = { ...settingsOf(), model: "one" };
    const inner = { ...settingsOf(), model: "two", monitoring: { prefix: "drift/one/" } };

    expect(modelOfReport([outer, inner], "data", "drift/one/two/a.json")?.model).toBe("two");
    expect(modelOfReport([outer, inner], "data", "drift/one/a.json")?.model).toBe("one");
    expect(modelOfReport([outer, inner], "data", "drift/one-more/a.json")).toBeUndefined();
    expect(modelOfReport([outer, inner], "other", "drift/one/a.json")).toBeUndefined();
  });
});

describe("fileId", () => {
  it("should be an id of a report, and differ for every version, however long the key is", () => {
    const uri = `s3://data/${"x".repeat(1000)}`;

    expect(fileId("s3://data/a.json", "v1")).toBe("s3://data/a.json v1");
    expect(fileId(uri, "v1")).toHaveLength(256);
    expect(fileId(uri, "v1")).not.toBe(fileId(uri, "v2"));
  });
});

describe("contentDigest", () => {
  it("should be what it was for reports that are stored", () => {
    expect(contentDigest(parseDriftReport(example))).toBe("df5bb2f666aecaf7");
  });

  it("should not depend on rows and run of a performance, which no drift is judged by", () => {
    const [, , , performance] = example.features;
    const labelled = { ...performance, evidence: { ...performance?.evidence, rows: 1_000, run: "run-7" } };
    const features = example.features.map((feature) => (feature === performance ? labelled : feature));

    expect(contentDigest(parseDriftReport({ ...example, features }))).toBe(contentDigest(parseDriftReport(example)));
  });
});
