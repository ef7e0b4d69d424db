import fc from "fast-check";
import type { EventRule } from "../../eventbridge/event-rule";
import { type CoordinatorTarget, coordinatorInput } from "../../eventbridge/target-input";
import { transformInput } from "../../eventbridge/transform-input";
import { modelOfMessage, parseCoordinatorMessage, parseRuledMessage, requestIdOf } from "../../functions/core/coordinator-message";
import { PoisonMessageError } from "../../functions/core/errors";
import { trainingRequestSchema } from "../../functions/core/training-request";
import { jobFailed } from "../eventbridge/events";
import { answerOf } from "../simulation/requests";

const AT = Date.UTC(2026, 10, 21, 10);
const SUBJECT = "fraud-7 (Failed)";

describe("parseRuledMessage", () => {
  it("should make a request of what EventBridge sends for a target of type request", () => {
    const metadata = {
      job: "$.detail.TrainingJobName",
      tries: "$.detail.Tries",
      tags: "$.detail.Tags",
      team: "ml",
      gone: "$.detail.Gone",
    };

    const ruled = parseRuledMessage(sent({ type: "request", model: "fraud", priority: 2, metadata }));

    const cause = {
      type: "event",
      rule: "job-failed",
      event: "SageMaker Training Job State Change",
      subject: SUBJECT,
      metadata: { job: "fraud-7", tries: "3", tags: '{"team":"ml"}', team: "ml" },
      at: AT,
    };
    const id = expect.stringMatching(/^event\/fraud\/job-failed-[0-9a-f]{16}$/);
    const request = { id, model: "fraud", causes: [cause], priority: 2, manifests: [], requestedAt: AT };
    expect(ruled).toEqual({ action: "request", request });
  });

  it("should make an order of what EventBridge sends for a target of type pause", () => {
    expect(parseRuledMessage(sent({ type: "pause", model: "fraud" }))).toEqual({
      action: "pause",
      order: { model: "fraud", rule: "job-failed", why: `SageMaker Training Job State Change: ${SUBJECT}`, at: AT },
    });
  });

  it("should name what an event of another source is about, or else the source", () => {
    const other = (resources?: string[]) => jobFailed({ source: "aws.s3", "detail-type": "Object Created", resources });

    expect(requestOf(other(["", "arn:aws:s3:::flights"])).causes).toMatchObject([{ subject: "arn:aws:s3:::flights" }]);
    expect(requestOf(other([])).causes).toMatchObject([{ subject: "aws.s3" }]);
    expect(requestOf(other()).causes).toMatchObject([{ subject: "aws.s3" }]);
  });

  it.each([
    ["ISO 8601", new Date(AT).toISOString()],
    ["epoch milliseconds as a text", String(AT)],
    ["epoch seconds", AT / 1_000],
  ])("should take the time of an event as %s", (_format, time) => {
    const event = { ...jobFailed(), time };

    expect(requestOf(event)).toMatchObject({ requestedAt: AT, causes: [{ at: AT }] });
  });

  it("should give one id to all events that SageMaker sends of one change, and another to a change at another time", () => {
    const detail = { ...jobFailed().detail, LastModifiedTime: 1_795_255_200_000 };
    const again = jobFailed({ id: "another", time: "2026-11-21T10:00:05Z", detail });
    const later = jobFailed({ detail: { ...detail, LastModifiedTime: 1_795_258_800_000 } });

    expect(requestOf(again).id).toBe(requestOf(jobFailed({ detail })).id);
    expect(requestOf(later).id).not.toBe(requestOf(again).id);
  });

  it("should shorten what is longer than a record takes", () => {
    const event = jobFailed({
      source: "acme.jobs",
      "detail-type": "t".repeat(300),
      resources: ["r".repeat(300)],
      detail: { long: "l".repeat(300) },
    });

    const [cause] = requestOf(event, { metadata: { long: "$.detail.long" } }).causes;

    expect(cause).toMatchObject({
      event: `${"t".repeat(255)}…`,
      subject: `${"r".repeat(255)}…`,
      metadata: { long: `${"l".repeat(255)}…` },
    });
  });

  it("should give one id to every delivery of an event, and another to any other event, rule or model", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,7}$/);
    const asked = fc.record({ model: word, rule: word, id: fc.uuid(), priority: fc.integer({ min: 1, max: 5 }) });

    fc.assert(
      fc.property(asked, asked, (one, other) => {
        const [first, second] = [one, other].map(({ model, rule, id, priority }) =>
          parseRuledMessage(
            sent({ type: "request", model, priority, metadata: {} }, jobFailed({ id, source: "acme.jobs" }), { name: rule }),
          ),
        );
        const isSame = one.model === other.model && one.rule === other.rule && one.id === other.id;

        if (first?.action !== "request" || second?.action !== "request") throw new Error("no requests");
        expect(trainingRequestSchema.parse(first.request)).toEqual(first.request);
        expect(first.request.id === second.request.id).toBe(isSame);
      }),
    );
  });

  it.each([
    ["a request", { id: "data/fraud/1", model: "fraud" }],
    ["a schedule", { source: "retrigger.schedule", model: "fraud" }],
    ["an event itself", jobFailed()],
    ["nothing", null],
    ["a text", "retrigger.rule"],
    ["a list", [{ source: "retrigger.rule" }]],
  ])("should leave %s to others", (_case, message) => {
    expect(parseRuledMessage(message)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ["no action", { action: undefined }, "action"],
    ["another action", { action: "resume" }, "action"],
    ["no model", { model: undefined }, "model"],
    ["a model that cannot be", { model: "a/b" }, "expected 1 to 40 of a-z, 0-9 and -"],
    ["a rule that cannot be", { rule: "a/b" }, "expected the name of a rule"],
    ["half a priority", { priority: 1.5 }, "priority"],
    ["metadata of numbers", { metadata: { a: 5 } }, "metadata"],
    ["metadata that is too long", { metadata: { a: "x".repeat(257) } }, "metadata"],
    ["metadata that is named as it should not be", { metadata: { "a/b": "x" } }, "metadata"],
    [
      "too much metadata",
      { metadata: Object.fromEntries([...Array(21).keys()].map((n) => [`a${n}`, "x"])) },
      "more than 20 entries",
    ],
    ["no event", { event: undefined }, "event"],
    ["an event of text", { event: JSON.stringify(jobFailed()) }, "event"],
    ["an event without id", { event: jobFailed({ id: "" }) }, "event.id"],
    [
      "a time that nobody can read",
      { event: jobFailed({ time: "yesterday" }) },
      "got the time yesterday; expected one from 1970 on",
    ],
    ["a time before 1970", { event: jobFailed({ time: "1969-12-31T23:59:59Z" }) }, "expected one from 1970 on"],
    ["resources of numbers", { event: jobFailed({ resources: [5] }) }, "event.resources"],
  ])("should refuse the message of a rule with %s", (_case, difference, reason) => {
    const message = { ...sent({ type: "request", model: "fraud", priority: 3, metadata: {} }), ...difference };

    expect(() => parseRuledMessage(message)).toThrow(PoisonMessageError);
    expect(() => parseRuledMessage(message)).toThrow(/^not the message of a rule: /);
    expect(() => parseRuledMessage(message)).toThrow(reason);
  });

  it("should refuse an event that is nested without an end", () => {
    const deep = Array.from({ length: 50_000 }).reduce<unknown>((value) => [value], "x");
    const message = { ...sent({ type: "pause", model: "fraud" }), event: jobFailed({ detail: { deep } }) };

    expect(() => parseRuledMessage(message)).toThrow(PoisonMessageError);
  });

  it("should throw nothing else for no message whatsoever", () => {
    const field = fc.oneof(fc.constantFrom("request", "pause", "fraud", 3), fc.anything());
    const message = fc.record(
      {
        source: fc.constant("retrigger.rule"),
        rule: field,
        action: field,
        model: field,
        priority: field,
        metadata: fc.object(),
        event: fc.object(),
      },
      { requiredKeys: ["source"] },
    );

    fc.assert(
      fc.property(message, (message) => {
        expect(() => parseRuledMessage(message)).toThrow(PoisonMessageError);
      }),
    );
  });
});

describe("coordinatorInput", () => {
  it("should need no path, so that no event lacks what it refers to", () => {
    const target = { type: "request", model: "fraud", priority: 3, metadata: { job: "$.detail.Gone" } } as const;

    expect(coordinatorInput({ name: "r" }, target)).toEqual({
      paths: {},
      template:
        '{"source":"retrigger.rule","rule":"r","action":"request","model":"fraud","priority":3,"metadata":{"job":"$.detail.Gone"},"event":<aws.events.event.json>}',
    });
  });

  it("should refuse metadata that EventBridge would take for a variable", () => {
    const target = { type: "request", model: "fraud", priority: 3, metadata: { limit: "below <max>" } } as const;

    expect(() => coordinatorInput({ name: "r" }, target)).toThrow("got < or > in the metadata of rule r");
  });

  it("should carry any other metadata unchanged", () => {
    const text = fc.string({ maxLength: 256 }).filter((value) => !/[<>]/.test(value) && !value.startsWith("$."));

    fc.assert(
      fc.property(text, (value) => {
        expect(requestOf(jobFailed(), { metadata: { it: value } }).causes).toMatchObject([{ metadata: { it: value } }]);
      }),
    );
  });
});

describe("parseCoordinatorMessage", () => {
  it("should read a signal of quality, whose request it names", () => {
    const signal = { model: "fraud", monitor: "labels", metric: "accuracy", from: 1.7e12, to: 1.7e12 + 86_400_000, error: 0.2 };
    const message = parseCoordinatorMessage({ source: "retrigger.quality", ...signal });

    expect(message).toEqual({ action: "quality", signal });
    expect(modelOfMessage(message)).toBe("fraud");
    expect(requestIdOf(message)).toMatch(/^quality\/fraud\/2023-11-15T22-13-20-[0-9a-f]{16}$/);
    expect(() => parseCoordinatorMessage({ source: "retrigger.quality", ...signal, error: 20 })).toThrow(
      /^not a quality signal: error/,
    );
  });

  it("should read the hold-out of a run, which is no signal", () => {
    const report = { model: "fraud", run: "data/fraud/1", holdOut: { challenger: 0.12, champion: 0.19 } };
    const message = parseCoordinatorMessage({ source: "retrigger.quality", ...report, error: 20 });

    expect(message).toEqual({ action: "hold-out", report });
    expect(modelOfMessage(message)).toBe("fraud");
    expect(requestIdOf(message)).toBeUndefined();
  });

  it("should refuse ids that no key of the store can hold, of a request, of one that it takes along, and in an answer", () => {
    const long = `${"a".repeat(1_000)}/fraud/1`;
    const request = {
      id: "manual/fraud/1",
      model: "fraud",
      causes: [{ type: "manual", by: "ada", why: "new labels" }],
      priority: 4,
      manifests: [],
      requestedAt: AT,
    };
    const answer = answerOf(1, "ada", { do: "approve", requestId: long });

    for (const message of [{ ...request, id: long }, { ...request, takesAlong: [long] }, answer])
      expect(() => parseCoordinatorMessage(message)).toThrow(/got an id of a request with 1008 characters; expected at most 256/);
  });

  it("should refuse a request whose texts take more of the state than one training may, and say how much", () => {
    const uri = (n: number) => `s3://lists/${n % 10}${"a".repeat(1_000)}`;
    const request = {
      id: "data/fraud/1",
      model: "fraud",
      causes: [{ type: "manual", by: "ada", why: "new labels" }],
      priority: 4,
      requestedAt: AT,
    };
    const listing = (count: number) => ({
      ...request,
      manifests: Array.from({ length: count }, (_, n) => ({ uri: uri(n), objects: 1, bytes: 1 })),
    });

    expect(parseCoordinatorMessage(listing(70))).toMatchObject({ action: "request" });
    expect(() => parseCoordinatorMessage(listing(72))).toThrow(
      /not a training request: got causes and addresses of manifests that take 76\d\d\d bytes; at most 76000 are allowed: put its objects/,
    );
  });
});

// Helpers

/** The body that EventBridge would send, parsed. */
function sent(
  target: CoordinatorTarget,
  event: object = jobFailed(),
  rule: Pick<EventRule, "name"> = { name: "job-failed" },
): object {
  const delivery = {
    ruleName: "rule",
    ruleArn: "arn:aws:events:eu-central-1:111122223333:rule/rule",
    ingestionTime: "2026-11-21T10:00:01Z",
  };
  return JSON.parse(transformInput(coordinatorInput(rule, target), event, delivery).text);
}

function requestOf(event: object, { metadata = {} }: { readonly metadata?: Readonly<Record<string, string>> } = {}) {
  const ruled = parseRuledMessage(sent({ type: "request", model: "fraud", priority: 3, metadata }, event));
  if (ruled?.action !== "request") throw new Error("no request");
  return ruled.request;
}
