import { s3ListObjects } from "../../../../functions/core/replay/importers/s3-list-objects";
import { describeGolden, readValid } from "./golden";

describe("s3ListObjects", () => {
  describeGolden(s3ListObjects);

  it("should leave out an object of a page that was saved twice, and tell it", () => {
    const page = listing([OBJECT, { ...OBJECT, Key: "in/b.csv" }]);

    const { lines, problems } = readValid(s3ListObjects, page + page);

    expect(lines.map((line) => "key" in line && line.key)).toEqual(["in/a.csv", "in/b.csv"]);
    expect(problems).toEqual([expect.stringContaining("objects that are in the file more than once")]);
  });

  it.each(["NextToken", "NextContinuationToken"])("should tell a listing that was cut, by its %s", (token) => {
    expect(readValid(s3ListObjects, listing([OBJECT], { [token]: "eyJ" })).problems).toEqual([
      expect.stringMatching(/^the listing was cut: .*--max-items/),
    ]);
  });

  it("should tell a listing of exactly one page, and none of one more", () => {
    const objects = Array.from({ length: 1000 }, (_, index) => ({ ...OBJECT, Key: `in/${index}` }));

    expect(readValid(s3ListObjects, listing(objects)).problems).toEqual([expect.stringContaining("exactly 1000 elements")]);
    expect(readValid(s3ListObjects, listing([...objects, OBJECT])).problems).toEqual([]);
  });

  it("should read what precedes a page that is cut short, and tell where that one begins and ends", () => {
    const { lines, problems } = readValid(s3ListObjects, `${listing([OBJECT])}${listing([OBJECT]).slice(0, -9)}\n`);

    expect(lines).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringMatching(/^line 2: got JSON that begins here and is cut short in line 3; .*export it again/),
    ]);
  });

  it("should tell a message of the tool, and read what is JSON", () => {
    const { lines, problems } = readValid(s3ListObjects, `\nAn error occurred (SlowDown)\n${listing([OBJECT])}`);

    expect(lines).toHaveLength(1);
    expect(problems).toEqual([expect.stringMatching(/^line 2: got "An error occurred \(SlowDown\)"; expected JSON/)]);
  });

  it.each([
    { change: { LastModified: "2026-11-01T02:00:04" }, problem: /"2026-11-01T02:00:04"; expected .*--timezone/ },
    { change: { LastModified: "0001-01-01T00:00:00Z" }, problem: /years 2000 to 2099/ },
    { change: { LastModified: "9999-12-31T00:00:00Z" }, problem: /years 2000 to 2099/ },
    { change: { LastModified: "2026-02-30T00:00:00Z" }, problem: /expected an ISO 8601 time/ },
    { change: { LastModified: null }, problem: /the time null; expected an ISO 8601 time/ },
    { change: { Size: -1 }, problem: /the size -1; expected a size in whole bytes/ },
    { change: { Size: 1.5 }, problem: /the size 1.5; / },
    { change: { Key: "" }, problem: /expected a key of 1 to 1024/ },
    { change: { Key: "k".repeat(1025) }, problem: /of 1025 characters/ },
    { change: { Key: 7 }, problem: /got no key/ },
  ])("should refuse $change, and keep the others", ({ change, problem }) => {
    const { lines, problems } = readValid(
      s3ListObjects,
      listing([
        { ...OBJECT, ...change },
        { ...OBJECT, Key: "in/b.csv" },
      ]),
    );

    expect(lines).toMatchObject([{ key: "in/b.csv" }]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toMatch(/^Contents\[0\] of line 1: got /);
  });

  it("should read local times by the offset that it is given", () => {
    const text = listing([{ ...OBJECT, LastModified: "2026-11-01T02:00:00" }]);

    expect(readValid(s3ListObjects, text, { offsetMinutes: 330 }).lines).toMatchObject([
      { at: Date.parse("2026-10-31T20:30:00Z") },
    ]);
  });

  it("should tell problems of one kind once, with their number", () => {
    const objects = Array.from({ length: 5000 }, (_, index) => ({ ...OBJECT, Key: `in/${index}`, Size: -index - 1 }));

    expect(readValid(s3ListObjects, listing(objects)).problems).toEqual([
      expect.stringMatching(
        /^Contents\[0\] of line 1: got the size -1; .* \(and 4999 more like it, the last at Contents\[4999\] of line 1\)$/,
      ),
    ]);
  });

  it("should take nothing for a model that no configuration can name", () => {
    const { lines, problems } = readValid(s3ListObjects, listing([OBJECT]), { model: "Train_Flight" });

    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^got the model "Train_Flight"; expected 1 to 40 of a-z/)]);
  });

  it.each(["", '{"RequestCharged":null,"Prefix":""}', '{"Contents":[]}'])("should tell that %s has no objects", (text) => {
    expect(readValid(s3ListObjects, text).problems).toEqual(["the file has no objects: is it the export that was meant?"]);
  });

  it("should refuse JSON of another form, too deep lists, and what is no JSON", () => {
    const { problems } = readValid(s3ListObjects, `{"a":1} ${"[".repeat(70)}${"]".repeat(70)} {]`);

    expect(problems).toEqual([
      expect.stringContaining(
        "line 1: got JSON of more than 64 objects and lists within each other; expected fewer: export a shorter time",
      ),
      expect.stringMatching(/^line 1: got no JSON: it starts with "\{\]"/),
      expect.stringContaining("got JSON of another form"),
    ]);
  });
});

// Helpers

const OBJECT = { Key: "in/a.csv", LastModified: "2026-11-01T02:00:04.000Z", Size: 10 };

function listing(Contents: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({ Contents, ...more })}\n`;
}
