import fc from "fast-check";
import { PoisonMessageError } from "../../../functions/core/errors";
import { launchMessage, type PipelineSchedule, parseLaunch } from "../../../functions/core/schedules/pipeline-schedule";
import { cronExpression } from "../../../functions/core/schedules/timing";
import { trainingRequestSchema } from "../../../functions/core/training-request";
import { googleSettings } from "../../gcp/messages";

const MINUTE_MS = 60_000;
const FIRED_AT = Date.UTC(2026, 10, 21, 2, 30);

describe("parseLaunch", () => {
  it("should make of a schedule's message the run of its fire, with every placeholder filled in", () => {
    const parameters = { at: "{firedAt}", of: "{model}/{schedule}", run: "{requestId}", static: "a{b}" };

    const { request, pipeline } = parseLaunch(messageOf({ parameters }), FIRED_AT + 1_234);

    expect(request).toEqual({
      id: "direct/churn/nightly-2026-11-21T02-30",
      model: "churn",
      causes: [{ type: "schedule", name: "nightly", firedAt: FIRED_AT }],
      priority: 3,
      manifests: [],
      requestedAt: FIRED_AT,
    });
    expect(trainingRequestSchema.parse(request)).toEqual(request);
    expect(pipeline).toEqual({
      ...googleSettings().pipeline,
      parameters: {
        at: "2026-11-21T02:30:00Z",
        of: "churn/nightly",
        run: "direct/churn/nightly-2026-11-21T02-30",
        static: "a{b}",
      },
    });
  });

  it("should be one run for all that is sent within a quarter of an hour of a fire, and another when a person makes the job run", () => {
    const idAt = (ms: number) => parseLaunch(messageOf({}), FIRED_AT + ms).request.id;

    expect(new Set([-2_000, 0, 59_999, 3 * MINUTE_MS, 15 * MINUTE_MS].map(idAt)).size).toBe(1);
    expect(idAt(5 * 60 * MINUTE_MS)).toBe("direct/churn/nightly-2026-11-21T07-30");
  });

  it("should keep every static text as it is, whatever stands in it", () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,20}$/).filter((text) => text !== "__proto__");
    const text = fc.string({ minLength: 1 }).filter((value) => !/\{[A-Za-z]+\}/.test(value));

    fc.assert(
      fc.property(fc.dictionary(name, text, { noNullPrototype: true }), (parameters) => {
        expect(parseLaunch(messageOf({ parameters }), FIRED_AT).pipeline.parameters).toEqual(parameters);
      }),
    );
  });

  it.each<[string, (message: object) => unknown]>([
    ["another source", (message) => ({ ...message, source: "retrigger.schedule" })],
    ["no pipeline", (message) => ({ ...message, pipeline: undefined })],
    ["a cron that is none", (message) => ({ ...message, cron: "often" })],
    ["a zone that is none", (message) => ({ ...message, timeZone: "Mars/Olympus" })],
    ["a time before 1970", (message) => ({ ...message, firedAt: "0001-01-01T00:00:00Z" })],
    ["a time after 9999", (message) => ({ ...message, firedAt: "9999-12-31T23:59:00-01:00" })],
    ["a model that cannot be", (message) => ({ ...message, model: "a/b" })],
    ["nothing", () => null],
  ])("should refuse %s", (_case, change) => {
    expect(() => parseLaunch(change(messageOf({})), FIRED_AT)).toThrow(PoisonMessageError);
    expect(() => parseLaunch(change(messageOf({})), FIRED_AT)).toThrow(/^not the message of a direct schedule: /);
  });
});

describe("parseLaunch, of a message that is published again", () => {
  it("should name the launch by when it was published first", () => {
    const message = { ...messageOf({}), firedAt: new Date(FIRED_AT).toISOString() };

    const again = parseLaunch(message, FIRED_AT + 40 * 3_600_000);

    expect(again.request.id).toBe(parseLaunch(messageOf({}), FIRED_AT).request.id);
  });
});

describe("launchMessage", () => {
  it("should refuse a rate, which no clock shows", () => {
    expect(() => launchMessage({ ...scheduleOf({}), timing: { everyMinutes: 61 } }, googleSettings().pipeline)).toThrow(RangeError);
  });
});

// Helpers

function scheduleOf(overrides: Partial<PipelineSchedule>): PipelineSchedule {
  return {
    model: "churn",
    name: "nightly",
    timing: cronExpression("30 2 * * *"),
    timeZone: "UTC",
    parameters: {},
    ...overrides,
  };
}

function messageOf(overrides: Partial<PipelineSchedule>): object {
  const message: object = JSON.parse(launchMessage(scheduleOf(overrides), googleSettings().pipeline));
  return message;
}
