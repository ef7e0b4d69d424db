import { nannyml } from "../../../../functions/core/replay/importers/nannyml";
import { monitored } from "./exports";

const OPTIONS = { model: "flight-delay" };

describe("nannyml", () => {
  it("should read every analysis chunk as a drift, and its realised accuracy as an error", () => {
    const { lines, problems } = nannyml.read(monitored("nannyml-realised.json"), OPTIONS);

    const drifts = lines.filter(({ type }) => type === "drift");
    const errors = lines.filter(({ type }) => type === "quality");
    const chunks = JSON.parse(monitored("nannyml-realised.json")).filter(
      (chunk: { chunk_period: string }) => chunk.chunk_period === "analysis",
    );
    expect(problems).toEqual([]);
    expect(drifts).toHaveLength(chunks.length);
    expect(errors).toEqual(
      chunks.map((chunk: Record<string, number | string>) => ({
        type: "quality",
        model: "flight-delay",
        at: Date.parse(`${chunk.chunk_end_date}Z`),
        from: Date.parse(`${chunk.chunk_start_date}Z`),
        error: expect.closeTo(1 - Number(chunk.accuracy_value), 10),
        rows: Number(chunk.chunk_end_index) - Number(chunk.chunk_start_index) + 1,
      })),
    );
  });

  it("should take no estimated accuracy for an error", () => {
    const { lines, missing } = nannyml.read(monitored("nannyml-estimated.json"), OPTIONS);

    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ type }) => type === "drift")).toBe(true);
    expect(missing.join()).toContain("no realised accuracy");
  });

  it("should read more windows than a monitor's history remembers", () => {
    const [chunk] = JSON.parse(monitored("nannyml-univariate.json")).filter(
      (one: { chunk_period: string }) => one.chunk_period === "analysis",
    );
    const day = (index: number) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
    const chunks = Array.from({ length: 60 }, (_, index) => ({
      ...chunk,
      chunk_key: `${index}`,
      chunk_start_date: day(index),
      chunk_end_date: day(index + 1),
    }));

    expect(nannyml.read(JSON.stringify(chunks), OPTIONS).lines).toHaveLength(60);
  });

  it("should read tables in lines", () => {
    expect(nannyml.read(monitored("nannyml/univariate.jsonl"), OPTIONS)).toMatchObject({
      problems: [],
      lines: expect.arrayContaining([expect.anything()]),
    });
  });

  it("should tell of chunks without dates, and of what is no result", () => {
    const undated = monitored("nannyml-univariate.json").replace(/"chunk_(start|end)_date": "[^"]*"/g, '"chunk_$1_date": null');

    expect(nannyml.read(undated, OPTIONS)).toMatchObject({
      lines: [],
      problems: [expect.stringMatching(/^3 chunks have no dates/)],
    });
    expect(nannyml.read("{}", OPTIONS)).toMatchObject({
      lines: [],
      problems: [expect.stringContaining("expected a result of NannyML")],
    });
  });
});
