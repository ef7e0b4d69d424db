import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An export of a tool, as it writes it. */
export function exported(file: string): string {
  return readFileSync(join(__dirname, "../../../fixtures/history", file), "utf8");
}

/** A document of a monitor, as the drift reports are read from it. */
export function monitored(file: string): string {
  return readFileSync(join(__dirname, "../../drift/sources/fixtures", file), "utf8");
}
