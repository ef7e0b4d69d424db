import { createHash } from "node:crypto";
import { cutGoldenSet, LOOP_FROM, partFlights } from "../../../local/promotion/golden-set";
import type { Flight } from "../../../local/replay/landing-files";

const HOUR_MS = 3_600_000;

describe("cutGoldenSet", () => {
  it("should take every so manyth flight, of all or of one region, with what tells groups apart", () => {
    const week = [flight(6, 300, "SEA"), flight(12, 700, "ATL"), flight(18, 1_500, "LAX"), flight(23, 2_500, "JFK")];

    const all = cutGoldenSet(week, { region: "all", every: 3 });
    const west = cutGoldenSet(week, { region: "west", every: 1 });

    expect(all.rows.map(({ id, slices }) => [id, slices])).toEqual([
      ["flight-000001", { departure: "morning", distance: "short" }],
      ["flight-000004", { departure: "night", distance: "long" }],
    ]);
    expect(west.rows.map(({ flight: { origin } }) => origin)).toEqual(["SEA", "LAX"]);
  });

  it("should name its contents by their digest, and change it with any of them", () => {
    const [one, other] = [0, 60].map((delay) => cutGoldenSet([{ ...flight(6, 300, "SEA"), delayMinutes: delay }], ONE));

    expect(one?.sha256).toBe(
      createHash("sha256")
        .update(one?.csv ?? "")
        .digest("hex"),
    );
    expect(one?.csv).toBe("id,date,distance,origin,destination,late\nflight-000001,21600,300,SEA,DEN,0\n");
    expect(other?.sha256).not.toBe(one?.sha256);
  });
});

describe("partFlights", () => {
  it("should part a block in its midst, and lose no flight", async () => {
    const hours = [[0, 1], [2, 3, 4], [5]];
    const blocks = hours.map((block) => block.map((hour) => flight(hour, 1, "SEA")));

    const { before, after } = await partFlights(streamOf(blocks), 3 * HOUR_MS);

    const rest: Flight[] = [];
    for await (const block of after) rest.push(...block);
    expect(before.map(hourOf)).toEqual([0, 1, 2]);
    expect(rest.map(hourOf)).toEqual([3, 4, 5]);
  });

  it("should have nothing after a time that no flight reaches", async () => {
    const { before, after } = await partFlights(streamOf([[flight(0, 1, "SEA")]]), LOOP_FROM);

    expect(before).toHaveLength(1);
    expect(await after[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });
});

// Helpers

const ONE = { region: "all", every: 1 } as const;

function flight(hour: number, distanceMiles: number, origin: string): Flight {
  return { departsAt: hour * HOUR_MS, delayMinutes: 0, distanceMiles, origin, destination: "DEN" };
}

function hourOf({ departsAt }: Flight): number {
  return departsAt / HOUR_MS;
}

async function* streamOf<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
