import type { CaptureFormat } from "../../functions/core/capture/capture-settings";
import { readDriftDocument } from "../../functions/core/drift/sources/drift-source";
import type { ModelSettings } from "../../functions/core/model-settings";
import { settingsOf } from "./data-path";

const HOUR_MS = 3_600_000;

/** Two windows of an hour are due, those from 9 and from 10 o'clock. */
export const NOW = Date.UTC(2026, 10, 21, 12);

const ROWS_PER_OBJECT = 20;

/** Requests captured in the newest two hours that are due, three objects in each, by `bucket/key`. */
export function capturedObjects(format: CaptureFormat, now: number = NOW): [path: string, text: string][] {
  return [3, 2].flatMap((hoursAgo) =>
    [1, 2, 3].map((part): [string, string] => {
      const lines = Array.from({ length: ROWS_PER_OBJECT }, (_, row) => JSON.stringify(LINES[format](part * 10 + row)));
      const hour = new Date(now - hoursAgo * HOUR_MS).toISOString().slice(0, 13).replaceAll(/[-T]/g, "/");
      return [`lake/capture/flights/all/${hour}/part-${part}.jsonl`, lines.join("\n")];
    }),
  );
}

/** Settings of a model whose captured requests are monitored by the hour, with the value `delay` in each. */
export function monitoredSettings(scheme: "s3" | "gs", format: CaptureFormat): ModelSettings {
  const capture = {
    location: `${scheme}://lake/capture/flights/*/{yyyy}/{mm}/{dd}/{hh}/`,
    format,
    columns: ["delay"],
    features: ["delay"],
    categories: [],
    periodMs: HOUR_MS,
    delayMs: HOUR_MS,
    minimumRows: 10,
    baseline: `${scheme}://data/retrigger/baselines/flight-delay.json`,
    baselineSpanMs: HOUR_MS,
  };
  return { ...settingsOf(), monitoring: { prefix: "drift/", capture } };
}

/** What a drift report says of itself, and how many values its feature `delay` has. */
export function reportIn(bytes: Uint8Array | undefined) {
  const { reports } = readDriftDocument(Buffer.from(bytes ?? "").toString("utf8"), CONTEXT);
  const [report] = reports;
  const evidence = report?.features.find(({ name }) => name === "delay")?.evidence;
  const current = evidence?.type === "distributions" ? evidence.current : undefined;
  const values = current?.type === "histogram" ? current.counts.reduce((sum, count) => sum + count, 0) : undefined;
  return { model: report?.model, monitor: report?.monitor, values };
}

const CONTEXT = { model: undefined, documentId: "d", window: { start: NOW, end: NOW }, columns: { labels: [], predictions: [] } };

const LINES: Readonly<Record<CaptureFormat, (delay: number) => object>> = {
  sagemaker: (delay) => ({
    captureData: {
      endpointInput: { observedContentType: "text/csv", mode: "INPUT", data: String(delay), encoding: "CSV" },
      endpointOutput: { observedContentType: "text/csv", mode: "OUTPUT", data: "0.5", encoding: "CSV" },
    },
    eventMetadata: { eventId: "e", inferenceTime: "2026-11-21T10:00:00Z" },
    eventVersion: "0",
  }),
  vertex: (delay) => ({
    endpoint: "77",
    deployed_model_id: "8",
    logging_time: "2026-11-21T10:00:00Z",
    request_id: "1",
    request_payload: [JSON.stringify({ delay })],
    response_payload: ["0.5"],
  }),
  rows: (delay) => ({ delay }),
};
