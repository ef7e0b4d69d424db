import { configOf, messageOf } from "../../stacks/config-messages";

const MONITOR = {
  endpoint: "flights",
  roleArn: "arn:aws:iam::111122223333:role/monitoring",
  baseline: { statistics: "s3://acme-base/statistics.json", constraints: "s3://acme-base/constraints.json" },
  reports: "s3://acme-monitoring/reports/",
};

describe("the section monitoring", () => {
  it("should take monitors that exist, and one to create", () => {
    const monitoring = {
      sagemaker: { schedules: ["flights-quality"], folders: ["s3://acme-monitoring/flights/"], modelMonitor: MONITOR },
      cloudwatch: { alarms: ["flights drift"], topics: ["arn:aws:sns:eu-central-1:111122223333:alarms"] },
    };

    expect(messageOf(withMonitoring(monitoring))).toBe("no mistake");
  });

  it("should tell every mistake at once", () => {
    const monitoring = {
      prefix: "/drift",
      sagemaker: {
        schedules: ["arn:aws:sagemaker:x"],
        folders: ["s3://acme-monitoring"],
        modelMonitor: { ...MONITOR, schedule: "cron(0 * * * ? *)", alarms: { delay: 2 } },
      },
      cloudwatch: { alarm: ["a"] },
    };

    const message = messageOf(withMonitoring(monitoring));

    expect(message).toContain('monitoring.prefix: got "/drift"; expected a key prefix that ends with /');
    expect(message).toContain("monitoring.sagemaker.schedules[0]: got");
    expect(message).toContain("expected a folder of S3 below its bucket");
    expect(message).toContain('modelMonitor.schedule: got "cron(0 * * * ? *)"; expected cron(0 * ? * * *), hourly');
    expect(message).toContain("modelMonitor.alarms.delay: got 2");
    expect(message).toContain("monitoring.cloudwatch.alarm: unknown key; did you mean alarms?");
  });

  it.each(["NOW", "cron(0 * ? * * *)", "cron(0 6 ? * * *)", "cron(0 0/6 ? * * *)"])("should take the schedule %s", (schedule) => {
    expect(messageOf(withMonitoring({ sagemaker: { modelMonitor: { ...MONITOR, schedule } } }))).toBe("no mistake");
  });

  it.each([
    ["drift reports of its own", { prefixes: ["dr"] }, undefined],
    ["a folder of drift reports", { prefixes: ["drift/one/"] }, undefined],
    ["drift reports where they are configured to be", { prefixes: ["in/"] }, { prefix: "in/reports/" }],
    ["the whole bucket, for the suffix of reports", { prefixes: [""], suffixes: [".json"] }, undefined],
  ])("should forbid to watch %s", (_case, data, monitoring) => {
    expect(messageOf(withMonitoring(monitoring, data))).toContain("so that they would be trained on");
  });

  it("should allow to watch the whole bucket for what no report is named", () => {
    expect(messageOf(withMonitoring(undefined, { prefixes: [""], suffixes: [".parquet"] }))).toBe("no mistake");
  });

  it("should forbid reports where manifests are written", () => {
    expect(messageOf(withMonitoring({ prefix: "retrigger/" }))).toContain("where the manifests of model one are written");
  });

  it("should want to know where a schedule's files are, and which alarms a topic tells of", () => {
    const monitoring = {
      sagemaker: { schedules: ["quality"] },
      cloudwatch: { topics: ["arn:aws:sns:eu-central-1:111122223333:alarms"] },
    };

    const message = messageOf(withMonitoring(monitoring));

    expect(message).toContain("add sagemaker.folders");
    expect(message).toContain("add cloudwatch.alarms");
  });

  it("should forbid monitors of AWS for a model on Google Cloud", () => {
    const pipeline = { name: undefined, template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-runs/p" };
    const config = configOf({ one: { pipeline, monitoring: { cloudwatch: { alarms: ["a"] } } } });

    expect(messageOf(config)).toContain("monitoring.cloudwatch: got monitors of AWS for a pipeline on Google Cloud");
  });
});

// Helpers

function withMonitoring(monitoring: object | undefined, data: object = {}): object {
  return configOf({ one: { data, ...(monitoring !== undefined && { monitoring }) } });
}
