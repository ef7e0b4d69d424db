import type { CapturedRow, NamedValues } from "../../../../functions/core/capture/lines/captured-row";
import { inputNames } from "../../../../functions/core/capture/lines/captured-row";
import { lineReader } from "../../../../functions/core/capture/lines/line-reader";

const COLUMNS = ["delay", "origin"];

describe("the reader of SageMaker's data capture", () => {
  it("should read a CSV payload with its output, as the documentation shows one", () => {
    const line = capturedLine(
      { observedContentType: "text/csv", mode: "INPUT", data: "69,SEA\n", encoding: "CSV" },
      { observedContentType: "text/csv; charset=utf-8", mode: "OUTPUT", data: "0.0254181120544672", encoding: "CSV" },
    );

    expect(rowsOf(line)).toEqual([{ delay: "69", origin: "SEA", prediction: "0.0254181120544672" }]);
  });

  it.each([
    { what: "an object", data: { delay: 4, origin: null }, rows: [{ delay: 4, origin: null }] },
    { what: "instances", data: { instances: [{ delay: 4 }, { delay: 5 }] }, rows: [{ delay: 4 }, { delay: 5 }] },
    {
      what: "instances of features",
      data: { instances: [{ features: [4, "SEA"] }, { features: [5, "LAX"] }] },
      rows: [
        { delay: 4, origin: "SEA" },
        { delay: 5, origin: "LAX" },
      ],
    },
    { what: "features", data: { features: [4, "SEA"] }, rows: [{ delay: 4, origin: "SEA" }] },
    { what: "a table of features", data: { features: [[4, "SEA"]] }, rows: [{ delay: 4, origin: "SEA" }] },
    { what: "a list", data: [4, "SEA"], rows: [{ delay: 4, origin: "SEA" }] },
    {
      what: "a list of lists",
      data: [
        [4, "SEA"],
        [5, "LAX"],
      ],
      rows: [
        { delay: 4, origin: "SEA" },
        { delay: 5, origin: "LAX" },
      ],
    },
    { what: "a list of objects", data: [{ delay: 4 }], rows: [{ delay: 4 }] },
    { what: "no instance at all", data: { instances: [] }, rows: [] },
  ])("should read JSON with $what", ({ data, rows }) => {
    expect(rowsOf(capturedLine(json(data)))).toEqual(rows);
  });

  it("should read JSON Lines, whose encoding is JSON too", () => {
    const data = '{"delay":4}\n{"delay":5}\n';
    const line = capturedLine({ observedContentType: "application/jsonlines", mode: "INPUT", data, encoding: "JSON" });

    expect(rowsOf(line)).toEqual([{ delay: 4 }, { delay: 5 }]);
  });

  it.each([
    { type: "text/csv", text: "4,Zürich", rows: [{ delay: "4", origin: "Zürich" }] },
    { type: "application/json", text: '{"delay":4}', rows: [{ delay: 4 }] },
    { type: undefined, text: "4,SEA", rows: [{ delay: "4", origin: "SEA" }] },
    { type: undefined, text: ' [{"delay":4}]', rows: [{ delay: 4 }] },
  ])("should decode BASE64 of $type, which is what SageMaker writes unless told otherwise", ({ type, text, rows }) => {
    const data = Buffer.from(text).toString("base64");

    expect(rowsOf(capturedLine({ observedContentType: type, mode: "INPUT", data, encoding: "BASE64" }))).toEqual(rows);
  });

  it.each([
    { what: "predictions", output: json({ predictions: [{ score: 0.1 }, { score: 0.2 }] }), names: "score" },
    { what: "numbers", output: json({ predictions: [0.1, 0.2] }), names: "prediction" },
    { what: "lists", output: json({ predictions: [[0.1], [0.2]] }), names: "prediction" },
    { what: "one list", output: json([0.1, 0.2]), names: "prediction" },
  ])("should give each input of a batch its own of $what", ({ output, names }) => {
    const [first, second] = rowsOf(capturedLine(json([{ delay: 4 }, { delay: 5 }]), output));

    expect([first, second]).toEqual([
      { delay: 4, [names]: 0.1 },
      { delay: 5, [names]: 0.2 },
    ]);
  });

  it("should take a row of CSV for one output each, as XGBoost's container answers", () => {
    const output = { observedContentType: "text/csv", mode: "OUTPUT", data: "0.1,0.2", encoding: "CSV" };

    const rows = rowsOf(capturedLine(json([{ delay: 4 }, { delay: 5 }]), output));

    expect(rows.map(({ prediction }) => prediction)).toEqual(["0.1", "0.2"]);
  });

  it("should name several outputs of one input by their place", () => {
    expect(rowsOf(capturedLine(json({ delay: 4 }), json([0.7, 0.3])))).toEqual([
      { delay: 4, prediction: 0.7, "prediction-2": 0.3 },
    ]);
  });

  it("should keep the inputs where the outputs are of another number, or no text", () => {
    const image = { observedContentType: "image/png", mode: "OUTPUT", data: "iVBORw0KGgo=", encoding: "BASE64" };
    const read = lineReader({ format: "sagemaker", columns: COLUMNS });

    const readings = [json([0.1, 0.2, 0.3].map((value) => [value])), image].map((output) =>
      read(capturedLine(json([{ delay: 4 }, { delay: 5 }]), output)),
    );

    expect(readings.map(({ rows }) => rows.map(flat))).toEqual([
      [{ delay: 4 }, { delay: 5 }],
      [{ delay: 4 }, { delay: 5 }],
    ]);
    expect(readings.map(({ problem }) => problem)).toEqual([
      "got 3 outputs of 2 inputs, expected as many",
      "output: got BASE64 of something else than UTF-8 text, expected CSV or JSON",
    ]);
  });

  it("should read outputs that are captured alone", () => {
    const line = JSON.stringify({ captureData: { endpointOutput: json([0.4]) }, eventVersion: "0" });

    expect(rowsOf(line)).toEqual([{ prediction: 0.4 }]);
  });

  it.each([
    ["broken JSON", '{"captureData":{', /^not JSON, or cut short$/],
    ["a line of another format", '{"delay":4}', /^got a line without captureData\.endpointInput/],
    ["null", "null", /^got a line without captureData/],
    ["a payload without data", capturedLine({ encoding: "CSV" }), /^got a payload without data/],
    ["a payload of JSON that is none", capturedLine({ data: "{secret", encoding: "JSON" }), /^not JSON, or cut short$/],
    [
      "too many values",
      capturedLine({ data: "1,2,3", encoding: "CSV" }),
      /^got 3 values without names, expected 2, as columns has them$/,
    ],
    ["no text", capturedLine({ observedContentType: "image/png", data: "iVBORw0KGgo=", encoding: "BASE64" }), /^got BASE64 of/],
    ["no BASE64", capturedLine({ data: "%%%", encoding: "BASE64" }), /^got BASE64 of/],
    [
      "another content type",
      capturedLine({ observedContentType: "text/libsvm", data: "MSAyOjM=", encoding: "BASE64" }),
      /^got a payload of another/,
    ],
  ])("should refuse %s, without a word of it", (_, line, message) => {
    expect(() => rowsOf(line)).toThrow(message);
  });
});

describe("the reader of Vertex AI's request logs", () => {
  it("should read instances and predictions, which are JSON as text", () => {
    const line = JSON.stringify({
      endpoint: "projects/1/locations/europe-west4/endpoints/2",
      deployed_model_id: "3",
      logging_time: "2026-11-21 10:00:00.123456 UTC",
      request_id: "4503599627370496",
      request_payload: ['{"delay": 4, "origin": "SEA"}', '[5, "LAX"]'],
      response_payload: ['{"value": 0.1}', "0.2"],
    });

    expect(rowsOf(line, "vertex")).toEqual([
      { delay: 4, origin: "SEA", value: 0.1 },
      { delay: 5, origin: "LAX", prediction: 0.2 },
    ]);
  });

  it("should read a request that failed, and so has no prediction", () => {
    expect(rowsOf('{"request_payload":["{\\"delay\\":4}"],"response_payload":[]}', "vertex")).toEqual([{ delay: 4 }]);
  });

  it("should keep the inputs where the outputs cannot be read", () => {
    const line = JSON.stringify({ request_payload: ['{"delay":4}'], response_payload: ['{"scores":[[1,2],[3,4]]}'] });

    const { rows, problem } = lineReader({ format: "vertex", columns: COLUMNS })(line);

    expect(rows.map(flat)).toEqual([{ delay: 4 }]);
    expect(problem).toBe("got 2 outputs of 1 inputs, expected as many");
  });

  it.each(["output that is no text", "output that is no JSON"])("should keep the inputs beside an %s", (what) => {
    const response_payload = [what.endsWith("text") ? 4 : "{"];
    const line = JSON.stringify({ request_payload: ['{"delay":4}'], response_payload });

    expect(lineReader({ format: "vertex", columns: COLUMNS })(line)).toMatchObject({
      rows: [{ inputs: { values: [4] } }],
      problem: expect.stringMatching(/^output: (got a payload that is not text|not JSON)/),
    });
  });

  it.each([
    ["another format", '{"delay":4}', /^got a line without request_payload/],
    ["a payload that is no text", '{"request_payload":[{"delay":4}]}', /^got a payload that is not text/],
    ["a payload that is no JSON", '{"request_payload":["delay"]}', /^not JSON/],
  ])("should refuse %s", (_, line, message) => {
    expect(() => rowsOf(line, "vertex")).toThrow(message);
  });
});

describe("the reader of rows", () => {
  it("should read an object of values, whatever their names", () => {
    const line = '{"delay":4,"__proto__":5,"constructor":6}';

    const { rows } = lineReader({ format: "rows", columns: [] })(line);

    expect(rows[0]?.inputs).toEqual({ names: ["delay", "__proto__", "constructor"], values: [4, 5, 6], isTyped: true });
  });

  it.each(["[1]", "null", "4", '"text"'])("should refuse %s", (line) => {
    expect(() => rowsOf(line, "rows")).toThrow(/^got a line that is not a JSON object/);
  });

  it.each(['{"a":[1,2],"b":[3,4]}', '{"a":{"0":1,"1":2}}', '{"instances":[[1,2]]}', '{"a":[1,2],"b":null}'])(
    "should refuse %s, which is no row of values",
    (line) => {
      expect(() => rowsOf(line, "rows")).toThrow(/^got a row of nothing but lists and objects/);
    },
  );

  it("should read NaN as nothing", () => {
    expect(rowsOf('{"delay":NaN,"origin":"SEA"}', "rows")).toEqual([{ delay: null, origin: "SEA" }]);
  });
});

describe("inputNames", () => {
  it("should ask for columns where there are none", () => {
    expect(() => inputNames([]).byPlace(3)).toThrow("got 3 values without names, expected names: set columns to theirs, in order");
  });
});

// Helpers

function json(data: unknown) {
  return { observedContentType: "application/json", mode: "INPUT", data: JSON.stringify(data), encoding: "JSON" };
}

function capturedLine(endpointInput: object, endpointOutput?: object): string {
  return JSON.stringify({
    captureData: { endpointInput, endpointOutput },
    eventMetadata: { eventId: "8f45e35c-fa44-40d2-8ed3-1bcab3a596f3", inferenceTime: "2026-11-21T10:36:30Z" },
    eventVersion: "0",
  });
}

function rowsOf(line: string, format: "sagemaker" | "vertex" | "rows" = "sagemaker"): Record<string, unknown>[] {
  return lineReader({ format, columns: COLUMNS })(line).rows.map(flat);
}

function flat({ inputs, outputs }: CapturedRow): Record<string, unknown> {
  const entries = (side: NamedValues | undefined) => side?.values.map((value, index) => [side.names[index] ?? "", value]) ?? [];
  return Object.fromEntries([...entries(inputs), ...entries(outputs)]);
}
