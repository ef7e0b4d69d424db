import { canonicalHistory } from "../../../../functions/core/replay/importers/canonical-history";

const LINE = { type: "landed", model: "churn", at: 2 } as const;

describe("canonicalHistory", () => {
  it("should read lines in the order of time, and tell of broken ones with their numbers", () => {
    const text = `\uFEFF${JSON.stringify(LINE)}\r\n\n{"type":"landed"}\n${JSON.stringify({ ...LINE, at: 1 })}`;

    const { lines, problems } = canonicalHistory.read(text, { model: "other" });

    expect(lines).toEqual([{ ...LINE, at: 1 }, LINE]);
    expect(problems).toEqual([expect.stringMatching(/^line 3: model: /)]);
  });
});
