import { rolloutSchema, rolloutSettings } from "../../../config/sections/rollout";
import { identityNames } from "../../../functions/core/coordination/person-answer";
import { rolloutSettingsSchema } from "../../../functions/core/promotion/rollout/rollout-settings";
import { fnv1a } from "../../../functions/core/request-ids";
import { configOf, messageOf } from "../../stacks/config-messages";

const OWNER = { environment: "dev", model: "churn" };
const RUNS = { project: "acme-ml", location: "europe-west4" };
const ROLE = "arn:aws:iam::111122223333:role/serving";
const SMALLEST = { endpoint: "churn", role: ROLE };
const SHA256 = "ab".repeat(32);
const PREFIX = `rt-${fnv1a("dev/churn").slice(0, 8)}`;

describe("rolloutSettings", () => {
  it("should be what the functions expect, with every default, on AWS", () => {
    const settings = rolloutSettings(rolloutSchema.parse(SMALLEST), OWNER);

    expect(rolloutSettingsSchema.parse(settings)).toEqual(settings);
    expect(settings).toEqual({
      endpoint: "churn",
      shadowWindows: 0,
      percents: [5, 25, 50],
      tolerance: 1.25,
      bakeWindows: 24,
      deadlineWindows: 2016,
      laterCandidate: "waits",
      sagemaker: { role: ROLE, namePrefix: PREFIX },
    });
  });

  it("should hold what is configured", () => {
    const settings = rolloutSettings(
      rolloutSchema.parse({
        ...SMALLEST,
        stages: [1, 10],
        shadow: "2h",
        tolerance: 1.5,
        bake: "1d",
        deadline: "3d",
        laterCandidate: "replaces",
        business: { namespace: "Acme/Shop", metric: "Revenue" },
        people: { rollBack: ["ada@example.com"] },
      }),
      OWNER,
    );

    expect(rolloutSettingsSchema.parse(settings)).toEqual(settings);
    expect(settings).toMatchObject({
      shadowWindows: 24,
      percents: [1, 10],
      tolerance: 1.5,
      bakeWindows: 288,
      deadlineWindows: 864,
      laterCandidate: "replaces",
      business: { namespace: "Acme/Shop", metric: "Revenue", dwellWindows: 72 },
      people: { rollBack: ["ada@example.com"] },
    });
  });

  it.each([
    [
      { canary: 10, alarms: ["errors"] },
      { shift: { type: "canary", percent: 10 }, waitSec: 600, alarms: ["errors"] },
    ],
    [
      { linear: 20, wait: "0s", alarms: ["a", "b"] },
      { shift: { type: "linear", percent: 20 }, waitSec: 0, alarms: ["a", "b"] },
    ],
  ])("should know SageMaker's own blue/green: %j", (native, expected) => {
    const settings = rolloutSettings(rolloutSchema.parse({ ...SMALLEST, native }), OWNER);

    expect(rolloutSettingsSchema.parse(settings).sagemaker?.native).toEqual(expected);
  });

  it.each([
    ["1234567890", "projects/acme-ml/locations/europe-west4/endpoints/1234567890"],
    ["projects/acme-ml/locations/us-central1/endpoints/12", "projects/acme-ml/locations/us-central1/endpoints/12"],
  ])("should name the endpoint %s of Vertex AI in full", (endpoint, expected) => {
    const settings = rolloutSettings(rolloutSchema.parse({ endpoint }), OWNER, RUNS);

    expect(settings.endpoint).toBe(expected);
    expect(settings).not.toHaveProperty("sagemaker");
  });

  it("should name what two models, or one in two environments, make differently, within what SageMaker allows", () => {
    const prefixes = [OWNER, { ...OWNER, model: "credit" }, { ...OWNER, environment: "prod" }].map(
      (owner) => rolloutSettings(rolloutSchema.parse(SMALLEST), owner).sagemaker?.namePrefix,
    );

    expect(prefixes[0]).toBe(PREFIX);
    expect(new Set(prefixes).size).toBe(3);
  });

  it("should refuse a rollout on AWS without the role that the checks would have asked for", () => {
    expect(() => rolloutSettings(rolloutSchema.parse({ endpoint: "churn" }), OWNER)).toThrow("the rollout of churn has no role");
  });
});

describe("the section rollout", () => {
  it.each([
    ["an ARN for the endpoint", { endpoint: "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/churn" }, "not its ARN"],
    ["the name of a role", { role: "serving" }, 'role: got "serving"; expected the ARN of an IAM role'],
    ["a stage of no traffic", { stages: [0, 5] }, "stages[0]: got 0; expected a whole percent, 1 to 50"],
    ["a stage above half", { stages: [5, 75] }, "stages[1]: got 75; expected a whole percent, 1 to 50"],
    ["a fraction of a percent", { stages: [2.5] }, "stages[0]: got 2.5; expected a whole percent, 1 to 50"],
    ["no stage", { stages: [] }, "expected at least one stage, such as 5"],
    [
      "a number of windows for a time",
      { shadow: 24 },
      "shadow: got 24; expected 0 for none, or a duration of 5m to 2d, such as 2h",
    ],
    ["a shadow of parts of windows", { shadow: "7m" }, 'shadow: got "7m"; expected a multiple of 5m'],
    ["a bake of parts of windows", { bake: "31m" }, 'bake: got "31m"; expected a multiple of 5m'],
    ["a short bake", { bake: "5m" }, 'bake: got "5m"; expected a whole number and a unit, 30m to 2d, such as 2h; it is too short'],
    ["a long deadline", { deadline: "8d" }, 'got "8d"; expected a whole number and a unit, 2h to 7d, such as 7d; it is too long'],
    ["a long shadow", { shadow: "3d" }, 'got "3d"; expected a whole number and a unit, 5m to 2d, such as 2h; it is too long'],
    [
      "a role without a name",
      { role: "arn:aws:iam::111122223333:role/a/" },
      "expected the ARN of an IAM role, whose name has 1 to 64",
    ],
    ["a role with an empty path", { role: "arn:aws:iam::111122223333:role//a" }, "expected the ARN of an IAM role"],
    ["a role with a long name", { role: `arn:aws:iam::111122223333:role/${"x".repeat(65)}` }, "expected the ARN of an IAM role"],
    [
      "the ARN of an alarm",
      { native: { canary: 5, alarms: ["arn:aws:cloudwatch:x:1:alarm:a"] } },
      "the name of an alarm, not its ARN",
    ],
    [
      "an alarm of controls",
      { native: { canary: 5, alarms: ["\u001b[31m"] } },
      'alarms[0]: got "\\u001b[31m"; expected printable text',
    ],
    ["a long alarm", { native: { canary: 5, alarms: ["x".repeat(256)] } }, "expected at most 255 bytes"],
    ["a metric of controls", { business: { namespace: "A", metric: "a\u0007b" } }, "expected printable text in one line"],
    ["a tolerance below one", { tolerance: 0.9 }, "tolerance: got 0.9; expected a ratio of 1 to 2"],
    ["a misspelt key", { stage: [5] }, "did you mean stages?"],
    ["blue/green of both kinds", { native: { canary: 10, linear: 10, alarms: ["a"] } }, "expected canary or linear, one of them"],
    ["blue/green of no kind", { native: { alarms: ["a"] } }, "expected canary or linear, one of them"],
    [
      "blue/green without alarms",
      { native: { canary: 10 } },
      "native.alarms: missing; expected a list of names of CloudWatch alarms",
    ],
    ["small steps of SageMaker", { native: { linear: 5, alarms: ["a"] } }, "linear: got 5; expected a whole percent, 10 to 50"],
    [
      "nobody who may roll back",
      { people: { rollBack: [] } },
      "rollBack: got []; expected 1 to 50 people, such as ada@example.com",
    ],
    ["an ARN for a person", { people: { promote: [ROLE] } }, `promote[0]: got "${ROLE}"; expected the id of a role or user as SQS`],
    [
      "a person as a record has it",
      { people: { promote: ["AIDA4EXAMPLE (aws-sqs)"] } },
      "the name of a role's session, such as ada@",
    ],
    ["a blank person", { people: { rollBack: ["ada", " "] } }, 'rollBack[1]: got " "; expected the id of a role or user as SQS'],
    ["a number for an endpoint", { endpoint: 12 }, 'endpoint: got 12; expected a text; put it in quotes, "12"'],
    [
      "an endpoint of Vertex AI that is not whole",
      { endpoint: "projects/a/12" },
      'got "projects/a/12"; expected an endpoint of Vertex',
    ],
  ])("should refuse %s", (_case, rollout, expected) => {
    expect(messageOf(rolledOut(rollout))).toContain(expected);
  });

  it.each([{ shadow: "1s" }, { bake: "1m" }, { deadline: "1s" }])("should tell once of %j", (rollout) => {
    expect(messageOf(rolledOut(rollout))).toContain("1 mistake\n");
  });

  it("should say how many alarms there may be", () => {
    const alarms = Array.from({ length: 11 }, (_, index) => `a${index}`);

    expect(messageOf(rolledOut({ native: { canary: 5, alarms } }))).toContain(
      "; expected 1 to 10 names of CloudWatch alarms; remove",
    );
  });

  it.each(["aws-service-role/x.amazonaws.com/x", "a/b/serving", "x".repeat(64)])("should allow the role %s", (name) => {
    expect(messageOf(rolledOut({ role: `arn:aws:iam::111122223333:role/${name}` }))).toBe("no mistake");
  });

  it("should take people by id, by session, and by both, as the functions compare them", () => {
    const people = identityNames("AROA4EXAMPLEID123:ada+ml@example.com (aws-sqs)");

    expect(people).toHaveLength(3);
    expect(messageOf(rolledOut({ people: { promote: people, rollBack: ["AIDA4EXAMPLEID123"] } }))).toBe("no mistake");
  });

  it("should tell of all that is wrong at once", () => {
    const message = messageOf(
      rolledOut({ role: undefined, stages: [25, 5], bake: "5m", shaddow: "2h", people: { promote: "ada" } }),
    );

    expect(message).toContain("5 mistakes");
  });
});

// Helpers

function rolledOut(rollout: object) {
  const promotion = {
    registry: "churn-models",
    evaluations: "s3://acme-ml/evaluations/churn/",
    goldenSet: { sha256: SHA256, rows: 5000 },
    metrics: [{ name: "auc" }],
    rollout: { ...SMALLEST, ...rollout },
  };
  return configOf({ one: { promotion } });
}
