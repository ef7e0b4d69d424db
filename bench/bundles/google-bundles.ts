import { PRINT_PEAK } from "../peak-memory";
import { type Command, timeProcesses } from "../processes";
import { type Row, ratio } from "../table";
import { unpackBundle } from "./unpack-bundle";

const CLIENTS = "bench/bundles/google-clients.ts";
const ROLES = ["batcher", "sweeper", "coordinator", "drift-evaluator", "drift-monitor", "launcher"];
const ENTRIES = ROLES.map((role) => `functions/gcp/deployed/${role}.ts`);
const RUNS = 7;
const MAX_KB = 3_500;
const MAX_OVER_EMPTY = 12;
const MAX_PEAK_MIB = 128;

const PRINT_AND_EXIT = `${PRINT_PEAK};process.exit(0)`;

/** The same clients by the packages' own entry points, in a function that is not bundled. */
const NAIVE = `
const { Firestore } = require("@google-cloud/firestore");
const { PipelineServiceClient } = require("@google-cloud/aiplatform").v1;
new Firestore({ projectId: "bench" });
new PipelineServiceClient({ apiEndpoint: "europe-west4-aiplatform.googleapis.com" });
`;

/** Size, init and memory of the Google Cloud functions, and of their clients alone, as whole processes beside an empty one. */
export function googleBundleFigures(): Row[] {
  const bundles = [CLIENTS, ...ENTRIES].map((entry) => ({ entry, ...unpackBundle(entry) }));
  const figures = timeProcesses(
    [
      nodeCommand("empty node", PRINT_AND_EXIT),
      nodeCommand("naive", `${NAIVE}${PRINT_AND_EXIT}`),
      ...bundles.map(({ entry, index }) => nodeCommand(entry, `require(${JSON.stringify(index)});${PRINT_AND_EXIT}`)),
    ],
    RUNS,
  );
  const figure = (name: string) => figures.get(name) ?? { wallMs: Number.NaN, peakMb: Number.NaN };
  const [empty, naive] = [figure("empty node"), figure("naive")];
  return bundles.flatMap(({ entry, bytes, lazyBytes }) => {
    const name = entry === CLIENTS ? "clients of Firestore and Vertex AI" : `Google Cloud's ${/([\w-]+)\.ts$/.exec(entry)?.[1]}`;
    const kb = (bytes + lazyBytes) / 1000;
    const { wallMs, peakMb } = figure(entry);
    return [
      {
        what: `${name}: bundle`,
        measured: `${kb.toFixed(0)} KB`,
        baseline: "",
        ratio: "",
        budget: `${MAX_KB} KB`,
        isWithin: kb <= MAX_KB,
      },
      {
        what: `${name}: start of the process`,
        measured: `${wallMs.toFixed(0)} ms (${ratio(wallMs, empty.wallMs)} an empty node)`,
        baseline: `naive import: ${naive.wallMs.toFixed(0)} ms`,
        ratio: ratio(wallMs, naive.wallMs),
        budget: `${MAX_OVER_EMPTY}x an empty node`,
        isWithin: wallMs <= MAX_OVER_EMPTY * empty.wallMs,
      },
      {
        what: `${name}: memory after init`,
        measured: `${peakMb.toFixed(0)} MB`,
        baseline: `naive import: ${naive.peakMb.toFixed(0)} MB`,
        ratio: ratio(peakMb, naive.peakMb),
        budget: `${MAX_PEAK_MIB} MB`,
        isWithin: peakMb <= MAX_PEAK_MIB,
      },
    ];
  });
}

function nodeCommand(name: string, script: string): Command {
  const env = {
    RETRIGGER_STATE: "projects/bench/databases/bench",
    RETRIGGER_REQUESTS: "projects/bench/topics/requests",
    RETRIGGER_TOPIC: "projects/bench/topics/decisions",
    RETRIGGER_LAUNCHES: "projects/bench/topics/launches",
    GOOGLE_CLOUD_PROJECT: "bench",
  };
  return { name, file: process.execPath, parameters: ["-e", script], env };
}
