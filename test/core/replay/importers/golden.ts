import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { historyLineSchema } from "../../../../functions/core/replay/history-line";
import { cloudwatchMetricData } from "../../../../functions/core/replay/importers/cloudwatch-metric-data";
import { gcloudStorageList } from "../../../../functions/core/replay/importers/gcloud-storage-list";
import type { Imported, Importer, ImportOptions } from "../../../../functions/core/replay/importers/importer";
import { s3Inventory } from "../../../../functions/core/replay/importers/s3-inventory";
import { s3ListObjects } from "../../../../functions/core/replay/importers/s3-list-objects";
import { sagemakerExecutions } from "../../../../functions/core/replay/importers/sagemaker-executions";
import { vertexPipelineJobs } from "../../../../functions/core/replay/importers/vertex-pipeline-jobs";

const FIXTURES = join(__dirname, "../../../fixtures/history");

export const cloudImporters: readonly Importer[] = [
  s3Inventory,
  s3ListObjects,
  gcloudStorageList,
  sagemakerExecutions,
  vertexPipelineJobs,
  cloudwatchMetricData,
];

/** The files of an importer, each beside `<file>.golden.json`, which is what it becomes. */
export function exportsOf(name: string): string[] {
  return readdirSync(join(FIXTURES, name)).filter((file) => !file.endsWith(".golden.json"));
}

export function exportText(name: string, file: string): string {
  return readFileSync(join(FIXTURES, name, file), "utf8");
}

/** Tests that an importer, and no other, takes each of its files for its own, and makes of it what the golden file says. */
export function describeGolden(importer: Importer): void {
  it.each(exportsOf(importer.name))("should detect %s, and no other importer", (file) => {
    const text = exportText(importer.name, file);

    expect(cloudImporters.filter((one) => one.detects(text)).map(({ name }) => name)).toEqual([importer.name]);
  });

  it.each(exportsOf(importer.name))("should make of %s what its golden file says", (file) => {
    const imported = readValid(importer, exportText(importer.name, file));

    expect(imported).toEqual(JSON.parse(exportText(importer.name, `${file}.golden.json`)));
  });
}

/** What a text becomes; fails where a line is none, or out of order. */
export function readValid(importer: Importer, text: string, options: Partial<ImportOptions> = {}): Imported {
  const imported = importer.read(text, { model: "flight-delay", ...options });
  for (const line of imported.lines) expect(historyLineSchema.parse(line)).toEqual(line);
  const times = imported.lines.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  return imported;
}
