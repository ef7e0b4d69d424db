import fc from "fast-check";
import { crossFieldProblems } from "../../../config/checks/checks";
import { configOf, messageOf } from "../../stacks/config-messages";

const LOCATION = "s3://acme-captures/one/AllTraffic/";
const DAILY = "gs://acme-captures/one/{yyyy}/{mm}/{dd}/";
const ON_GCP = { name: undefined, template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-runs/p" };

describe("the checks of monitoring.capture", () => {
  it("should allow a monitor whose files are apart from everything else", () => {
    expect(messageOf(captured({ location: LOCATION, endpoint: "one", features: ["a"], categories: ["a"] }))).toBe("no mistake");
    expect(messageOf(onGoogle({ location: DAILY, format: "rows" }))).toBe("no mistake");
  });

  it("should forbid what another cloud has, each with what to do", () => {
    const message = messageOf(onGoogle({ location: LOCATION, baseline: "s3://acme/b.json", endpoint: "one", format: "sagemaker" }));

    expect(message).toContain("4 mistakes");
    expect(message).toContain(`capture.location: got "${LOCATION}" for a pipeline on Google Cloud; expected gs://…`);
    expect(message).toContain('capture.baseline: got "s3://acme/b.json" for a pipeline on Google Cloud');
    expect(message).toContain('capture.endpoint: got "one", an endpoint of SageMaker, for a pipeline on Google Cloud');
    expect(message).toContain('capture.format: got "sagemaker", which AWS writes, for a pipeline on Google Cloud');
  });

  it("should forbid captures and formats of Google Cloud on AWS", () => {
    const message = messageOf(captured({ location: DAILY, format: "vertex" }));

    expect(message).toContain("for a pipeline on AWS; expected s3://…");
    expect(message).toContain('got "vertex", which Google Cloud writes, for a pipeline on AWS');
  });

  it.each([
    ["no time", "gs://acme-captures/one/", "1d", "without {yyyy} and {mm} and {dd}, by which the captures of a day are found"],
    ["no year", "gs://acme-captures/one/{mm}/{dd}/{hh}/", "1d", "without {yyyy}, by which"],
    ["no hour, for hours", DAILY, "6h", "without {hh}, by which those of an hour are found, for windows of 6h"],
    ["no hour, for a day and a half", DAILY, "36h", "without {hh}, by which"],
  ])("should refuse a location with %s", (_case, location, every, expected) => {
    expect(messageOf(onGoogle({ location, every }))).toContain(expected);
  });

  it.each([
    ["days", DAILY, "7d"],
    ["hours", `${DAILY}{hh}/`, "1h"],
  ])("should allow windows of %s whose folders are found", (_case, location, every) => {
    expect(messageOf(onGoogle({ location, every }))).toBe("no mistake");
  });

  it.each([
    ["captures among data", { location: "s3://acme/in/captures/" }, "location", 'where model one watches "in/" for data'],
    ["captures around data", { location: "s3://acme/*/AllTraffic/" }, "location", 'where model one watches "in/" for data'],
    ["captures among reports", { location: "s3://acme/drift/captures/" }, "location", "where the drift reports of model one are"],
    ["captures among manifests", { location: "s3://acme/retrigger/manifests/c/" }, "location", "where the manifests of model one"],
    ["a baseline among data", { baseline: "s3://acme/in/b.json" }, "baseline", 'where model one watches "in/" for data'],
    [
      "a baseline among reports",
      { baseline: "s3://acme/drift/one/b.json" },
      "baseline",
      "where the drift reports of model one are",
    ],
    ["a baseline among manifests", { baseline: "s3://acme/retrigger/manifests/b.json" }, "baseline", "where the manifests of"],
  ])("should forbid %s", (_case, capture, key, expected) => {
    const message = messageOf(captured({ location: LOCATION, ...capture }));

    expect(message).toContain(`monitoring.capture.${key}: got`);
    expect(message).toContain(expected);
    expect(message).toContain("expected a place outside of it");
  });

  it("should mind what other models watch on the same bucket, and no other bucket", () => {
    const capture = { location: "s3://acme-two/files/" };
    const config = (bucket: string) =>
      configOf({ one: { monitoring: { capture } }, two: { data: { bucket, prefixes: ["files/"] } } });

    expect(messageOf(config("acme-two"))).toContain('where model two watches "files/" for data');
    expect(messageOf(config("acme-three"))).toBe("no mistake");
  });

  it.each([
    ["what neither captures nor a baseline is named", [".parquet", ".csv.gz"], "no mistake"],
    ["the suffix of captures", [".parquet", ".jsonl"], "monitoring.capture.location: got"],
    ["the suffix of all that is packed", [".gz"], "monitoring.capture.location: got"],
    ["the suffix of packed captures", [".jsonl.gz"], "monitoring.capture.location: got"],
  ])("should, where the whole folder is watched for %s, go by it", (_case, suffixes, expected) => {
    const capture = { location: "s3://acme/all/captures/", baseline: "s3://acme/all/b.json" };

    expect(messageOf(configOf({ one: { data: { prefixes: ["all/"], suffixes }, monitoring: { capture } } }))).toContain(expected);
  });

  it("should look at the baseline of a model that names none", () => {
    const data = { prefixes: ["retrigger/baselines/"] };

    const message = messageOf(configOf({ one: { data, monitoring: { capture: { location: LOCATION } } } }));

    expect(message).toContain('capture.baseline: got "s3://acme/retrigger/baselines/one.json", where model one watches');
  });

  it("should forbid two models one baseline, whoever named it", () => {
    const baseline = "s3://acme/retrigger/baselines/one.json";
    const other = { location: "s3://acme-captures/two/", baseline };

    const message = messageOf(
      configOf({ one: { monitoring: { capture: { location: LOCATION } } }, two: { monitoring: { capture: other } } }),
    );

    expect(message).toContain(`models.two.monitoring.capture.baseline: got "${baseline}", the baseline of model one`);
    expect(message).toContain("1 mistake\n");
  });

  it("should forbid categories that are not compared", () => {
    const message = messageOf(captured({ location: LOCATION, features: ["a"], categories: ["a", "b"] }));

    expect(message).toContain('capture.categories[1]: got "b", which features leaves out, so that it is not compared');
  });

  it.each([
    [
      { season: "day", every: "1d" },
      'season: got "day", the hour of the day, with windows of 1d; expected windows shorter than a day',
    ],
    [
      { season: "week", every: "2d" },
      'season: got "week", the day of the week, with windows of 2d; expected windows of a day at most',
    ],
    [{ season: "day", every: "1h" }, 'season: got "day" with a baseline of 24h; expected at least 3 days'],
    [{ season: "week", every: "1d" }, 'season: got "week" with a baseline of 168h; expected at least 14 days'],
    [{ baselineSpan: "10h", every: "1d" }, 'baselineSpan: got "10h" with windows of 1d; expected whole windows'],
    [{ unit: "a", features: ["a"] }, 'unit: got "a", which features or categories name too'],
  ])("should forbid %j, with what to do", (keys, expected) => {
    expect(messageOf(captured({ location: LOCATION, ...keys }))).toContain(`capture.${expected}`);
  });

  it.each([
    { season: "day", every: "1h", baselineSpan: "3d" },
    { season: "week", every: "1d", baselineSpan: "14d" },
    { season: "auto", every: "7d" },
    { unit: "a", features: ["b"], reference: "last-training" },
  ])("should allow %j", (keys) => {
    expect(messageOf(captured({ location: LOCATION, ...keys }))).toBe("no mistake");
  });

  it("should tell something, or nothing, of whatever is written there, and never fail", () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(LOCATION, DAILY, "6h", ["a", "__proto__"]));
    const keys = fc.constantFrom("location", "format", "endpoint", "features", "categories", "every", "baseline", "__proto__");
    const capture = fc.oneof(value, fc.dictionary(keys, value));

    fc.assert(
      fc.property(capture, capture, (one, two) => {
        const models = { one: { monitoring: { capture: one } }, two: { monitoring: { capture: two } } };

        for (const config of [configOf(Object(models)), onGoogle(Object(one))]) {
          for (const { path, message } of crossFieldProblems(config, ".")) {
            expect(path[0]).toMatch(/^(?:models|aws|gcp)$/);
            expect(message).toMatch(/^[a-z]/);
          }
        }
      }),
    );
  });
});

// Helpers

function captured(capture: object): object {
  return configOf({ one: { monitoring: { capture } } });
}

function onGoogle(capture: object): object {
  const gcp = { project: "acme-ml", region: "europe-west4" };
  return { ...configOf({ one: { pipeline: ON_GCP, monitoring: { capture } } }), aws: undefined, gcp };
}
