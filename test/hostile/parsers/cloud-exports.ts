import { plainLine } from "../../../functions/core/plain-text";
import { historyLineSchema } from "../../../functions/core/replay/history-line";
import type { Importer } from "../../../functions/core/replay/importers/importer";
import { cloudImporters, exportsOf, exportText } from "../../core/replay/importers/golden";
import { Mistakes, type Parser, throwing } from "../parser";

const ofImporters = (...names: readonly string[]) => names.map((name) => `functions/core/replay/importers/${name}.ts`);

const READING = ofImporters(
  "csv-rows",
  ...["findings", "import-file", "inventory-columns", "json-documents", "landed-object", "metric-results", "moment", "pages"].map(
    (name) => `reading/${name}`,
  ),
  ...["reading/quality-lines", "reading/training-runs"],
);

/** Exports of the clouds' tools, each as it is written: JSON where it is one document, otherwise text. */
export const cloudExports: readonly Parser[] = cloudImporters.flatMap((importer) => {
  const files = exportsOf(importer.name);
  const parserOf = (form: "json" | "text", texts: readonly string[]): Parser => ({
    name: `exports for ${importer.name}, as ${form}`,
    of: [...ofImporters(importer.name), ...READING],
    form,
    texts,
    read: (text) => readExport(importer, text),
    refusal: throwing(Mistakes),
  });
  const textsOf = (chosen: readonly string[]) => chosen.map((file) => exportText(importer.name, file));
  const json = files.filter((file) => file.endsWith(".json"));
  return [parserOf("text", textsOf(files)), ...(json.length > 0 ? [parserOf("json", textsOf(json))] : [])];
});

/** Everything that is read of a mutant is a line of a history, and everything that is told of it one line of text. */
function readExport(importer: Importer, text: string): void {
  importer.detects(text);
  const { lines, problems, missing } = importer.read(text, { model: "flight-delay" });
  for (const line of lines) historyLineSchema.parse(line);
  for (const told of [...problems, ...missing]) if (told !== plainLine(told)) throw new Error(`not one plain line: ${told}`);
  Mistakes.check(problems);
}
