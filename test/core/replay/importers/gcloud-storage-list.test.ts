import { gcloudStorageList } from "../../../../functions/core/replay/importers/gcloud-storage-list";
import { describeGolden, readValid } from "./golden";

describe("gcloudStorageList", () => {
  describeGolden(gcloudStorageList);

  it.each([
    { change: { creation_time: "2026-11-01T02:00:05" }, problem: /--timezone/ },
    { change: { creation_time: undefined }, problem: /the time undefined; expected an ISO 8601 time/ },
    { change: { size: "-3" }, problem: /the size -3/ },
    { change: { name: undefined }, problem: /got no key/ },
  ])("should refuse $change, and keep the others", ({ change, problem }) => {
    const { lines, problems } = readValid(
      gcloudStorageList,
      JSON.stringify([{ ...OBJECT, ...change }, { ...OBJECT, generation: "8" }, 3]),
    );

    expect(lines).toHaveLength(1);
    expect(problems).toEqual([expect.stringMatching(problem), expect.stringContaining("got number; expected an object")]);
  });

  it.each([{ bucket: { toString: 1 } }, { generation: [{ valueOf: 1, toString: null }] }])(
    "should read what has no text: %j",
    (change) => {
      expect(readValid(gcloudStorageList, JSON.stringify([{ ...OBJECT, ...change }])).lines).toHaveLength(1);
    },
  );

  it("should take a generation that is listed twice once, and each generation of a key for a landing", () => {
    const text = JSON.stringify([OBJECT, { ...OBJECT, generation: "8", creation_time: "2026-11-02T02:00:05+0000" }]);

    expect(readValid(gcloudStorageList, text + text)).toMatchObject({
      lines: [{ at: Date.parse("2026-11-01T02:00:05Z") }, { at: Date.parse("2026-11-02T02:00:05Z") }],
      problems: [expect.stringMatching(/count once: 2 left out$/)],
    });
  });

  it("should tell a list that gcloud was interrupted in", () => {
    const { lines, problems } = readValid(gcloudStorageList, JSON.stringify([OBJECT, OBJECT], null, 2).slice(0, -30));

    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringContaining("cut short")]);
  });
});

// Helpers

const OBJECT = { name: "in/a.csv", bucket: "b", generation: "7", size: 3, creation_time: "2026-11-01T02:00:05+0000" };
