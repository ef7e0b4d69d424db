import { dirname, join } from "node:path";
import * as zlib from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { UsageError } from "../options";
import type { Flight } from "./landing-files";

const COLUMNS = ["date", "delay", "distance", "origin", "destination"];

interface Row {
  readonly date: Date;
  readonly delay: bigint;
  readonly distance: bigint;
  readonly origin: string;
  readonly destination: string;
}

/** The flights of a period in order of departure, in blocks as the file keeps them. Times are epoch milliseconds. */
export async function* readFlights(from: number, until: number): AsyncGenerator<Flight[]> {
  const file = await asyncBufferFromFile(flightsPath());
  const metadata = await parquetMetadataAsync(file);
  const compressors = { ZSTD: decompress };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const { min_value: first, max_value: last } = group.columns[0]?.meta_data?.statistics ?? {};
    const isBefore = last instanceof Date && last.getTime() < from;
    const isAfter = first instanceof Date && first.getTime() >= until;
    if (!isBefore && !isAfter) {
      const rows = await parquetReadObjects({ file, metadata, compressors, columns: COLUMNS, rowStart, rowEnd });
      yield (rows as unknown as Row[]).map(toFlight).filter(({ departsAt }) => departsAt >= from && departsAt < until);
    }
    rowStart = rowEnd;
  }
}

/** The package exports its code only, so its data is found beside it. */
function flightsPath(): string {
  return join(dirname(require.resolve("vega-datasets")), "..", "data", "flights-3m.parquet");
}

function decompress(input: Uint8Array): Uint8Array {
  if (!("zstdDecompressSync" in zlib)) {
    throw new UsageError(
      `Node ${process.version} cannot read Zstandard, which the flights are packed with; use Node 22.15 or later`,
    );
  }
  return zlib.zstdDecompressSync(input);
}

function toFlight({ date, delay, distance, origin, destination }: Row): Flight {
  return { departsAt: date.getTime(), delayMinutes: Number(delay), distanceMiles: Number(distance), origin, destination };
}
