import { quotedText } from "../../plain-text";
import { csvRows } from "./csv-rows";
import type { Importer } from "./importer";
import type { Findings } from "./reading/findings";
import { importFile } from "./reading/import-file";
import { type InventoryColumns, readManifest, recognisedColumns } from "./reading/inventory-columns";
import { firstObject } from "./reading/json-documents";
import { LandedObjects } from "./reading/landed-object";
import { momentReader } from "./reading/moment";

const AS_CSV = "choose CSV as the output format of the inventory, or list by aws s3api list-objects-v2";

/** As much of a text as its first rows are in. */
const HEAD_CHARS = 8000;

/**
 * Landings of objects, by S3 Inventory: a CSV file without a header, whose columns `manifest.json` names. Its text may stand before
 * the CSV; otherwise columns are recognised.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
export const s3Inventory: Importer = {
  name: "s3-inventory",
  title: "S3 Inventory: a data file in CSV, unpacked, by itself or behind its manifest.json",
  detects(text) {
    const head = text.slice(0, HEAD_CHARS);
    if (/^\s*\{/.test(head)) return /"fileSchema"\s*:\s*"/.test(head);
    if (binaryFormat(head) !== undefined) return true;
    const whole = text.length > HEAD_CHARS ? head.slice(0, head.lastIndexOf("\n") + 1) : head;
    const { rows } = csvRows(whole);
    return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(rows[0]?.[0] ?? "") && recognisedColumns(rows) !== undefined;
  },
  read: (text, options) =>
    importFile(options, "objects", (findings) => {
      const format = binaryFormat(text);
      if (format !== undefined) return refuseFormat(format, findings);
      const start = firstObject(text);
      const manifest = start && readManifest(start.value);
      if (manifest !== undefined && manifest.format !== "CSV") return refuseFormat(manifest.format, findings);
      const { rows, problem } = csvRows(manifest === undefined ? text : text.slice(start?.end));
      if (problem !== undefined) findings.tell(problem);
      if (rows.length === 0 && manifest !== undefined) return tellFiles(manifest.files, findings);
      const columns = manifest === undefined ? recognisedColumns(rows) : manifest.columns;
      if (columns !== undefined)
        takeRows(rows, columns, new LandedObjects(findings, options.model, momentReader(options, "seconds")), findings);
      else if (rows.length > 0) {
        findings.tell(
          "got rows without a column of dates, expected LastModifiedDate: choose it among the inventory's fields, or list by aws s3api list-objects-v2",
        );
      }
      if (columns !== undefined && manifest === undefined) {
        findings.lack(
          `The file does not name its columns. Taken from their contents: ${columns.names}. With manifest.json before the rows, they are not guessed.`,
        );
      }
    }),
};

function takeRows(
  rows: readonly (readonly string[])[],
  columns: InventoryColumns,
  landed: LandedObjects,
  findings: Findings,
): void {
  const width = 1 + Math.max(columns.key, columns.time, columns.size ?? 0, columns.isDeleteMarker ?? 0);
  for (const [index, row] of rows.entries()) {
    const place = () => `row ${index + 1}`;
    if (row.length < width) {
      findings.refuse(place(), {
        got: `${row.length} values`,
        expected: `at least ${width}, as in the other rows: export it again`,
      });
      continue;
    }
    if (columns.isDeleteMarker !== undefined && row[columns.isDeleteMarker]?.toLowerCase() === "true") continue;
    const written = row[columns.key] ?? "";
    const key = decodedKey(written);
    if (key === undefined) {
      findings.refuse(place(), {
        got: `the key ${quotedText(written)}`,
        expected: "a key that is URL-encoded, as S3 Inventory writes it in CSV",
      });
      continue;
    }
    const version = columns.version === undefined ? row[columns.time] : row[columns.version];
    landed.take(
      {
        key,
        time: row[columns.time],
        size: columns.size === undefined ? undefined : row[columns.size],
        version: `${row[0]} ${version}`,
      },
      place,
    );
  }
  if (columns.size === undefined && !findings.isEmpty())
    findings.lack("The inventory has no sizes: choose Size among its fields where bytes matter.");
  landed.tellLimits(columns.version !== undefined);
}

/** Keys are URL-encoded, a space as `+`; undefined for a broken encoding. */
function decodedKey(written: string): string | undefined {
  if (!written.includes("%") && !written.includes("+")) return written;
  try {
    return decodeURIComponent(written.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** The formats that are no text, by their first bytes. */
function binaryFormat(text: string): string | undefined {
  const [, magic] = /^(ORC|PAR1)[^\w\s,.;"-]/.exec(text.slice(0, 5)) ?? [];
  return magic === "PAR1" ? "Parquet" : magic;
}

function refuseFormat(format: string, findings: Findings): void {
  findings.tell(`got an inventory in ${format}, expected CSV that is unpacked: ${AS_CSV}`);
}

function tellFiles(files: readonly string[], findings: Findings): void {
  const some = files.slice(0, 3).map(quotedText).join(", ");
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  findings.tell(
    `got a manifest without rows; expected the rows of its data files behind it, or the files alone: ${some === "" ? "it names none" : some + more}`,
  );
}
