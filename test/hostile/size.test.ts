import { readDriftDocument } from "../../functions/core/drift/sources/drift-source";
import { PoisonMessageError } from "../../functions/core/errors";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const CONTEXT = { model: "churn", documentId: "hostile", window: { start: NOW, end: NOW } };

describe("a document of very many elements", () => {
  it.each([
    ['{"metrics":[', "{}", "]}"],
    ['{"metrics":[', '{"metric":"ColumnDriftMetric"}', "]}"],
    ["[", "{}", "]"],
    ['{"columns":["chunk_key"],"data":[', "[0]", "]}"],
    ['{"jsonPayload":{"featureAnomalies":[', "{}", "]}}"],
    ['{"version":1,"model":"churn","id":"1","monitor":"m","window":{"start":1,"end":2},"features":[', "{}", "]}"],
  ])("should be refused for its size as long as it may be parsed: %s%s…", (head, element, tail) => {
    const text = `${head}${`${element},`.repeat(200_000)}${element}${tail}`;

    expect(() => readDriftDocument(text, CONTEXT)).toThrow(PoisonMessageError);
  });

  it.each(["{}", "null", '{"feature_name":"a"}'])("should be one feature where all are violations of it: %s", (element) => {
    const text = `{"violations":[${`${element},`.repeat(200_000)}${element}]}`;

    expect(readDriftDocument(text, CONTEXT).reports.map(({ features }) => features.length)).toEqual([1]);
  });
});
