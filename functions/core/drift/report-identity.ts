import type { ModelSettings } from "../model-settings";
import type { DriftReport } from "./drift-report";

/** As the format of drift reports has it. */
const LONGEST_ID = 256;

/** Start of the keys of a model's drift reports, in its data bucket. */
export function driftFolder({ model, monitoring }: Pick<ModelSettings, "model" | "monitoring">): string {
  return `${monitoring.prefix}${model}/`;
}

/** The model that a file is a drift report of: of folders within each other, the inner one's. */
export function modelOfReport(models: readonly ModelSettings[], bucket: string, key: string): ModelSettings | undefined {
  const holding = models.filter((settings) => settings.data.bucket === bucket && key.startsWith(driftFolder(settings)));
  return holding.sort((a, b) => driftFolder(b).length - driftFolder(a).length)[0];
}

/** The id of one version of a file, as reports have it: equal for every message about it. */
export function fileId(uri: string, version: string): string {
  const id = `${uri} ${version}`;
  const hash = ` ${fnv1a(id)}`;
  return id.length <= LONGEST_ID ? id : `${id.slice(0, LONGEST_ID - hash.length)}${hash}`;
}

/** FNV-1a of 64 bits: https://www.rfc-editor.org/rfc/rfc9923.html */
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

const encoder = new TextEncoder();

/** 16 hex digits that name a text: no secret, and no protection from who looks for two texts with one hash. */
export function fnv1a(text: string): string {
  const hash = encoder.encode(text).reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME), OFFSET_BASIS);
  return hash.toString(16).padStart(16, "0");
}

/** The request id of a report's training: equal for every copy of the report. Its time is the window's end, UTC, without colons. */
export function driftRequestId({ model, monitor, id, window }: Pick<DriftReport, "model" | "monitor" | "id" | "window">): string {
  const end = new Date(window.end).toISOString().slice(0, 19).replaceAll(":", "-");
  return `drift/${model}/${end.replace("+", "")}-${fnv1a(`${monitor} ${id}`)}`;
}
