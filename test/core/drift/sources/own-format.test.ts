import fc from "fast-check";
import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { type EvaluatedDrift, evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { ownReport } from "../../../../functions/core/drift/sources/drift-source";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { expectReportsOrPoison, fixture, fixtureText, mutated } from "./documents";

const REPORT = fixture("own-report");

describe("ownReport", () => {
  it("should read a report, whose model is its own", () => {
    expect(ownReport(REPORT)).toEqual({
      ...JSON.parse(fixtureText("own-report")),
      window: { start: Date.UTC(2026, 10, 20), end: Date.UTC(2026, 10, 21) },
      unlisted: "unknown",
    });
  });

  it("should take what was not measured neither for drift nor for calm, even of a monitor that lists only what drifts", () => {
    const day = (date: number, evidence: object) => {
      const window = { start: Date.UTC(2026, 10, date), end: Date.UTC(2026, 10, date) };
      const features = [{ name: "delay", kind: "data", evidence }];
      return ownReport({ version: 1, model: "flights", id: `${date}`, monitor: "m", window, unlisted: "calm", features });
    };
    const drift = { type: "score", metric: "psi", score: 0.9 };
    const unmeasured = { type: "unmeasured", metric: "psi", why: "the score is NaN" };
    let history: EvaluatedDrift["history"] = [];
    const states = [drift, unmeasured, drift, unmeasured].map((evidence, index) => {
      const evaluated = evaluateDrift(DEFAULT_DRIFT_POLICY, day(index + 1, evidence), history);
      history = evaluated.history;
      return evaluated.evaluation.features.map(({ outcome, state }) => [outcome, state]);
    });

    expect(states.map(([feature]) => feature)).toEqual([
      ["drift", "suspected"],
      ["insufficient", "suspected"],
      ["drift", "detected"],
      ["insufficient", "detected"],
    ]);
  });

  it("should tell every problem at once, with its place and the feature's name", () => {
    const broken = JSON.parse(fixtureText("own-report"));
    broken.model = "No Model";
    broken.window.end = "2026-11-19T00:00:00Z";
    broken.features[0].evidence.score = "high";
    broken.features[1].kind = "weather";

    const read = () => ownReport(broken);

    expect(read).toThrow(PoisonMessageError);
    for (const place of [
      "model",
      "window",
      'feature "delay" (features.0.evidence.score)',
      'feature "accuracy" (features.1.kind)',
    ]) {
      expect(read).toThrow(`${place}: `);
    }
  });

  it("should read any document or refuse it", () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => expectReportsOrPoison(() => [ownReport(document)])));
    fc.assert(fc.property(mutated(REPORT), (document) => expectReportsOrPoison(() => [ownReport(document)])));
  });
});
