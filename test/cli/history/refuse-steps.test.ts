import { refuseSteps } from "../../../cli/history/refuse-steps";
import { HistorySurvey } from "../../../functions/core/replay/simulation/history-survey";

describe("refuseSteps", () => {
  it("should refuse a history whose last line is of another age, and say what to do", () => {
    const survey = surveyOf(0, Date.UTC(9999, 0, 1));

    expect(() => refuseSteps("churn", survey, 86_400_000)).toThrow(
      /^churn: got 2932532 steps over 1 d;.*longer --step.*wrong time/,
    );
  });

  it("should take thirty years of hours, and no line at all", () => {
    expect(() => refuseSteps("churn", surveyOf(0, Date.UTC(2000, 0, 1), 3_600_000), 3_600_000)).not.toThrow();
    expect(() => refuseSteps("churn", surveyOf(), 86_400_000)).not.toThrow();
  });
});

function surveyOf(...given: readonly number[]): HistorySurvey {
  const [from, to, stepMs = 86_400_000] = given;
  const survey = new HistorySurvey("churn", stepMs);
  for (const at of [from, to]) if (at !== undefined) survey.feed({ type: "landed", model: "churn", at });
  return survey;
}
