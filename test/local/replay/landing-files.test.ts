import type { Flight } from "../../../local/replay/landing-files";
import { landingFiles } from "../../../local/replay/landing-files";

describe("landingFiles", () => {
  it("should land a file for every 50 flights of a region, and the rest with the last flight", async () => {
    const flights = [...flightsFrom("LAX", 60), ...flightsFrom("JFK", 50, 60)];

    const files = await Array.fromAsync(landingFiles(inBlocks(flights, 7)));

    expect(files.map(({ key, landedAt, flights }) => ({ key, landedAt, flights }))).toEqual([
      { key: "flights/west/2001-01-01/000001.csv", landedAt: minute(49), flights: 50 },
      { key: "flights/rest/2001-01-01/000001.csv", landedAt: minute(109), flights: 50 },
      { key: "flights/west/2001-01-01/000002.csv", landedAt: minute(109), flights: 10 },
    ]);
  });
});

// Helpers

function minute(index: number): number {
  return Date.UTC(2001, 0, 1) + index * 60_000;
}

function flightsFrom(origin: string, count: number, first = 0): Flight[] {
  return Array.from({ length: count }, (_, index) => {
    return { departsAt: minute(first + index), delayMinutes: 0, distanceMiles: 100, origin, destination: "ORD" };
  });
}

async function* inBlocks(flights: readonly Flight[], size: number): AsyncGenerator<readonly Flight[]> {
  for (let start = 0; start < flights.length; start += size) yield flights.slice(start, start + size);
}
