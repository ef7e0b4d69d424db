import { startFindings } from "../../../../../functions/core/replay/importers/reading/findings";

describe("startFindings", () => {
  it("should put lines in the order of their times, those of one time as they came", () => {
    const findings = startFindings("objects");
    for (const [at, key] of [
      [3, "c"],
      [1, "a"],
      [3, "b"],
    ] as const)
      findings.add(key, { type: "landed", model: "m", at, key });

    expect(findings.imported().lines.map((line) => "key" in line && line.key)).toEqual(["a", "c", "b"]);
  });

  it("should keep a problem to one line of 600 characters, and a file to ten thousand", () => {
    const findings = startFindings("objects");
    for (let index = 0; index < 10_010; index++) {
      findings.refuse(`row ${index}\n\u001b[31m`, { got: "x".repeat(10_000), expected: `less, ${index} ${"y".repeat(1_000)}` });
    }

    const { problems } = findings.imported();

    expect(problems).toHaveLength(10_001);
    expect(problems.at(-1)).toBe("and 10 more: correct these first");
    expect(problems.every(({ length }) => length <= 600)).toBe(true);
    expect(problems.join("")).not.toMatch(/\p{Cc}/u);
  });

  it("should say so where a file has nothing", () => {
    expect(startFindings("jobs").imported().problems).toEqual(["the file has no jobs: is it the export that was meant?"]);
  });
});
