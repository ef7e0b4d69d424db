import { spawnSync } from "node:child_process";
import { PRINT_PEAK } from "../peak-memory";
import { type Command, timeProcesses } from "../processes";
import { type Row, ratio } from "../table";
import { googleBundleFigures } from "./google-bundles";
import { unpackBundle } from "./unpack-bundle";

const FUNCTIONS = ["batcher", "sweeper", "coordinator", "drift-evaluator", "drift-monitor"] as const;
const RUNS = 15;
const MAX_KB = 400;
const MAX_PEAK_MIB = 64;
/** 45 ms of init, on the machine where the document's module takes 298 ms. */
const MAX_INIT_RATIO = 45 / 298;
const MAX_INIT_MS = 45;

/** What the document's function does before its first event. */
const DOCUMENT_PYTHON = `
import boto3
boto3.resource("dynamodb", region_name="eu-central-1")
boto3.client("sagemaker", region_name="eu-central-1")
`;

/** Size, init and memory of the functions of both clouds. */
export function bundleFigures(): Row[] {
  return [...awsBundleFigures(), ...googleBundleFigures()];
}

/** As whole processes over an empty one, beside the document's Python. */
function awsBundleFigures(): Row[] {
  const python = pythonWithBoto3();
  const commands = [
    nodeCommand("empty node", PRINT_PEAK),
    ...FUNCTIONS.map((name) => nodeCommand(name, `require(${JSON.stringify(unpackBundle(entryOf(name)).index)});${PRINT_PEAK}`)),
    ...(python === undefined
      ? []
      : [
          { name: "empty python", file: python, parameters: ["-c", ""] },
          { name: "document", file: python, parameters: ["-c", DOCUMENT_PYTHON] },
        ]),
  ];
  const figures = timeProcesses(commands, RUNS);
  const wall = (name: string) => figures.get(name)?.wallMs ?? Number.NaN;
  const documentInit = python === undefined ? undefined : wall("document") - wall("empty python");
  return FUNCTIONS.flatMap((name) => {
    const { bytes, lazyBytes } = unpackBundle(entryOf(name));
    const kb = bytes / 1000;
    const init = wall(name) - wall("empty node");
    const peak = figures.get(name)?.peakMb ?? Number.NaN;
    const emptyPeak = figures.get("empty node")?.peakMb ?? Number.NaN;
    return [
      {
        what: `AWS's ${name}: bundle`,
        measured: `${kb.toFixed(0)} KB${lazyBytes > 0 ? ` (and ${(lazyBytes / 1000).toFixed(0)} KB when it calls more than DynamoDB)` : ""}`,
        baseline: "",
        ratio: "",
        budget: `${MAX_KB} KB`,
        isWithin: kb <= MAX_KB,
      },
      {
        what: `AWS's ${name}: init over an empty handler`,
        measured: `${init.toFixed(0)} ms`,
        baseline: documentInit === undefined ? "no Python with boto3 here" : `document's Python: ${documentInit.toFixed(0)} ms`,
        ratio: documentInit === undefined ? "" : ratio(init, documentInit),
        budget: documentInit === undefined ? `${MAX_INIT_MS} ms` : `${MAX_INIT_RATIO.toFixed(2)}x`,
        isWithin: documentInit === undefined ? init <= MAX_INIT_MS : init / documentInit <= MAX_INIT_RATIO,
      },
      {
        what: `AWS's ${name}: memory after init`,
        measured: `${peak.toFixed(0)} MB`,
        baseline: `empty node: ${emptyPeak.toFixed(0)} MB`,
        ratio: ratio(peak, emptyPeak),
        budget: `${MAX_PEAK_MIB} MB`,
        isWithin: peak <= MAX_PEAK_MIB,
      },
    ];
  });
}

function entryOf(name: string): string {
  return `functions/aws/deployed/${name}.ts`;
}

function nodeCommand(name: string, script: string): Command {
  const env = { RETRIGGER_STATE: "bench", RETRIGGER_REQUESTS: "https://sqs.example/bench", AWS_REGION: "eu-central-1" };
  return { name, file: process.execPath, parameters: ["-e", script], env };
}

/** `PYTHON` names another interpreter than `python3`. */
function pythonWithBoto3(): string | undefined {
  const python = process.env.PYTHON ?? "python3";
  return spawnSync(python, ["-c", "import boto3"]).status === 0 ? python : undefined;
}
