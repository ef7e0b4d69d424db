import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDriftDocument } from "../functions/core/drift/sources/drift-source";
import { CONTEXT, fixtureFile } from "./core/drift/sources/documents";

/** The page of each tool, what reads its sample, the feature in that, and files of the tool itself. */
const PAGES: readonly (readonly [string, string, readonly string[]])[] = [
  ["evidently", "Evidently", ["evidently-snapshot.json", "evidently-report.json", "evidently/test-suite-0.4.json"]],
  ["nannyml", "NannyML", ["nannyml-univariate.json", "nannyml/univariate.jsonl", "nannyml-univariate-split.json"]],
  ["model-monitor", "SageMaker violations", ["model-monitor/data-quality.json", "model-monitor/bias.json"]],
];

describe.each(PAGES)("docs/%s.md", (page, source, files) => {
  const text = readFileSync(join(__dirname, `../docs/${page}.md`), "utf8");

  it("should show a file that is read as that tool's, and measures the feature", () => {
    const sample = /```json\n([^`]*)```/.exec(text)?.[1] ?? "";
    const { source: readBy, reports } = readDriftDocument(sample, CONTEXT);

    expect(readBy).toBe(source);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.features.map(({ name }) => name)).toContain("distance");
    expect(reports[0]?.features[0]?.evidence.type).not.toBe("unmeasured");
  });

  it.each(files)("should be right that %s is read", (file) => {
    expect(readDriftDocument(fixtureFile(file), CONTEXT)).toMatchObject({ source });
  });

  it("should send to the folder of a model on both clouds, by one line each", () => {
    expect(text).toMatch(/^aws s3 cp \S+ s3:\/\/acme-flights\/drift\/flight-delay\/\S+\.json/m);
    expect(text).toMatch(/^gcloud storage cp \S+ gs:\/\/acme-flights\/drift\/flight-delay\/\S+\.json/m);
  });
});
