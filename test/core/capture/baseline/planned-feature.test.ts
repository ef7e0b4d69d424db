import { plannedFeatures } from "../../../../functions/core/capture/baseline/planned-feature";
import { createSurvey } from "../../../../functions/core/capture/baseline/survey";
import { nameHash } from "../../../../functions/core/capture/counters";
import { captureOf } from "../captures";

describe("the names that a feature of many names is planned with", () => {
  it.each([
    { what: "those of the first half", halves: [["a", "b"], ["c"]], known: ["a", "b"] },
    {
      what: "those of both halves once",
      halves: [
        ["a", "b"],
        ["b", "a"],
      ],
      known: ["a", "b"],
    },
    { what: "those that are in the first half as well", halves: [["a"], ["a", "b"]], known: ["a"] },
    { what: "none where the first half holds no name", halves: [[], ["a", "b"]], known: [] },
  ])("should let a later window know $what, as each half knows those of the other", ({ halves, known }) => {
    const feature = planned(halves, 2);

    expect(feature?.others).toEqual(known.map(nameHash).sort((a, b) => a - b));
  });

  it("should be all where one window is the whole span", () => {
    expect(planned([["a", "b"], ["c"]], 1)?.others).toEqual(["a", "b", "c"].map(nameHash).sort((a, b) => a - b));
  });

  it("should have bins of their own whatever the half, where they are frequent", () => {
    const often = Array.from({ length: 20 }, () => "a");
    const bins = planned([["b"], often], 2)?.binsIn(0);

    expect(bins?.type === "categories" && bins.names).toEqual(["a"]);
    expect(planned([["b"], often], 2)?.others).toEqual([nameHash("b")]);
  });
});

/** The plan of a feature that held these names in the two halves of a span. */
function planned(halves: readonly (readonly string[])[], slices: number) {
  const survey = createSurvey("flights", { capture: captureOf(), columns: { labels: [], predictions: [] } });
  halves.forEach((names, half) => {
    survey.turnTo(half);
    for (const name of names) survey.summary.add({ inputs: { names: ["origin"], values: [name], isTyped: true } });
  });
  return plannedFeatures(survey.summary.features, slices)[0];
}
