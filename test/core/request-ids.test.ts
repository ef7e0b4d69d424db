import {
  dataRequestId,
  directRequestId,
  driftRequestId,
  epochRequestId,
  eventRequestId,
  fnv1a,
  manualRequestId,
  scheduleRequestId,
} from "../../functions/core/request-ids";
import { trainingRequestSchema } from "../../functions/core/training-request";

const NEW_YEAR = Date.UTC(2001, 0, 1);
const LONGEST_MODEL = "a".repeat(40);

describe("request ids", () => {
  it("should have one form for each cause, since stored rows and decisions hold them", () => {
    const ids = [
      dataRequestId("fraud", 7),
      scheduleRequestId("fraud", "nightly", NEW_YEAR),
      directRequestId("fraud", "nightly", NEW_YEAR),
      driftRequestId({ model: "fraud", monitor: "own", id: "r1", window: { end: 1e12 } }),
      eventRequestId("fraud", "failed-jobs", "aws.s3 42"),
      manualRequestId("fraud", "New labels!", NEW_YEAR, "bc451c"),
      epochRequestId("manual/fraud/2001-01-01/new-labels-bc451c", 2),
    ];

    expect(ids).toEqual([
      "data/fraud/7",
      "schedule/fraud/nightly-2001-01-01T00-00",
      "direct/fraud/nightly-2001-01-01T00-00",
      "drift/fraud/2001-09-09T01-46-40-99f8b118dd264234",
      "event/fraud/failed-jobs-532b1a00a35e0930",
      "manual/fraud/2001-01-01/new-labels-bc451c",
      "manual/fraud/2001-01-01/new-labels-bc451c/epoch-2",
    ]);
    for (const id of ids) expect(isAllowed(id)).toBe(true);
  });

  it.each(["new labels", "Neue Etiketten – für alle!", "нове", "a".repeat(256)])("should be allowed for the reason %j", (why) => {
    const id = manualRequestId(LONGEST_MODEL, why, 0, "bc451c");

    expect(isAllowed(epochRequestId(id, 12))).toBe(true);
  });

  it("should be allowed for whatever a drift report is called, and whenever its window ends", () => {
    const id = driftRequestId({ model: "fraud", monitor: "own", id: "arn:aws:sagemaker:…/ü/../x ", window: { end: 8.64e15 } });

    expect(isAllowed(id)).toBe(true);
  });
});

describe("fnv1a", () => {
  it.each([
    { text: "", hash: "cbf29ce484222325" },
    { text: "a", hash: "af63dc4c8601ec8c" },
    { text: "foobar", hash: "85944171f73967e8" },
  ])("should hash '$text' as RFC 9923 does", ({ text, hash }) => {
    expect(fnv1a(text)).toBe(hash);
  });
});

// Helpers

function isAllowed(id: string): boolean {
  return trainingRequestSchema.shape.id.safeParse(id).success;
}
