import { modelSchema } from "../../../config/config";
import { awsSchema } from "../../../config/sections/aws/aws";
import { gcpSchema } from "../../../config/sections/gcp/gcp";
import { deploymentLimits, operationsSchema } from "../../../config/sections/operations";
import { limitsByModel, modelLimits, modelSettings } from "../../../config/settings";
import { settingsOf as capturedSettings } from "../../core/capture/captures";
import { configOf, messageOf } from "../../stacks/config-messages";

const MODEL = { data: { bucket: "acme" }, pipeline: { name: "training" } };
const DAY_SEC = 86_400;
const CALM = { monitoring: { prefix: "drift/" } };

describe("modelLimits", () => {
  it("should have safe defaults", () => {
    expect(modelLimits(modelSchema.parse(MODEL), CALM)).toEqual({
      noDataSec: 2 * DAY_SEC,
      suspectedSec: 7 * DAY_SEC,
      approvalLeftSec: 1800,
      runOverUsual: 3,
      storm: 100,
      hasDailyBudget: true,
      hasMonthlyBudget: true,
      hasSchedule: false,
    });
  });

  it.each([
    ["6h", undefined, DAY_SEC],
    ["3d", undefined, 6 * DAY_SEC],
    ["never", undefined, undefined],
    ["never", "2h", 7200],
    ["6h", "never", undefined],
  ])("should with a window of %s and noData of %s wait for data %s seconds", (window, noData, expected) => {
    const model = modelSchema.parse({ ...MODEL, batch: { window }, operations: { ...(noData !== undefined && { noData }) } });

    expect(modelLimits(model, CALM).noDataSec).toBe(expected);
  });

  it("should expect reports of monitors that report calm windows too, and of others when asked to", () => {
    const model = modelSchema.parse(MODEL);
    const asked = modelSchema.parse({ ...MODEL, operations: { monitorSilent: "24h" } });
    const never = modelSchema.parse({ ...MODEL, operations: { monitorSilent: "never" } });
    const calm = { monitoring: { prefix: "drift/", sagemaker: { schedules: ["hourly"] } } };
    const driftAlone = { monitoring: { prefix: "drift/", cloudwatch: { alarms: ["a"] } } };

    const silences = [
      modelLimits(model, calm),
      modelLimits(model, driftAlone),
      modelLimits(asked, driftAlone),
      modelLimits(never, calm),
    ].map(({ monitorSilentSec }) => monitorSilentSec);

    expect(silences).toEqual([2 * DAY_SEC, undefined, DAY_SEC, undefined]);
  });

  it("should watch how captured requests are read, where they are", () => {
    const { capture } = capturedSettings().monitoring;
    const monitoring = { prefix: "drift/", ...(capture && { capture }) };

    expect(modelLimits(modelSchema.parse(MODEL), { monitoring }).unreadShare).toBe(0.01);
  });

  it("should know what a model has", () => {
    const policy = { dailyBudgetUsd: 0, monthlyBudgetUsd: 0 };
    const schedules = [{ name: "nightly", cron: "0 3 * * *", timeZone: "UTC", priority: 3 }];

    expect(modelLimits(modelSchema.parse({ ...MODEL, policy }), { ...CALM, schedules })).toMatchObject({
      hasDailyBudget: false,
      hasMonthlyBudget: false,
      hasSchedule: true,
    });
  });
});

describe("limitsByModel", () => {
  it("should be of the models that the coordinator knows", () => {
    const model = modelSchema.parse(MODEL);
    const configured = [
      ["one", model],
      ["direct", model],
    ] as const;

    expect(Object.keys(limitsByModel(configured, [modelSettings("dev", "one", model)]))).toEqual(["one"]);
  });
});

describe("operationsSchema", () => {
  it("should have safe defaults", () => {
    const operations = operationsSchema.parse({});

    expect(operations).toEqual({ watch: "full", alarms: true, dashboard: true, runbooks: "docs/runbooks", queueAge: "30m" });
    expect(deploymentLimits(operations)).toEqual({ queueAgeSec: 1800 });
  });

  it.each([
    [operationsSchema, { queueAge: "1m" }, "5m to 7d"],
    [modelSchema.shape.operations, { monitorSilent: "23h" }, "24h to 365d"],
    [modelSchema.shape.operations, { noData: "soon" }, "expected never, or a whole number and a unit"],
    [awsSchema.shape.operations, { topics: ["https://hooks.slack.com/services/x"] }, "expected the ARN of an SNS topic"],
    [awsSchema.shape.operations, { topics: Array(5).fill("arn:aws:sns:eu-central-1:111122223333:x") }, "expected at most 4 topics"],
    [gcpSchema.shape.operations, { channels: ["slack"] }, "expected the name of a notification channel"],
  ])("should refuse what cannot be, and say what can", (schema, section, expectation) => {
    const { error } = schema.safeParse(section);

    expect(error?.issues.map(({ message }) => message).join()).toContain(expectation);
  });
});

describe("the check of silent monitors", () => {
  it.each([
    [{ monitorSilent: "2d" }, {}, 'models.one.operations.monitorSilent: got "2d" for a model without a monitor'],
    [{ monitorSilent: "2d" }, { monitoring: { cloudwatch: { alarms: ["a"] } } }, "no mistake"],
    [{ monitorSilent: "never" }, {}, "no mistake"],
    [{}, {}, "no mistake"],
  ])("should take %j with %j: %s", (operations, sections, expected) => {
    const model = { ...MODEL, ...sections, data: { bucket: "acme", prefixes: ["in/"] }, operations };

    expect(messageOf({ environment: "dev", aws: { region: "eu-central-1" }, models: { one: model } })).toContain(expected);
  });
});

describe("the check of topics", () => {
  it.each([
    ["eu-central-1", "no mistake"],
    ["eu-west-1", 'aws.operations.topics[0]: got a topic of "eu-west-1"; expected one of the region of the alarms, "eu-central-1"'],
  ])("should take a topic of the alarms' region alone: %s", (region, expected) => {
    const operations = { topics: [`arn:aws:sns:${region}:111122223333:on-call`] };

    expect(messageOf(configOf({ one: {} }, { aws: { region: "eu-central-1", operations } }))).toContain(expected);
  });

  it("should leave what is no list to the schema", () => {
    const message = messageOf(configOf({ one: {} }, { aws: { region: "eu-central-1", operations: { topics: "x" } } }));

    expect(message).toContain("aws.operations.topics");
  });
});
