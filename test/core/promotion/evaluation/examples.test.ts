import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import * as YAML from "yaml";
import { evaluationJsonSchema, goldenPredictionJsonSchema } from "../../../../config/json-schemas";
import { readEvaluated } from "../../../../functions/core/promotion/evaluation/read-evaluated";
import { textLines } from "../../../../functions/node/text-lines";

const EXAMPLES = join(__dirname, "../../../../docs/examples/evaluation");
const SCRIPT = join(EXAMPLES, "evaluate.py");
const COMPONENT = join(EXAMPLES, "vertex_component.yaml");
const PIPELINE = join(EXAMPLES, "sagemaker_pipeline.json");

const PYTHON = process.env.RETRIGGER_PYTHON ?? "python3";
const hasPython = spawnSync(PYTHON, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;
/** Version 3 of sagemaker is imported only where a region is set, so it is looked for. */
const LOOK =
  "import importlib.util as u, kfp, sys; sys.exit(u.find_spec('sagemaker') is None or u.find_spec('sagemaker.mlops') is None)";
const hasModules = hasPython && spawnSync(PYTHON, ["-c", LOOK]).status === 0;
const withPython = hasPython ? it : it.skip;
const withModules = hasModules ? it : it.skip;
const NEEDS_PYTHON = hasPython ? "" : " (skipped: no python3 of 3.9 or newer; RETRIGGER_PYTHON names one)";
const NEEDS_MODULES = hasModules ? "" : " (skipped: RETRIGGER_PYTHON names no Python with kfp and sagemaker 3)";

/** Of the rows 1 to 8, which the model gets wrong at 4 and 7. */
const GOLDEN = [
  "customer,country,churned",
  ...[0, 0, 1, 1, 0, 1, 0, 0].map((label, row) => `c${row + 1},${row % 2 ? "FR" : "DE"},${label}`),
];
const PREDICTIONS = [
  "customer,prediction,score",
  ...[0.1, 0.2, 0.9, 0.4, 0.3, 0.8, 0.7, 0.05].map((score, row) => `c${row + 1},${Number(score > 0.5)},${score}`),
];
const GIVEN = ["--model", "churn", "--training-rows", "48211", "--id-column", "customer", "--label-column", "churned"];

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "retrigger-evaluation-"));
  write("golden.csv", `${GOLDEN.join("\n")}\n`);
  write("predictions.csv", `${PREDICTIONS.join("\n")}\n`);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("docs/examples/evaluation/evaluate.py", () => {
  withPython(`should write what the schemas accept and the functions read${NEEDS_PYTHON}`, async () => {
    run([...GIVEN, "--golden", "golden.csv", "--predictions", "predictions.csv", "--slice-columns", "country", "--output", "out"]);

    expectValid("out/evaluation.json", "out/golden-predictions.jsonl");
    const { problem, evaluation, predictions } = await read("out/evaluation.json");
    expect(problem).toBeUndefined();
    expect(evaluation?.metrics).toEqual({ accuracy: 0.75, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, auc: 14 / 15 });
    expect(evaluation?.confusion).toEqual({ "0": { "0": 4, "1": 1 }, "1": { "0": 1, "1": 2 } });
    expect(evaluation?.identity?.goldenSet).toEqual({ sha256: sha256(bytesOf("golden.csv")), rows: 8 });
    expect(evaluation?.identity?.training).toEqual({ rows: 48211 });
    expect(predictions?.classes).toEqual(["0", "1"]);
    expect([...(predictions?.scores ?? [])].sort()).toEqual([0.05, 0.1, 0.2, 0.3, 0.4, 0.7, 0.8, 0.9]);
    expect(predictions?.slices.country?.names).toEqual(["DE", "FR"]);
  });

  withPython(`should call a function of one's own, which does not see the label${NEEDS_PYTHON}`, async () => {
    write("own_model.py", 'def predict(rows):\n    return [("yes" if "label" in row else "no") for row in rows]\n');
    write("golden.jsonl", '{"id": 7, "label": "no"}\n{"id": 8, "label": "yes"}\n');

    run([
      "--model",
      "churn",
      "--training-rows",
      "9",
      "--data-set-rows",
      "10",
      "--golden",
      "golden.jsonl",
      "--predict",
      "own_model:predict",
    ]);

    const { problem, evaluation, predictions } = await read("evaluation.json");
    expect(problem).toBeUndefined();
    expect(evaluation?.metrics.accuracy).toBe(0.5);
    expect(evaluation?.identity?.training).toEqual({ rows: 9, dataSetRows: 10 });
    expect(predictions?.classes).toEqual(["no", "yes"]);
  });

  withPython(`should measure quantities by their errors, and several classes by a confusion matrix${NEEDS_PYTHON}`, async () => {
    write("quantities.jsonl", '{"id": 1, "label": 2.5}\n{"id": 2, "label": 4}\n');
    write("said.jsonl", '{"id": 2, "prediction": 7}\n{"id": 1, "prediction": 6.5}\n');
    write("classes.csv", "id,label\n1,a\n2,b\n3,c\n");
    write("named.csv", "id,prediction\n1,a\n2,c\n3,c\n");

    run([
      "--model",
      "fare",
      "--training-rows",
      "9",
      "--golden",
      "quantities.jsonl",
      "--predictions",
      "said.jsonl",
      "--output",
      "q",
    ]);
    run(["--model", "kind", "--training-rows", "9", "--golden", "classes.csv", "--predictions", "named.csv", "--output", "c"]);

    const quantities = await read("q/evaluation.json");
    const classes = await read("c/evaluation.json");
    expect(quantities.evaluation?.metrics).toEqual({ mae: 3.5, mse: 12.5, rmse: Math.sqrt(12.5) });
    expect(quantities.predictions).not.toHaveProperty("classes");
    expect(classes.evaluation?.metrics).toEqual({ accuracy: 2 / 3 });
    expect(classes.predictions?.classes).toEqual(["a", "b", "c"]);
  });

  withPython.each([
    [
      "a row without a prediction",
      "predictions.csv",
      `${PREDICTIONS.slice(0, -1).join("\n")}\n`,
      "has no prediction for 1 of 8 rows, such as c8",
    ],
    ["a row that is predicted twice", "predictions.csv", `${[...PREDICTIONS, "c1,0,0.1"].join("\n")}\n`, "predicts c1 once more"],
    [
      "a probability as prediction",
      "predictions.csv",
      PREDICTIONS.join("\n").replace(",0,0.1", ",0.1,0.1"),
      "give the class as prediction",
    ],
    [
      "a prediction that is NaN",
      "predictions.csv",
      PREDICTIONS.join("\n").replace(",0,0.1", ",NaN,0.1"),
      "labels and predictions are",
    ],
    ["a row without a label", "golden.csv", `${[...GOLDEN, "c9,FR,"].join("\n")}\n`, "row 9 of golden.csv has no churned"],
    ["an id that is there twice", "golden.csv", `${[...GOLDEN, "c1,FR,0"].join("\n")}\n`, "has the same customer in several rows"],
    ["a golden set without rows", "golden.csv", "customer,churned\n", "golden.csv has no rows"],
  ])(`should refuse %s, and write nothing${NEEDS_PYTHON}`, (_, file, content, problem) => {
    write(file, content);

    const { status, stderr } = spawnSync(
      PYTHON,
      [SCRIPT, ...GIVEN, "--golden", "golden.csv", "--predictions", "predictions.csv", "--output", "out"],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );

    expect(status).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(() => bytesOf("out/evaluation.json")).toThrow("ENOENT");
    expect(() => bytesOf("out/golden-predictions.jsonl")).toThrow("ENOENT");
  });
});

describe("what evaluate.py says of a mistake", () => {
  const GIVEN_FILES = { golden: ["--golden", "golden.csv"], by: ["--predictions", "predictions.csv"] };

  withPython.each<[string, Partial<typeof GIVEN_FILES> | { more: string[] }, string]>([
    ["no golden set", { golden: ["--golden", "none.csv"] }, "none.csv cannot be read: No such file or directory; expected CSV or"],
    [
      "no predictions",
      { by: ["--predictions", "none.csv"] },
      "none.csv cannot be read: No such file or directory; expected CSV or",
    ],
    ["a golden set that is no text", { golden: ["--golden", "bytes"] }, "bytes is no text in UTF-8; expected CSV or JSON Lines"],
    [
      "a broken line",
      { golden: ["--golden", "broken.jsonl"] },
      "line 2 of broken.jsonl is no JSON object; expected a row, such as",
    ],
    [
      "a label that is NaN",
      { golden: ["--golden", "nan.jsonl"] },
      "row 1 of nan.jsonl has nan as churned; expected a finite number",
    ],
    [
      "a wrong label column",
      { more: ["--label-column", "churn"] },
      "golden.csv has no column churn; its columns are customer, country, churned",
    ],
    [
      "a wrong id column",
      { more: ["--id-column", "client"] },
      "golden.csv has no column client; its columns are customer, country, churned",
    ],
    [
      "a wrong column of slices",
      { more: ["--slice-columns", "country,plan"] },
      "golden.csv has no column plan; its columns are customer, country, churned",
    ],
    [
      "predictions of another name",
      { by: ["--predictions", "named.csv"] },
      "named.csv has no column prediction; its columns are customer, predicted",
    ],
    [
      "predictions without id",
      { by: ["--predictions", "nameless.csv"] },
      "nameless.csv has no column customer or id; its columns are row, prediction",
    ],
    ["no module", { by: ["--predict", "none:predict"] }, "--predict: no module none in "],
    [
      "a module that lacks another",
      { by: ["--predict", "needy:predict"] },
      "--predict: needy needs no_such, which is not installed",
    ],
    ["no function", { by: ["--predict", "own_model:foretell"] }, "own_model has no function foretell; its functions are nothing"],
    ["a module alone", { by: ["--predict", "own_model"] }, "--predict is 'own_model'; expected module:function, such as"],
    ["a function that gives nothing", { by: ["--predict", "own_model:nothing"] }, "predict gave None; expected a list of 8"],
    [
      "a function that gives three of each",
      { by: ["--predict", "own_model:three"] },
      "prediction 1 is (1, 2, 3); expected a prediction",
    ],
    [
      "a function that gives lists",
      { by: ["--predict", "own_model:lists"] },
      "prediction 1 is [0.1, 0.9]; expected a text, number",
    ],
    ["no place to write to", { more: ["--output", "golden.csv/out"] }, "golden-predictions.jsonl cannot be written: "],
  ])(`should be one line, of %s${NEEDS_PYTHON}`, (_, given, problem) => {
    write("bytes", Buffer.from([0xff, 0xfe]));
    write("broken.jsonl", '{"customer": "c1", "churned": 0}\n{"customer": \n');
    write("nan.jsonl", '{"customer": "c1", "churned": NaN}\n');
    write("named.csv", "customer,predicted\nc1,0\n");
    write("nameless.csv", "row,prediction\n1,0\n");
    write("needy.py", "import no_such\n");
    write(
      "own_model.py",
      "nothing = lambda rows: None\nthree = lambda rows: [(1, 2, 3)] * 8\nlists = lambda rows: [[0.1, 0.9]] * 8\n",
    );
    const { golden, by, more } = { ...GIVEN_FILES, more: [], ...given };

    const { status, stderr } = spawnSync(PYTHON, ["-B", SCRIPT, ...GIVEN, "--output", "out", ...golden, ...by, ...more], {
      cwd: folder,
      encoding: "utf8",
    });

    expect(stderr).toContain(problem);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });

  withPython(`should leave the traceback of an error in the model's own code${NEEDS_PYTHON}`, () => {
    write("own_model.py", 'def predict(rows):\n    raise ValueError("no weights")\n');

    const { status, stderr } = spawnSync(
      PYTHON,
      ["-B", SCRIPT, ...GIVEN, "--golden", "golden.csv", "--predict", "own_model:predict"],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );

    expect(stderr).toContain("own_model.py");
    expect(stderr).toContain("ValueError: no weights");
    expect(status).toBe(1);
  });

  withPython.each(["many", "-1", "1.5"])(`should be that %s is no number of rows${NEEDS_PYTHON}`, (rows) => {
    const { status, stderr } = spawnSync(
      PYTHON,
      ["-B", SCRIPT, ...GIVEN, "--golden", "golden.csv", "--predictions", "predictions.csv", `--data-set-rows=${rows}`],
      { cwd: folder, encoding: "utf8" },
    );

    expect(stderr).toContain(`argument --data-set-rows: got '${rows}'; expected a whole number of rows, such as 48211`);
    expect(status).toBe(2);
  });
});

describe("docs/examples/evaluation/vertex_component.yaml", () => {
  const [container] = Object.values<{ container: Container }>(
    YAML.parseAllDocuments(readFileSync(COMPONENT, "utf8"))[0]?.toJS().deploymentSpec.executors,
  ).map((executor) => executor.container);

  it("should carry evaluate.py as it is", () => {
    expect(container?.command).toEqual(["python3", "-c", readFileSync(SCRIPT, "utf8")]);
  });

  withPython.each([
    ["50000", "7", { training: { rows: 48211, dataSetRows: 50000 }, version: "7" }],
    ["0", "", { training: { rows: 48211 }, version: undefined }],
  ])(
    `should write files that are read, of %s rows and version "%s"${NEEDS_PYTHON}`,
    async (dataSetRows, schemaVersion, { training, version }) => {
      const values: Record<string, string> = {
        "inputs.artifacts['golden'].path": "golden.csv",
        "inputs.artifacts['golden'].uri": "gs://acme-models/golden/churn.csv",
        "inputs.artifacts['predictions'].path": "predictions.csv",
        "inputs.parameters['model']": "churn",
        "inputs.parameters['training_rows']": "48211",
        "inputs.parameters['id_column']": "customer",
        "inputs.parameters['label_column']": "churned",
        "inputs.parameters['slice_columns']": "country",
        "inputs.parameters['data_set_rows']": dataSetRows,
        "inputs.parameters['schema_version']": schemaVersion,
        "outputs.artifacts['evaluation'].path": "run/1/evaluation",
        "outputs.artifacts['golden_predictions'].path": "run/1/golden_predictions",
        "outputs.artifacts['golden_predictions'].uri": uriOf("run/1/golden_predictions"),
      };
      const [, ...words] = [...(container?.command ?? []), ...(container?.args ?? [])];

      execFileSync(
        PYTHON,
        words.map((word) => word.replace(/^\{\{\$\.(.*)\}\}$/, (_, name) => values[name] ?? "")),
        { cwd: folder },
      );

      expectValid("run/1/evaluation", "run/1/golden_predictions");
      const { problem, evaluation, predictions } = await read("run/1/evaluation");
      expect(problem).toBeUndefined();
      expect(evaluation?.identity?.goldenSet.uri).toBe("gs://acme-models/golden/churn.csv");
      expect(evaluation?.identity?.training).toEqual(training);
      expect(evaluation?.identity?.schemaVersion).toBe(version);
      expect(predictions?.rows).toBe(8);
    },
  );

  withModules(`should be what vertex_component.py compiles to${NEEDS_MODULES}`, () => {
    const compile =
      "from kfp import compiler; from vertex_component import evaluate_on_golden_set as it; compiler.Compiler().compile(it, 'c.yaml')";
    execFileSync(PYTHON, ["-B", "-c", compile], { cwd: folder, env: { ...process.env, PYTHONPATH: EXAMPLES }, stdio: "pipe" });

    const [compiled, committed] = [join(folder, "c.yaml"), COMPONENT].map((file) => ({
      ...YAML.parseAllDocuments(readFileSync(file, "utf8"))[0]?.toJS(),
      sdkVersion: "any",
    }));
    expect(compiled).toEqual(committed);
  });
});

describe("docs/examples/evaluation/sagemaker_pipeline.json", () => {
  const { Steps } = JSON.parse(readFileSync(PIPELINE, "utf8"));

  it("should register the model with the address of the evaluation that its step writes", () => {
    const [evaluate, register] = Steps;
    const output = evaluate.Arguments.ProcessingOutputConfig.Outputs[0];

    expect(evaluate.PropertyFiles).toEqual([
      { PropertyFileName: "Evaluation", OutputName: output.OutputName, FilePath: "evaluation.json" },
    ]);
    expect(register.Arguments.ModelApprovalStatus).toBe("PendingManualApproval");
    expect(register.Arguments.ModelMetrics.ModelQuality.Statistics.S3Uri["Std:Join"]).toEqual({
      On: "/",
      Values: [{ Get: "Steps.Evaluate.ProcessingOutputConfig.Outputs['evaluation'].S3Output.S3Uri" }, "evaluation.json"],
    });
  });

  withPython(`should write files that are read, by the arguments that its container gets${NEEDS_PYTHON}`, async () => {
    const { ContainerArguments } = Steps[0].Arguments.AppSpecification;
    const values: Record<string, string> = { "Parameters.TrainingRows": "48211", "Parameters.DataSetRows": "50000" };
    const words = ContainerArguments.map((word: string | { Get: string }) => (typeof word === "string" ? word : values[word.Get]));
    for (const name of ["golden", "predictions"]) {
      write(`${name}/churn.csv`, String(bytesOf(`${name}.csv`)));
    }

    run(words.map((word: string) => word.replace("/opt/ml/processing/", `${folder}/`)));

    expectValid("evaluation/evaluation.json", "evaluation/golden-predictions.jsonl");
    const { problem, evaluation } = await read("evaluation/evaluation.json");
    expect(problem).toBeUndefined();
    expect(evaluation?.identity?.goldenSet.uri).toBe("s3://acme-models/golden/churn.csv");
    expect(evaluation?.identity?.training).toEqual({ rows: 48211, dataSetRows: 50000 });
    expect(evaluation?.identity?.schemaVersion).toBe("7");
  });

  withModules(`should be what sagemaker_step.py builds${NEEDS_MODULES}`, () => {
    const definition = execFileSync(PYTHON, ["-B", join(__dirname, "python/pipeline_definition.py"), EXAMPLES], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });

    expect(JSON.parse(String(definition))).toEqual(JSON.parse(readFileSync(PIPELINE, "utf8")));
  });
});

// Helpers

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

const BUCKET = "gs://lake/";

function run(words: readonly string[]): void {
  execFileSync(PYTHON, ["-B", SCRIPT, ...words], { cwd: folder, stdio: "pipe" });
}

function write(name: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function bytesOf(name: string): Buffer {
  return readFileSync(join(folder, name));
}

/** Where a file of the folder lies in the bucket that the folder stands for. */
function uriOf(name: string): string {
  return `${BUCKET}${name}`;
}

function read(name: string) {
  const bytes = (uri: string) => bytesOf(uri.slice(BUCKET.length));
  const files = {
    read: async (uri: string) => bytes(uri),
    lines: async (uri: string) => ({
      lines: textLines(
        uri,
        (async function* () {
          yield bytes(uri);
        })(),
      ),
      sha256: () => sha256(bytes(uri)),
    }),
  };
  return readEvaluated({ files, sha256, allowed: { bucket: "lake", prefix: "" } }, { name: "churn/1", uri: uriOf(name) });
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function expectValid(evaluation: string, predictions: string): void {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  const [isEvaluation, isPrediction] = [evaluationJsonSchema(), goldenPredictionJsonSchema()].map((schema) =>
    ajv.compile(JSON.parse(schema)),
  );
  const lines = String(bytesOf(predictions)).trim().split("\n");

  expect(isEvaluation?.(JSON.parse(String(bytesOf(evaluation))))).toBe(true);
  expect(lines.filter((line) => isPrediction?.(JSON.parse(line)) !== true)).toEqual([]);
}
