import fc from "fast-check";
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
