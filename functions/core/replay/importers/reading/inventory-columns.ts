import { isMapping } from "../../../json-path";
import { plainLine } from "../../../plain-text";

/** Where the fields of an inventory's rows stand; undefined where there are none. */
export interface InventoryColumns {
  readonly key: number;
  readonly time: number;
  readonly size?: number | undefined;
  readonly version?: number | undefined;
  readonly isDeleteMarker?: number | undefined;
  /** For people: the names of the columns, in their order. */
  readonly names: string;
}

/** A manifest as S3 Inventory writes it. */
export interface InventoryManifest {
  readonly format: string;
  /** Absent where it is not CSV's. */
  readonly columns?: InventoryColumns;
  /** Its data files, as far as it names them. */
  readonly files: readonly string[];
}

/** Rows that columns are recognised by: among them some are neither broken nor delete markers. */
const SAMPLE = 200;
/** The share of a column's values that must have the form of its field. */
const MOSTLY = 0.8;
/** Twice as many as S3 Inventory has fields. */
const MAX_COLUMNS = 40;

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;
const FLAG = /^(?:true|false)$/i;
const SIZE = /^-?\d+$/;

/** What the JSON of a `manifest.json` says; undefined for other JSON. */
export function readManifest(value: unknown): InventoryManifest | undefined {
  if (!isMapping(value) || typeof value.fileSchema !== "string") return undefined;
  const files: readonly unknown[] = Array.isArray(value.files) ? value.files : [];
  const names = value.fileSchema
    .slice(0, 2000)
    .split(",")
    .map((name) => name.trim());
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : undefined);
  const [key, time] = [place("Key"), place("LastModifiedDate")];
  return {
    format: typeof value.fileFormat === "string" ? plainLine(value.fileFormat, 20) : "unknown",
    files: files.flatMap((file) => (isMapping(file) && typeof file.key === "string" ? [file.key] : [])),
    ...(key !== undefined &&
      time !== undefined && {
        columns: {
          key,
          time,
          size: place("Size"),
          version: place("VersionId"),
          isDeleteMarker: place("IsDeleteMarker"),
          names: names.join(", "),
        },
      }),
  };
}

/**
 * The columns of rows without a header, by what stands in them: bucket and key come first; a version's id, two flags and then the
 * fields that were chosen follow, size before date. Undefined where no column has dates.
 */
export function recognisedColumns(rows: readonly (readonly string[])[]): InventoryColumns | undefined {
  const sample = rows.slice(0, SAMPLE);
  const width = Math.min(MAX_COLUMNS, Math.max(0, ...sample.map((row) => row.length)));
  const holds = (column: number, form: RegExp) => {
    const values = sample.flatMap((row) => row[column] || []);
    return values.length > 0 && values.filter((value) => form.test(value)).length >= MOSTLY * values.length;
  };
  const isVersioned = holds(3, FLAG) && holds(4, FLAG);
  const first = isVersioned ? 5 : 2;
  const time = Array.from({ length: Math.max(0, width - first) }, (_, index) => first + index).find((column) =>
    holds(column, TIME),
  );
  if (time === undefined) return undefined;
  const size = time > first && holds(first, SIZE) ? first : undefined;
  const names = ["Bucket", "Key", ...(isVersioned ? ["VersionId", "IsLatest", "IsDeleteMarker"] : [])];
  for (let column = first; column <= time; column++) {
    names.push(column === time ? "LastModifiedDate" : column === size ? "Size" : "(not used)");
  }
  return { key: 1, time, size, ...(isVersioned && { version: 2, isDeleteMarker: 4 }), names: names.join(", ") };
}
