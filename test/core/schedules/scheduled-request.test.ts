import fc from "fast-check";
import { PoisonMessageError } from "../../../functions/core/errors";
import { fireMessage, parseScheduledRequest, type Schedule } from "../../../functions/core/schedules/scheduled-request";
import { cronExpression } from "../../../functions/core/schedules/timing";
import { trainingRequestSchema } from "../../../functions/core/training-request";

const FIRED = { source: "retrigger.schedule", model: "flight-delay", schedule: "nightly", firedAt: "2026-11-21T02:30:00Z" };
const FIRED_AT = Date.UTC(2026, 10, 21, 2, 30);

describe("parseScheduledRequest", () => {
  it("should make a request of a fire, with its minute in the id", () => {
    expect(parseScheduledRequest({ ...FIRED, priority: 2 })).toEqual({
      id: "schedule/flight-delay/nightly-2026-11-21T02-30",
      model: "flight-delay",
      causes: [{ type: "schedule", name: "nightly", firedAt: FIRED_AT }],
      priority: 2,
      manifests: [],
      requestedAt: FIRED_AT,
    });
  });

  it("should have priority 3 when the message names none", () => {
    expect(parseScheduledRequest(FIRED)?.priority).toBe(3);
  });

  it.each([
    ["seconds", { firedAt: "2026-11-21T02:30:59.999Z" }],
    ["another zone", { firedAt: "2026-11-21T03:30:00+01:00" }],
  ])("should be the same request with %s", (_case, difference) => {
    expect(parseScheduledRequest({ ...FIRED, ...difference })).toEqual(parseScheduledRequest(FIRED));
  });

  it("should take the minute that the message was published in, when it says no time of its own", () => {
    const { firedAt: _, ...timeless } = FIRED;

    expect(parseScheduledRequest(timeless, FIRED_AT + 59_999)).toEqual(parseScheduledRequest(FIRED));
    expect(parseScheduledRequest(FIRED, FIRED_AT + 3_600_000)).toEqual(parseScheduledRequest(FIRED));
  });

  it.each([
    ["by the queue, after some tries", {}, 3 * 60_000 + 59_999],
    ["by the queue, hours later", {}, 5 * 3_600_000],
    ["by the queue, with a clock that is a little slow", {}, -4_000],
    ["by the scheduler, at a time of its own", { firedAt: "2026-11-21T02:33:10Z" }, undefined],
  ])("should be the fire of its schedule where the message says when that is: told %s", (_case, difference, lateMs) => {
    const { firedAt: _, ...timeless } = FIRED;
    const message = { ...timeless, cron: "30 2 * * *", timeZone: "UTC", ...difference };

    const request = parseScheduledRequest(message, lateMs === undefined ? undefined : FIRED_AT + lateMs);

    expect(request).toEqual(parseScheduledRequest(FIRED));
  });

  it("should be one request of two equal times of an autumn, whichever a scheduler takes", () => {
    const message = { ...FIRED, cron: "30 2 * * *", timeZone: "Europe/Berlin" };

    const ids = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map(
      (firedAt) => parseScheduledRequest({ ...message, firedAt })?.id,
    );

    expect(ids).toEqual(Array(2).fill("schedule/flight-delay/nightly-2026-10-25T00-30"));
  });

  it("should make a request of a fire long ago too: the coordinator decides", () => {
    expect(parseScheduledRequest({ ...FIRED, firedAt: "2001-01-01T00:00:00Z" })?.id).toBe(
      "schedule/flight-delay/nightly-2001-01-01T00-00",
    );
  });

  it.each([
    ["a request", { id: "data/flight-delay/1", model: "flight-delay" }],
    ["an event of another source", { ...FIRED, source: "aws.sagemaker" }],
    ["nothing", null],
    ["text", "retrigger.schedule"],
  ])("should leave %s to others", (_case, message) => {
    expect(parseScheduledRequest(message, FIRED_AT)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ["no model", { model: undefined }, "model"],
    ["a model that cannot be", { model: "Flight Delay" }, "expected 1 to 40 of a-z, 0-9 and -"],
    ["a schedule that cannot be", { schedule: "a/b" }, "expected 1 to 40 of a-z, 0-9 and -"],
    ["a time that nobody put in", { firedAt: "<aws.scheduler.scheduled-time>" }, "firedAt"],
    ["a day that there is not", { firedAt: "2026-02-30T00:00:00Z" }, "firedAt"],
    ["a time before 1970", { firedAt: "1969-12-31T23:59:00Z" }, "got no time from 1970 to 9999"],
    ["a fire before 1970", { firedAt: "1970-01-01T00:00:30Z", cron: "30 2 * * *" }, "got no time from 1970 to 9999"],
    ["a time after 9999", { firedAt: "9999-12-31T23:59:00-01:00" }, "got no time from 1970 to 9999"],
    ["no time at all", { firedAt: undefined }, "got no time from 1970 to 9999, in firedAt or from the queue"],
    ["half a priority", { priority: 1.5 }, "priority"],
    ["an expression that is none", { cron: "often" }, "expected a cron expression"],
    ["a zone that there is not", { timeZone: "Mars/Olympus" }, "expected the name of a time zone"],
  ])("should refuse the message of a schedule with %s", (_case, difference, reason) => {
    const message = JSON.parse(JSON.stringify({ ...FIRED, ...difference }));

    expect(() => parseScheduledRequest(message)).toThrow(PoisonMessageError);
    expect(() => parseScheduledRequest(message)).toThrow(/^not the message of a schedule: /);
    expect(() => parseScheduledRequest(message)).toThrow(reason);
  });

  it("should make a valid request of its own of every schedule's every minute", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
    const minute = fc.integer({ min: 0, max: 100_000_000 }).map((minutes) => minutes * 60_000);
    const fire = fc.record({ model: name, name, firedAt: minute, priority: fc.integer({ min: 1, max: 5 }) });

    fc.assert(
      fc.property(fire, fire, (one, other) => {
        const [first, second] = [one, other].map(({ firedAt, ...schedule }) =>
          parseScheduledRequest(JSON.parse(fireMessage(scheduleOf(schedule), new Date(firedAt).toISOString()))),
        );

        expect(trainingRequestSchema.parse(first)).toEqual(first);
        expect(first).toMatchObject({ model: one.model, priority: one.priority, requestedAt: one.firedAt });
        const isSame = one.model === other.model && one.name === other.name && one.firedAt === other.firedAt;
        expect(first?.id === second?.id).toBe(isSame);
      }),
    );
  });
});

// Helpers

function scheduleOf(overrides: Partial<Schedule>): Schedule {
  return { model: "one", name: "nightly", timing: cronExpression("* * * * *"), timeZone: "UTC", priority: 3, ...overrides };
}
