import { LISTED_CAUSES, mergeRequests } from "../../../functions/core/coordination/parked-requests";
import type { Cause } from "../../../functions/core/training-request";
import { MANUAL, NOON, requestOf } from "../../simulation/requests";

describe("mergeRequests, of events", () => {
  it("should keep the metadata of the request that waited, and every cause of both", () => {
    const earlier = requestOf("1", { causes: [eventCause("one")] });
    const later = requestOf("2", { causes: [eventCause("two"), { type: "manual", by: "ada", why: "new labels" }] });

    const { causes } = mergeRequests(earlier, later);

    const { metadata: _metadata, ...withoutMetadata } = eventCause("two");
    expect(causes).toEqual([eventCause("one"), withoutMetadata, { type: "manual", by: "ada", why: "new labels" }]);
  });
});

describe("mergeRequests, of what only one of them asks for", () => {
  it.each(["needsApproval", "blocks"] as const)("should have %s if either has it, and not otherwise", (field) => {
    const [plain, asking] = [requestOf("1"), requestOf("2", { [field]: true })];

    expect(mergeRequests(plain, asking)[field]).toBe(true);
    expect(mergeRequests(asking, plain)[field]).toBe(true);
    expect(mergeRequests(asking, asking)[field]).toBe(true);
    expect(mergeRequests(plain, plain)).not.toHaveProperty(field);
  });
});

describe("mergeRequests, of more causes than a request lists", () => {
  it("should count those that it does not list, and those that neither request listed", () => {
    const causes = Array.from({ length: LISTED_CAUSES - 1 }, (): Cause => MANUAL);
    const earlier = requestOf("1", { causes, omittedCauses: 3 });
    const later = requestOf("2", { causes: [MANUAL, MANUAL, MANUAL], omittedCauses: 5 });

    const merged = mergeRequests(earlier, later);

    expect(merged.causes).toHaveLength(LISTED_CAUSES);
    expect(merged.omittedCauses).toBe(3 + 5 + 2);
  });
});

// Helpers

function eventCause(subject: string): Cause & { readonly type: "event" } {
  return {
    type: "event",
    rule: "job-failed",
    event: "SageMaker Training Job State Change",
    subject,
    metadata: { a: "b" },
    at: NOON,
  };
}
