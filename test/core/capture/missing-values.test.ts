import { createSurvey } from "../../../functions/core/capture/baseline/survey";
import { misfitsOf } from "../../../functions/core/capture/feature-tally";
import { lineReader } from "../../../functions/core/capture/lines/line-reader";
import { captureOf } from "./captures";

describe("missing values", () => {
  it.each([
    ["JSON's null", "application/json", '{"a":null}', 0],
    ["Python's NaN", "application/json", '{"a":NaN}', 0],
    ["NaN as a text of JSON", "application/json", '{"a":"NaN"}', 0],
    ["nan as a text of JSON", "application/json", '{"a":"nan"}', 0],
    ["an empty text of JSON", "application/json", '{"a":""}', 0],
    ["NaN of CSV", "text/csv", "NaN", 0],
    ["nan with a blank of CSV", "text/csv", " nan ", 0],
    ["Python's Infinity, which is a misfit", "application/json", '{"a":Infinity}', 1],
    ["Python's -Infinity, which is a misfit", "application/json", '{"a":-Infinity}', 1],
    ["a number that is too large, which is a misfit", "application/json", '{"a":1e999}', 1],
  ])("should be %s", (_what, type, data, misfits) => {
    expect(tallyOf(type, data)).toMatchObject({ numbers: 0, texts: 0, misfits });
  });

  it.each([
    ["a name that only begins so", "application/json", '{"a":"nancy"}'],
    ["a blank text of JSON", "application/json", '{"a":" "}'],
    ["another text of three letters", "text/csv", "SEA"],
  ])("should not be %s", (_what, type, data) => {
    expect(tallyOf(type, data)).toMatchObject({ numbers: 0, texts: 1, misfits: 0 });
  });
});

// Helpers

function tallyOf(observedContentType: string, data: string) {
  const columns = { labels: [], predictions: [] };
  const { summary } = createSurvey("flights", { capture: captureOf(), columns });
  const line = JSON.stringify({ captureData: { endpointInput: { observedContentType, data } } });
  for (const row of lineReader({ format: "sagemaker", columns: ["a"] })(line).rows) summary.add(row);
  const [tally] = summary.features;
  return { ...tally, misfits: tally && misfitsOf({ ...tally, type: "numbers" }) };
}
