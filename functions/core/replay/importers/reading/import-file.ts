import { modelNameSchema } from "../../../model-settings";
import { quotedText } from "../../../plain-text";
import type { Imported, ImportOptions } from "../importer";
import { type Findings, startFindings } from "./findings";

/**
 * Imports with the options that were given, unless the model's name is none: a file names its pipelines as it likes, and a history
 * its models as the configuration does.
 * @param unit what lines are made of, in the plural
 */
export function importFile(options: ImportOptions, unit: string, read: (findings: Findings) => void): Imported {
  const findings = startFindings(unit);
  if (modelNameSchema.safeParse(options.model).success) read(findings);
  else {
    const allowed = "1 to 40 of a-z, 0-9 and -, starting with a letter";
    findings.tell(
      `got the model ${quotedText(options.model)}; expected ${allowed}: give the name that the model has in the configuration`,
    );
  }
  return findings.imported();
}
