// A measured process: the monitor over captured requests, or what one would write first, which loads all of them and sorts.
import { createReadStream } from "node:fs";
import { monitorCaptures } from "../functions/core/capture/monitor-captures";
import type { CaptureStore } from "../functions/core/capture/ports";
import type { LogRecord } from "../functions/core/log/log";
import type { ModelSettings } from "../functions/core/model-settings";
import { memoryMonitorFiles, memoryTrainingStarts } from "../functions/memory/capture";
import { PEAK_MARK, peakKb } from "./peak-memory";
import { benchSettings } from "./workload";

const HOUR_MS = 3_600_000;
const CHUNK_BYTES = 64 * 1024;
const COLUMNS = ["delay", "distance", "hour", "origin"];

interface Row {
  readonly delay: number;
  readonly distance: number;
  readonly hour: number;
  readonly origin: string;
  readonly prediction: number;
}

async function main([mode, file = "", times = "1"]: readonly string[]): Promise<void> {
  const rows = mode === "counting" ? await monitored(file, Number(times)) : await sorted(file, Number(times));
  console.log(`rows:${rows}`);
  console.log(`${PEAK_MARK}${peakKb()}`);
}

/** The file is the window of the baseline, and then, so many times over, the window that is compared with it. */
async function monitored(file: string, times: number): Promise<number> {
  const captures: CaptureStore = {
    async *list(prefix) {
      const copies = prefix.endsWith("/00/") ? 1 : times;
      for (let copy = 0; copy < copies; copy++) yield { uri: file, bytes: 1 };
    },
    folders: async () => [],
    lines: linesOf,
  };
  let rows = 0;
  const ports = {
    captures,
    files: memoryMonitorFiles(),
    trainings: memoryTrainingStarts(),
    log: (entry: LogRecord) => {
      rows = Number(entry.rows);
    },
    now: () => 2 * HOUR_MS,
  };
  await monitorCaptures(ports, settings(), Number.POSITIVE_INFINITY);
  return rows;
}

/** Every row in memory, and the exact quantiles of each feature. */
async function sorted(file: string, times: number): Promise<number> {
  const rows: Row[] = [];
  for (let copy = 0; copy <= times; copy++) {
    if (copy === 1) rows.length = 0;
    for await (const lines of linesOf(file)) for (const line of lines) rows.push(rowOf(line));
  }
  for (const feature of ["delay", "distance", "hour", "prediction"] as const) {
    const values = rows.map((row) => row[feature]).sort((a, b) => a - b);
    if (Number.isNaN(values[values.length >> 1])) throw new Error(`feature ${feature} has no median`);
  }
  const origins = new Map<string, number>();
  for (const { origin } of rows) origins.set(origin, (origins.get(origin) ?? 0) + 1);
  return rows.length;
}

function rowOf(line: string): Row {
  const { captureData } = JSON.parse(line);
  const [delay, distance, hour, origin] = captureData.endpointInput.data.split(",");
  const prediction = Number(captureData.endpointOutput.data);
  return { delay: Number(delay), distance: Number(distance), hour: Number(hour), origin, prediction };
}

async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: CHUNK_BYTES })) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    yield lines;
  }
  if (rest !== "") yield [rest];
}

function settings(): ModelSettings {
  const capture = {
    location: "s3://flights/captured/{hh}/",
    format: "sagemaker" as const,
    columns: COLUMNS,
    features: [],
    categories: [],
    periodMs: HOUR_MS,
    delayMs: 0,
    minimumRows: 1_000,
    baseline: "s3://flights/baseline.json",
    baselineSpanMs: HOUR_MS,
  };
  return { ...benchSettings(1_000), monitoring: { prefix: "drift/", capture } };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
