import type { ModelSettings } from "../model-settings";
import { fnv1a } from "./report-hash";

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
