import { inputNames, type NamedValues, OUTPUT_NAMES, type SideNames } from "../../../../functions/core/capture/lines/captured-row";
import { jsonRows } from "../../../../functions/core/capture/lines/json-rows";

const COLUMNS = ["delay", "origin", "n"];
const INPUTS = inputNames(COLUMNS);

const MANY = Array.from({ length: 250_001 }, () => 1);
const FIRST = { delay: 4.5, origin: "SEA", n: 1 };
const SECOND = { delay: null, origin: "LAX", n: 2 };
const LISTS = [Object.values(FIRST), Object.values(SECOND)];

/** What pandas 3.1 writes of two rows by `to_json` and `to_dict`. */
const PANDAS = {
  columns: '{"delay":{"0":4.5,"1":null},"origin":{"0":"SEA","1":"LAX"},"n":{"0":1,"1":2}}',
  "columns of an index of its own": '{"delay":{"10":4.5,"11":null},"origin":{"10":"SEA","11":"LAX"},"n":{"10":1,"11":2}}',
  "columns of dates":
    '{"delay":{"2026-01-01":4.5,"2026-01-02":null},"origin":{"2026-01-01":"SEA","2026-01-02":"LAX"},"n":{"2026-01-01":1,"2026-01-02":2}}',
  index: '{"0":{"delay":4.5,"origin":"SEA","n":1},"1":{"delay":null,"origin":"LAX","n":2}}',
  split: '{"columns":["delay","origin","n"],"index":[0,1],"data":[[4.5,"SEA",1],[null,"LAX",2]]}',
  "split of no names": '{"columns":[0,1,2],"index":[0,1],"data":[[4.5,"SEA",1],[null,"LAX",2]]}',
  tight:
    '{"index":[0,1],"columns":["delay","origin","n"],"data":[[4.5,"SEA",1],[null,"LAX",2]],"index_names":[null],"column_names":[null]}',
  records: '[{"delay":4.5,"origin":"SEA","n":1},{"delay":null,"origin":"LAX","n":2}]',
  table:
    '{"schema":{"fields":[{"name":"index","type":"integer"},{"name":"delay","type":"number"},{"name":"origin","type":"string"},{"name":"n","type":"integer"}],"primaryKey":["index"],"pandas_version":"1.4.0"},"data":[{"index":0,"delay":4.5,"origin":"SEA","n":1},{"index":1,"delay":null,"origin":"LAX","n":2}]}',
  values: '[[4.5,"SEA",1],[null,"LAX",2]]',
  list: '{"delay":[4.5,null],"origin":["SEA","LAX"],"n":[1,2]}',
};

/** What clients of other servers send of the same two rows. */
const SERVERS = {
  "instances of MLflow": { instances: [FIRST, SECOND] },
  "instances as columns": { instances: { delay: [4.5, null], origin: ["SEA", "LAX"], n: [1, 2] } },
  "dataframe_split of MLflow": { dataframe_split: { columns: COLUMNS, data: LISTS }, params: { top: 1 } },
  "dataframe_records of MLflow": { dataframe_records: [FIRST, SECOND] },
  "inputs of MLflow": { inputs: [FIRST, SECOND] },
  "inputs by place": { inputs: LISTS },
  "inputs as columns of TensorFlow": {
    signature_name: "serving_default",
    inputs: { delay: [[4.5], [null]], origin: [["SEA"], ["LAX"]], n: [[1], [2]] },
  },
  "instances of TensorFlow, each value in a list": {
    instances: [
      { delay: [4.5], origin: ["SEA"], n: [1] },
      { delay: [null], origin: ["LAX"], n: [2] },
    ],
  },
  "a named tensor of TensorFlow": { inputs: { dense: LISTS } },
  "a data member": { data: LISTS, method: "predict" },
  "input_data of Azure": { input_data: { columns: COLUMNS, index: [0, 1], data: LISTS }, params: {} },
  "an ndarray of Seldon": { data: { names: COLUMNS, ndarray: LISTS } },
  "values of features": { instances: LISTS.map((values) => ({ features: { values } })) },
  "values of features within data": { instances: LISTS.map((values) => ({ data: { features: { values } } })) },
  "values beside a key": { instances: LISTS.map((values, key) => ({ key, values })) },
  "a tensor": { inputs: [{ name: "x", shape: [2, 3], datatype: "BYTES", data: LISTS.flat() }] },
  "a tensor within lists": { id: "1", inputs: [{ name: "x", shape: [2, 3], datatype: "BYTES", data: LISTS }] },
  "a tensor for each column": {
    parameters: { content_type: "pd" },
    inputs: [
      { name: "delay", shape: [2, 1], datatype: "FP64", data: [4.5, null] },
      { name: "origin", shape: [2], datatype: "BYTES", data: ["SEA", "LAX"] },
      { name: "n", shape: [2, 1], datatype: "INT64", data: [[1], [2]] },
    ],
  },
  "a body": { body: { rows: LISTS } },
};

describe("jsonRows", () => {
  it.each(Object.entries(PANDAS))("should read two rows of pandas' %s", (_orient, text) => {
    expect(inputsOf(JSON.parse(text))).toEqual([FIRST, SECOND]);
  });

  it.each(Object.entries(SERVERS))("should read two rows of %s", (_form, payload) => {
    expect(inputsOf(payload)).toEqual([FIRST, SECOND]);
  });

  it.each(Object.keys(PANDAS).filter((orient) => !["columns of dates", "values", "split of no names"].includes(orient)))(
    "should read pandas' %s without columns of the settings, whose names it has",
    (orient) => {
      expect(inputsOf(JSON.parse(PANDAS[orient as keyof typeof PANDAS]), inputNames([]))).toEqual([FIRST, SECOND]);
    },
  );

  it.each([
    { what: "a text", payload: "4.5,SEA,1\n,LAX,2" },
    { what: "instances", payload: { instances: "4.5,SEA,1\n,LAX,2" } },
    { what: "data with a header", payload: { data: "delay,origin,n\n4.5,SEA,1\n,LAX,2" } },
    { what: "a text of each row", payload: { instances: ["4.5,SEA,1", ",LAX,2"] } },
    { what: "inputs beside parameters", payload: { inputs: ["4.5,SEA,1", ",LAX,2"], parameters: { top_k: 1 } } },
  ])("should read CSV as $what", ({ payload }) => {
    expect(inputsOf(payload)).toEqual([
      { delay: "4.5", origin: "SEA", n: "1" },
      { delay: "", origin: "LAX", n: "2" },
    ]);
  });

  it.each([
    { what: "a list", payload: [4.5, "SEA", 1] },
    { what: "an object", payload: FIRST },
    { what: "an object within another", payload: { instances: FIRST } },
    { what: "an object under a name of its own", payload: { request: FIRST } },
    { what: "a list under a name of its own", payload: { x: [4.5, "SEA", 1] } },
    { what: "columns of one row", payload: { delay: [4.5], origin: ["SEA"], n: [1] } },
    { what: "features beside an id", payload: { id: 7, features: FIRST } },
    { what: "one row of an index", payload: { "0": FIRST } },
    { what: "a vector of as many values as columns", payload: { inputs: [{ name: "x", shape: [3], data: [4.5, "SEA", 1] }] } },
  ])("should read one row of $what", ({ payload }) => {
    expect(inputsOf(payload)).toEqual([FIRST]);
  });

  it.each([
    { what: "a list", payload: [1, 2, 3] },
    { what: "inputs", payload: { inputs: [1, 2, 3] } },
    { what: "instances", payload: { instances: [1, 2, 3] } },
    { what: "a column by name", payload: { delay: [1, 2, 3] } },
    { what: "a column by an index", payload: { delay: { "0": 1, "1": 2, "2": 3 } } },
    { what: "a column of lists", payload: { inputs: { delay: [[1], [2], [3]] } } },
    { what: "a vector", payload: { inputs: [{ name: "x", shape: [3], data: [1, 2, 3] }] } },
    { what: "a tensor", payload: { inputs: [{ name: "x", shape: [3, 1], data: [1, 2, 3] }] } },
  ])("should read a row for each value of the only column: $what", ({ payload }) => {
    expect(inputsOf(payload, inputNames(["delay"]))).toEqual([{ delay: 1 }, { delay: 2 }, { delay: 3 }]);
  });

  it.each([{ instances: [] }, [], { inputs: [] }, { delay: [], origin: [], n: [] }, { columns: COLUMNS, data: [] }])(
    "should read no row of %j",
    (payload) => {
      expect(inputsOf(payload)).toEqual([]);
    },
  );

  it.each(["data", "features", "inputs"])("should take lists of one length for columns, one called %s among them", (name) => {
    expect(inputsOf({ [name]: [1, 2], amount: [3, 4] }, inputNames([]))).toEqual([
      { [name]: 1, amount: 3 },
      { [name]: 2, amount: 4 },
    ]);
  });

  it("should take a column for a column that has the name of a wrapper", () => {
    const names = inputNames(["data", "inputs"]);

    expect(inputsOf({ data: [1, 2], inputs: ["x", "y"] }, names)).toEqual([
      { data: 1, inputs: "x" },
      { data: 2, inputs: "y" },
    ]);
    expect(inputsOf({ data: "1,2", inputs: "x" }, names)).toEqual([{ data: "1,2", inputs: "x" }]);
  });

  it.each([
    { what: "a text", payload: { inputs: "some text" } },
    { what: "a number", payload: { data: 4 } },
    { what: "a nested object beside a value", payload: { user: { age: 3 }, amount: 5 } },
    { what: "a list beside a value", payload: { tags: ["a", "b"], amount: 5 } },
  ])("should leave a row by names as it is that holds $what", ({ payload }) => {
    expect(inputsOf(payload, inputNames([]))).toEqual([payload]);
  });

  it.each([
    ["columns of different lengths", { delay: [1, 2], origin: ["x"], n: [1, 2] }, /^got lists of different lengths/],
    ["a row of lists", { instances: [{ delay: [1, 2], origin: ["x", "y"] }] }, /^got a row of nothing but lists/],
    ["a row of lists and nothing", { instances: [{ delay: [1, 2], origin: null }] }, /^got a row of nothing but lists/],
    ["pictures", { instances: [[[1, 2], [3, 4], [5, 6]]] }, /^got a row of nothing but lists/], // biome-ignore format: one row
    ["columns of vectors", { delay: [[1, 2], [3, 4]], n: [[1, 2], [3, 4]] }, /^got a row of nothing but lists/], // biome-ignore format: two columns
    ["groups of values", { user: { age: 3 }, device: { age: 4 } }, /^got objects within an object, of which nothing tells/],
    ["objects of different members", { delay: { "0": 1 }, n: { "0": 1, "1": 2 } }, /^got objects of different members/],
    ["an index on either side", { "0": { "0": 1 }, "1": { "0": 2 } }, /^got objects within an object/],
    ["a split row that is too short", { columns: COLUMNS, data: [[1, "x"]] }, /^got a row that is not a list of 3 values/],
    ["names of two levels", { columns: [["a", "b"]], data: [[1]] }, /^got the name of a column that is no text/],
    ["a table of lists", { schema: { fields: [] }, data: [[1]] }, /^got a row of a table that is no object/],
    ["a text that is no row", { inputs: "some text", parameters: { top_k: 1 } }, /^got 1 values without names, expected 3/],
    ["texts that are no rows", { inputs: ["some, text", "other, text"] }, /^got 2 values without names, expected 3/],
    ["JSON within JSON", '{"delay":4,"origin":"SEA","n":1}', /^got JSON as a text within JSON/],
    ["an embedding", { embedding: [0.1, 0.2] }, /^got 2 values without names/],
    ["a tensor of another shape", tensor([2, 3], [1, 2, 3]), /^got a tensor of 3 values, expected a name, and a shape/],
    ["a tensor of a negative shape", tensor([-1, -3], [1, 2, 3]), /^got a tensor of 3 values/],
    ["a tensor of endless rows of nothing", tensor([1e9, 0], []), /^got a tensor of 0 values/],
    ["a tensor without data", { inputs: [{ name: "x", shape: [1, 3], parameters: { binary_data_size: 12 } }] }, /^got a tensor w/],
    ["tensors of other rows", { inputs: [column("delay", [1, 2]), column("n", [1])] }, /^got tensors of different numbers of rows/],
    ["a row too deep within objects", nested(20, FIRST), /^got a row within more than 8 objects/],
    ["an item too deep within objects", { instances: [nested(20, FIRST)] }, /^got a row within more than 8 objects/],
    ["a row far too deep within objects", nested(10_000, FIRST), /^got a row within more than 8 objects/],
  ])("should refuse %s", (_what, payload, message) => {
    expect(() => inputsOf(payload)).toThrow(message);
  });

  it.each([
    ["columns", { delay: MANY, n: MANY }],
    ["columns by an index", { delay: { ...MANY }, n: { ...MANY } }],
    ["a column", { delay: MANY }],
    ["a tensor", { inputs: [column("delay", MANY)] }],
    ["instances", { instances: MANY }],
    ["a list", MANY],
  ])("should refuse more rows in %s than are read of a line", (_what, payload) => {
    expect(() => inputsOf(payload, inputNames(["delay"]))).toThrow(/^got 250001 rows, expected at most 250000: send fewer/);
  });

  it("should ask for columns where a list has no names", () => {
    expect(() => inputsOf({ embedding: [0.1, 0.2] }, inputNames([]))).toThrow(/expected names: set columns to theirs/);
  });
});

describe("jsonRows of answers", () => {
  it.each([
    { what: "classes of Vertex AI", payload: { predictions: [{ classes: ["a", "b"], scores: [0.1, 0.9] }] }, row: scores() },
    { what: "classes alone", payload: { classes: ["a", "b"], scores: [0.1, 0.9] }, row: scores() },
    {
      what: "names of Vertex AI",
      payload: { predictions: [{ ids: "1", displayNames: ["a"], confidences: [0.7] }] },
      row: { "confidences.a": 0.7, ids: "1" },
    },
    {
      what: "bounds of Vertex AI",
      payload: { predictions: [{ value: 3, lower_bound: 2, upper_bound: 4 }] },
      row: { value: 3, lower_bound: 2, upper_bound: 4 },
    },
    { what: "a list under a name of its own", payload: { scores: [0.1, 0.9] }, row: { scores: 0.1, "scores-2": 0.9 } },
    { what: "a list under a name of each answer", payload: [{ scores: [0.1, 0.9] }], row: { scores: 0.1, "scores-2": 0.9 } },
    { what: "outputs", payload: { outputs: [[0.1, 0.9]] }, row: { prediction: 0.1, "prediction-2": 0.9 } },
    { what: "a tensor", payload: { outputs: [column("y", [0.1])] }, row: { prediction: 0.1 } },
    {
      what: "tensors",
      payload: { outputs: [column("y", [0.1]), tensor([1, 2], [3, 4]).inputs[0]] },
      row: { y: 0.1, x: 3, "x-2": 4 },
    },
    { what: "columns", payload: { label: [1], score: [0.1] }, row: { label: 1, score: 0.1 } },
    { what: "a text", payload: "0.1", row: { prediction: "0.1" } },
    { what: "numbers as CSV", payload: "0.1,0.9", row: { prediction: "0.1", "prediction-2": "0.9" } },
    { what: "a sentence", payload: 'No, I am "fine"', row: { prediction: 'No, I am "fine"' } },
    {
      what: "lists beside values",
      payload: { predictions: [{ probabilities: [0.1, 0.9], class_ids: [1], label: "b" }] },
      row: { probabilities: 0.1, "probabilities-2": 0.9, class_ids: 1, label: "b" },
    },
    {
      what: "columns of lists",
      payload: { outputs: { scores: [[0.1, 0.9]], label: [[1]] } },
      row: { scores: 0.1, "scores-2": 0.9, label: 1 },
    },
    { what: "predictions beside probabilities", payload: { predictions: [1], probabilities: [0.85] }, row: { prediction: 1 } },
  ])("should read $what", ({ payload, row }) => {
    expect(jsonRows(payload, OUTPUT_NAMES).map(flat)).toEqual([row]);
  });

  it("should read a class for each where there are columns of them", () => {
    expect(jsonRows({ labels: ["x", "y"], probability: [0.1, 0.2] }, OUTPUT_NAMES).map(flat)).toEqual([
      { labels: "x", probability: 0.1 },
      { labels: "y", probability: 0.2 },
    ]);
  });
});

// Helpers

function scores() {
  return { "scores.a": 0.1, "scores.b": 0.9 };
}

function tensor(shape: readonly number[], data: readonly unknown[]) {
  return { inputs: [{ name: "x", shape, datatype: "FP32", data }] };
}

function column(name: string, data: readonly unknown[]) {
  return { name, shape: [data.length, 1], datatype: "FP32", data };
}

function nested(depth: number, value: unknown): unknown {
  let outer = value;
  for (let level = 0; level < depth; level++) outer = { x: outer };
  return outer;
}

function inputsOf(payload: unknown, names: SideNames = INPUTS): Record<string, unknown>[] {
  return jsonRows(payload, names).map(flat);
}

function flat({ names, values }: NamedValues): Record<string, unknown> {
  return Object.fromEntries(values.map((value, place) => [names[place] ?? "", value]));
}
