import { type CaptureOwner, captureSchema, captureSettings } from "../../../config/sections/capture";
import { captureSettingsSchema } from "../../../functions/core/capture/capture-settings";
import { configOf, messageOf } from "../../stacks/config-messages";

const LOCATION = "s3://acme-captures/flights/AllTraffic/{yyyy}/{mm}/{dd}/{hh}/";
const HOUR_MS = 3_600_000;

const ON_AWS: CaptureOwner = { model: "flight-delay", bucket: "acme-flights", cloud: "aws" };
const ON_GCP: CaptureOwner = { model: "clicks", bucket: "acme-clicks", cloud: "gcp" };

describe("captureSettings", () => {
  it("should be what the functions expect, with every default", () => {
    const settings = settingsOf({ location: LOCATION }, ON_AWS);

    expect(captureSettingsSchema.parse(settings)).toEqual(settings);
    expect(settings).toEqual({
      location: LOCATION,
      format: "sagemaker",
      columns: [],
      features: [],
      categories: [],
      periodMs: 24 * HOUR_MS,
      delayMs: HOUR_MS,
      minimumRows: 1000,
      season: "auto",
      reference: "fixed",
      baseline: "s3://acme-flights/retrigger/baselines/flight-delay.json",
    });
  });

  it("should have Google Cloud's own format and address there", () => {
    const settings = settingsOf({ location: "gs://acme-captures/{yyyy}-{mm}-{dd}/{hh}" }, ON_GCP);

    expect(settings).toMatchObject({
      location: "gs://acme-captures/{yyyy}-{mm}-{dd}/{hh}/",
      format: "vertex",
      baseline: "gs://acme-clicks/retrigger/baselines/clicks.json",
    });
  });

  it("should hold what is configured", () => {
    const config = {
      location: LOCATION,
      format: "rows",
      endpoint: "flights",
      columns: ["a", "b"],
      features: ["a"],
      categories: ["a"],
      every: "6h",
      delay: "90m",
      minimumRows: 50,
      unit: "user",
      season: "day",
      reference: "last-training",
      baseline: "s3://acme/b.json",
      baselineSpan: "7d",
    };

    expect(settingsOf(config, ON_AWS)).toEqual({
      location: LOCATION,
      format: "rows",
      endpoint: "flights",
      columns: ["a", "b"],
      features: ["a"],
      categories: ["a"],
      periodMs: 6 * HOUR_MS,
      delayMs: 1.5 * HOUR_MS,
      minimumRows: 50,
      unit: "user",
      season: "day",
      reference: "last-training",
      baseline: "s3://acme/b.json",
      baselineSpanMs: 7 * 24 * HOUR_MS,
    });
  });

  it.each([
    ["s3://acme-captures/flights/AllTraffic", "s3://acme-captures/flights/AllTraffic/{yyyy}/{mm}/{dd}/{hh}/"],
    ["s3://acme-captures/flights/*/", "s3://acme-captures/flights/*/{yyyy}/{mm}/{dd}/{hh}/"],
    ["s3://acme-captures/day={yyyy}-{mm}-{dd}", "s3://acme-captures/day={yyyy}-{mm}-{dd}/"],
  ])("should find the captures of SageMaker below %s", (location, expected) => {
    expect(settingsOf({ location }, ON_AWS).location).toBe(expected);
  });
});

describe("the section monitoring.capture", () => {
  it.each([
    "s3://acme-captures",
    "s3://acme-captures/",
    "s3://acme-captures/a//b/",
    "s3://acme-captures/a*/",
    "s3://acme-captures/**/",
    "s3://acme-captures/{year}/",
    "s3://acme-captures/{yyyy/",
    "s3://acme-captures/a b/",
    's3://acme-captures/"a/',
    "s3://acme-captures/$" + "{a}/",
    "s3://acme_captures/a/",
    "https://acme-captures/a/",
    `s3://acme-captures/${"a/".repeat(300)}`,
  ])("should refuse the location %j", (location) => {
    expect(messageOf(captured({ location }))).toContain("expected a folder below its bucket");
  });

  it("should refuse, at once, a location of a million levels", () => {
    expect(captureSchema.safeParse({ location: `s3://acme/${"a/".repeat(1_000_000)}!` }).success).toBe(false);
  });

  it("should tell every mistake at once, those between fields too", () => {
    const capture = {
      location: "s3://acme-captures/{yyyy}/{mm}/{dd}/",
      format: "csv",
      endpoint: "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/flights",
      columns: ["a", "a"],
      features: ["a"],
      categories: ["b"],
      every: "90m",
      delay: "1m",
      minimumRows: 0,
      baseline: "s3://acme/baseline",
      window: "1d",
    };

    const message = messageOf(captured(capture));

    expect(message).toContain('capture.format: got "csv"; expected one of sagemaker, vertex, rows');
    expect(message).toContain("capture.endpoint: got");
    expect(message).toContain('capture.columns: got ["a","a"]; expected names that differ; remove the repeated ones');
    expect(message).toContain('capture.categories[0]: got "b", which features leaves out');
    expect(message).toContain('capture.every: got "90m"; expected whole hours, such as 6h');
    expect(message).toContain('capture.delay: got "1m"; expected a whole number and a unit, 5m to 7d, such as 1h');
    expect(message).toContain("capture.minimumRows: got 0; expected a whole number, 1 or more, such as 1000");
    expect(message).toContain('capture.baseline: got "s3://acme/baseline"; expected a file whose name ends with .json');
    expect(message).toContain("capture.window: unknown key");
  });

  it.each(["0h", "8d", "169h", "never"])("should refuse windows of %s", (every) => {
    expect(messageOf(captured({ location: LOCATION, every }))).toContain("monitoring.capture.every: got");
  });

  it("should say what is missing of a capture without its location", () => {
    expect(messageOf(captured({}))).toContain("monitoring.capture.location: missing; expected a folder below its bucket");
  });
});

// Helpers

function settingsOf(config: object, owner: CaptureOwner) {
  return captureSettings(captureSchema.parse(config), owner);
}

function captured(capture: object): object {
  return configOf({ one: { monitoring: { capture } } });
}
