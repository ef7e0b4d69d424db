import fc from "fast-check";
import { alarmReport, parseAlarm } from "../../../../functions/core/drift/sources/cloudwatch-alarm";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureText, mutated, OF_CONTEXT } from "./documents";

const EVENT = fixture("cloudwatch-alarm-event");
const SNS = fixture("cloudwatch-alarm-sns");

const CHANGED_AT = Date.UTC(2026, 10, 21, 11, 20, 4, 149);

describe("parseAlarm", () => {
  it("should read the event and the message of one alarm alike", () => {
    const expected = {
      name: "flights-delay-drift",
      state: "ALARM",
      changedAt: CHANGED_AT,
      metric: { namespace: "aws/sagemaker/Endpoints/data-metrics", name: "feature_baseline_drift_delay", periodMs: 3_600_000 },
      dimensions: new Map([
        ["Endpoint", "flights-endpoint"],
        ["MonitoringSchedule", "flights-drift"],
      ]),
      value: 0.4128571428571429,
      threshold: 0.2,
    };

    expect(parseAlarm(EVENT)).toEqual(expected);
    expect(parseAlarm(SNS)).toEqual(expected);
  });

  it("should read the message of SNS without its envelope, and in that of a queue", () => {
    const message: string = JSON.parse(fixtureText("cloudwatch-alarm-sns")).Records[0].Sns.Message;

    expect(parseAlarm(JSON.parse(message))).toEqual(parseAlarm(EVENT));
    expect(parseAlarm({ Type: "Notification", Message: message })).toEqual(parseAlarm(EVENT));
  });

  it.each([
    [
      "several datapoints, the largest of which counts",
      "2 out of the last 3 datapoints [0.3 (21/11/26 10:00:00), 0.5 (21/11/26 09:00:00)] were",
      0.5,
    ],
    [
      "a bracket that never closes, as in Amazon's sample",
      "1 out of the last 1 datapoints [0.85 was greater than the threshold (0.4)",
      0.85,
    ],
    ["an exponent", "1 datapoint [8.5E-1 (21/11/26 10:00:00)] was greater", 0.85],
    ["no datapoint", "Threshold Crossed: no datapoints were received for 1 period", undefined],
    ["a datapoint that is no number", "1 datapoint [NaN (21/11/26 10:00:00)] was greater", undefined],
    ["another sentence", "Unchecked: Initial alarm creation", undefined],
  ])("should read a reason with %s", (_name, reason, value) => {
    expect(parseAlarm(eventWith({ reason }))?.value).toBe(value);
  });

  it.each([{}, [], null, "ALARM", { Records: [] }, { Type: "Notification", Message: "no JSON" }])(
    "should leave %j alone",
    (message) => {
      expect(parseAlarm(message)).toBeUndefined();
    },
  );

  it("should refuse an alarm without a readable time", () => {
    expect(() => parseAlarm(eventWith({ timestamp: "yesterday" }))).toThrow(
      'got alarm "flights-delay-drift" at yesterday, expected an ISO 8601 time',
    );
  });
});

describe("alarmReport", () => {
  it("should make one report of an alarm by whichever way it came", () => {
    const reports = [EVENT, SNS].map(reportOf);

    expect(reports[0]).toEqual({
      ...OF_CONTEXT,
      id: "2026-11-21T11:20:04.149Z flights-delay-drift",
      monitor: "cloudwatch flights-delay-drift",
      lists: "drift",
      window: { start: CHANGED_AT - 3_600_000, end: CHANGED_AT },
      features: [
        {
          name: "delay",
          kind: "label",
          evidence: { type: "score", metric: "sagemaker-distance", score: 0.4128571428571429, threshold: 0.2 },
        },
      ],
    });
    expect(reports[1]).toEqual(reports[0]);
  });

  it.each(["OK", "INSUFFICIENT_DATA"])("should make no report of %s", (value) => {
    expect(reportOf(eventWith({ value }))).toBeUndefined();
  });

  it.each([
    ["no numbers", "Threshold Crossed"],
    ["a value that is below the threshold", "1 datapoint [0.1 (21/11/26 10:00:00)] was less than the threshold (0.2)"],
  ])("should take an alarm with %s for a drift of unknown size", (_name, reason) => {
    expect(reportOf(eventWith({ reason }))?.features[0]?.evidence).toEqual({ type: "violation", check: "cloudwatch-alarm" });
  });

  it("should refuse an alarm on another metric", () => {
    const event = JSON.parse(fixtureText("cloudwatch-alarm-event").replace("feature_baseline_drift_delay", "CPUUtilization"));

    expect(() => reportOf(event)).toThrow(
      'got alarm "flights-delay-drift" on CPUUtilization, expected one on feature_baseline_drift_<feature>',
    );
  });

  it("should make a report of any message, none, or refuse it", () => {
    const read = (message: unknown) => expectReportsOrPoison(() => [reportOf(message)]);
    fc.assert(fc.property(fc.jsonValue(), read));
    fc.assert(fc.property(mutated(EVENT), read));
    fc.assert(fc.property(mutated(JSON.parse(JSON.parse(fixtureText("cloudwatch-alarm-sns")).Records[0].Sns.Message)), read));
  });
});

// Helpers

function reportOf(message: unknown) {
  const alarm = parseAlarm(message);
  return alarm && alarmReport(alarm, CONTEXT);
}

function eventWith(state: object): unknown {
  const event = JSON.parse(fixtureText("cloudwatch-alarm-event"));
  return { ...event, detail: { ...event.detail, state: { ...event.detail.state, ...state } } };
}
