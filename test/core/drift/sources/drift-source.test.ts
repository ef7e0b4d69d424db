import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readDriftDocument } from "../../../../functions/core/drift/sources/drift-source";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixtureFile, fixtureText, mutated } from "./documents";

const READABLE: readonly (readonly [file: string, source: string, reports: number])[] = [
  ["own-report", "Retrigger's own format", 1],
  ["cloudwatch-alarm-event", "CloudWatch alarm", 1],
  ["cloudwatch-alarm-sns", "CloudWatch alarm", 1],
  ["vertex-anomaly", "Vertex AI anomaly", 1],
  ["sagemaker-violations", "SageMaker violations", 1],
  ["evidently-report", "Evidently", 1],
  ["evidently-snapshot", "Evidently", 1],
  ["evidently-snapshot-first", "Evidently", 1],
  ["evidently-snapshot-methods", "Evidently", 1],
  ["evidently-snapshot-dataset", "Evidently", 1],
  ["nannyml-univariate", "NannyML", 3],
  ["nannyml-univariate-split", "NannyML", 3],
  ["nannyml-univariate-columns", "NannyML", 3],
  ["nannyml-estimated", "NannyML", 3],
  ["nannyml-realised", "NannyML", 3],
];

const FIXTURES = join(__dirname, "fixtures");

/** Whose fixtures a folder holds. */
const FOLDERS: Readonly<Record<string, string>> = {
  "drift-own": "Retrigger's own format",
  evidently: "Evidently",
  "model-monitor": "SageMaker violations",
  "model-quality": "SageMaker model quality",
  nannyml: "NannyML",
  "vertex-evaluation": "Vertex AI evaluation",
};

const REFUSED: readonly (readonly [file: string, message: string])[] = [
  ["sagemaker-statistics", "got statistics.json alone"],
  ["sagemaker-baseline-statistics", "got statistics.json alone"],
  ["sagemaker-constraints", "of no known format"],
  ["sagemaker-processing-job", "of no known format"],
  ["sagemaker-processing-job-event", "of no known format"],
  ["sagemaker-monitoring-executions", "of no known format"],
];

describe("readDriftDocument", () => {
  it.each(READABLE)("should read %s as %s", (file, source, count) => {
    const reading = readDriftDocument(fixtureText(file), CONTEXT);

    expect(reading.source).toBe(source);
    expect(reading.reports).toHaveLength(count);
    expectReportsOrPoison(() => reading.reports);
  });

  it.each(Object.entries(FOLDERS))("should read every fixture of %s as %s", (folder, source) => {
    for (const file of readdirSync(join(FIXTURES, folder))) {
      const reading = readDriftDocument(fixtureFile(`${folder}/${file}`), CONTEXT);

      expect({ file, source: reading.source, isRead: reading.reports.length > 0 }).toEqual({ file, source, isRead: true });
      expectReportsOrPoison(() => reading.reports);
    }
  });

  it.each(REFUSED)("should refuse %s", (file, message) => {
    expect(() => readDriftDocument(fixtureText(file), CONTEXT)).toThrow(PoisonMessageError);
    expect(() => readDriftDocument(fixtureText(file), CONTEXT)).toThrow(message);
  });

  it("should be asked of every fixture", () => {
    const all = readdirSync(FIXTURES, { withFileTypes: true });
    const files = all.flatMap(({ name }) => (name.endsWith(".json") ? name : []));
    const folders = all.flatMap((entry) => (entry.isDirectory() ? entry.name : []));

    expect(new Set(files)).toEqual(new Set([...READABLE, ...REFUSED].map(([file]) => `${file}.json`)));
    expect(folders.sort()).toEqual(Object.keys(FOLDERS));
  });

  it("should find nothing to judge in an alarm that is over", () => {
    const text = fixtureText("cloudwatch-alarm-event").replace('"value": "ALARM"', '"value": "OK"');

    expect(readDriftDocument(text, CONTEXT)).toEqual({ source: "CloudWatch alarm", reports: [] });
  });

  it("should list what was tried", () => {
    expect(() => readDriftDocument('{"drift_score": 0.4}', CONTEXT)).toThrow(
      'got a drift document of no known format: {"drift_score": 0.4}; tried Retrigger\'s own format (features with monitor and window), ' +
        "CloudWatch alarm (an alarm's state change of EventBridge or SNS), Vertex AI anomaly (jsonPayload.featureAnomalies), " +
        "Vertex AI evaluation (metrics{} with metricsSchemaUri), " +
        "SageMaker violations (violations[]), Evidently (metrics[], or tests[] with a summary), " +
        "NannyML (a table or JSON Lines with chunk_key and measures), " +
        "SageMaker model quality (dataset and …_metrics{}), " +
        "SageMaker statistics (dataset and features[])",
    );
  });

  it.each([
    ["an empty own report", "{}", "of no known format"],
    ["an own report without a window", '{"monitor": "m", "features": []}', "not a drift report"],
    ["an anomaly without its objective", '{"jsonPayload": {"featureAnomalies": []}}', "not an anomaly of Vertex AI"],
    ["a file that the monitor is still writing", fixtureText("evidently-report").slice(0, 500), "not JSON, or cut short"],
  ])("should refuse %s", (_name, text, message) => {
    expect(() => readDriftDocument(text, CONTEXT)).toThrow(message);
  });

  it("should read the NaN of a Python monitor as a score that was not measured", () => {
    const text = fixtureText("evidently-snapshot").replace("0.04623177473850468", "NaN");

    expect(readDriftDocument(text, CONTEXT).reports[0]?.features[0]).toMatchObject({
      name: "delay",
      evidence: { type: "unmeasured" },
    });
  });

  it("should read equal reports from equal documents", () => {
    for (const [file] of READABLE) {
      expect(readDriftDocument(fixtureText(file), CONTEXT)).toEqual(readDriftDocument(fixtureText(file), CONTEXT));
    }
  });

  it("should read or refuse every text, never anything else", () => {
    const read = (text: string) => expectReportsOrPoison(() => readDriftDocument(text, CONTEXT).reports);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), read));
    const documents = fc.constantFrom(...READABLE).chain(([file]) => mutated(JSON.parse(fixtureText(file))));
    fc.assert(fc.property(documents, (document) => read(String(JSON.stringify(document)))));
    const cut = fc.tuple(fc.constantFrom(...READABLE), fc.nat(3000)).map(([[file], length]) => fixtureText(file).slice(0, length));
    fc.assert(fc.property(cut, read));
  });
});
