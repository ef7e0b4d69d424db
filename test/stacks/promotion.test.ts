// What the stacks hold where models are promoted, and that they hold none of it where none is.
import { join } from "node:path";
import type { PolicyStatement } from "../../modules/aws/access/policy";
import { rolesOf } from "../modules/gcp/iam";
import { awsTemplate, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const FIXTURES = join(__dirname, "../fixtures/config");
const PROMOTED = join(FIXTURES, "promoted-on-both-clouds.yaml");
const MODEL_PACKAGES = /:model-package\/([^/]+)\/\*$/;

describe("a stack on AWS with models that are promoted", () => {
  const template = awsTemplate(PROMOTED);

  it("should judge them by one function, and approve those whose approval is separate by another", () => {
    const marks = (name: string) =>
      statements(template, name, "sagemaker:UpdateModelPackage").map(({ Resource, Condition }) => ({
        groups: [Resource ?? []].flat().map((arn) => MODEL_PACKAGES.exec(arn)?.[1]),
        ...(Condition?.StringEquals && { as: Condition.StringEquals["sagemaker:ModelApprovalStatus"] }),
      }));

    expect(marks("promoter")).toEqual([
      { groups: ["churn-models"], as: ["Approved", "Rejected", "PendingManualApproval"] },
      { groups: ["Credit-Models", "credit-models"], as: ["Rejected", "PendingManualApproval"] },
    ]);
    expect(marks("approver")).toEqual([{ groups: ["Credit-Models", "credit-models"], as: ["Approved"] }]);
    for (const name of ["batcher", "coordinator", "sweeper", "drift-evaluator"]) expect(marks(name)).toEqual([]);
  });

  it("should let nobody do anything with everything, but list model packages", () => {
    const all = ["promoter", "approver"].flatMap((name) => template.functionStatements(`retrigger-dev-${name}`));

    expect(all.filter(({ Resource = [] }) => [Resource].flat().includes("*"))).toEqual([
      { Effect: "Allow", Action: "sagemaker:ListModelPackages", Resource: "*" },
    ]);
  });

  it("should tell the coordinator of candidates, which notes them", () => {
    expect(template.rulesSendingTo("retrigger-dev-requests.fifo")).toContain("retrigger-dev-candidates");
    expect(template.rulesLetInto("retrigger-dev-requests.fifo")).toContain("retrigger-dev-candidates");
    expect(writers(template)).toEqual(["coordinator", "promoter", "approver"]);
  });

  it("should let what starts runs read the hold-out, and no other", () => {
    const readers = ["batcher", "coordinator", "sweeper", "drift-evaluator", "promoter", "approver"].filter((name) =>
      statements(template, name, "s3:GetObject").some(({ Resource = [] }) =>
        [Resource].flat().includes("arn:aws:s3:::acme-hold-outs/credit.manifest"),
      ),
    );

    expect(readers).toEqual(["coordinator", "sweeper"]);
  });

  it("should write how each is judged into the rows of those models alone", () => {
    const rows = template.all("aws_dynamodb_table_item").map(({ item }) => String(item));

    expect(rows.filter((row) => row.includes('"promotion"'))).toHaveLength(2);
    expect(rows.find((row) => row.includes('{"S":"demand"}'))).not.toContain("promotion");
  });

  it("should say where trainings put what is judged", () => {
    expect(template.json.output?.evaluations?.value).toEqual({
      churn: "s3://acme-ml/evaluations/churn/",
      credit: "s3://acme-ml/evaluations/credit/",
    });
    expect(template.json.output?.registries?.value).toEqual({ churn: "churn-models", credit: "Credit-Models" });
  });

  it("should watch them, and refer to nothing that it does not hold", () => {
    const alarms = template.all("aws_cloudwatch_metric_alarm").map(({ alarm_name }) => String(alarm_name));

    expect(alarms.filter((name) => /_(churn|credit)$/.test(name) && /candidate|frozen|postponed/.test(name))).toHaveLength(8);
    expect(alarms.filter((name) => name.endsWith("_demand") && /candidate|frozen|postponed/.test(name))).toEqual([]);
    expect(alarms).toContain("retrigger-dev-function-errors_promoter");
    expect(alarms).toContain("retrigger-dev-dead-letters_candidate-rules");
    expect(template.danglingReferences()).toEqual([]);
  });
});

describe("a stack on Google Cloud with models that are promoted", () => {
  const template = gcpTemplate(PROMOTED);

  it("should judge them by a function that reads evaluations, and the baseline that lies elsewhere", () => {
    const conditions = rolesOf(template, "retrigger-dev-promoter").flatMap(({ role, condition }) =>
      role === "retrigger_dev_evaluations" ? [condition] : [],
    );

    expect(conditions).toEqual([
      expect.stringContaining('startsWith("projects/_/buckets/acme-baselines/objects/clicks/")'),
      expect.stringContaining('startsWith("projects/_/buckets/acme-ml/objects/evaluations/clicks/")'),
    ]);
  });

  it("should let what starts runs read the hold-out, and no other", () => {
    const readers = ["batcher", "coordinator", "sweeper", "drift-evaluator", "promoter"].filter((name) =>
      rolesOf(template, `retrigger-dev-${name}`).some(({ role }) => role === "retrigger_dev_hold_outs"),
    );

    expect(readers).toEqual(["coordinator", "sweeper"]);
  });

  it("should let the promoter alone mark versions", () => {
    const markers = template
      .all("google_service_account")
      .map(({ account_id }) => String(account_id))
      .filter((account) => rolesOf(template, account).some(({ role }) => role === "retrigger_dev_registry"));

    expect(markers).toEqual(["retrigger-dev-promoter"]);
  });

  it("should name the registry in full, and refer to nothing that it does not hold", () => {
    expect(template.json.output?.registries?.value).toEqual({
      clicks: "projects/acme-ml/locations/europe-west4/models/1234567890",
    });
    expect(template.danglingReferences()).toEqual([]);
  });
});

describe("a stack without models that are promoted", () => {
  it.each([
    ["AWS", awsTemplate(join(FIXTURES, "coordinated-on-both-clouds.yaml"))],
    ["Google Cloud", gcpTemplate(join(FIXTURES, "coordinated-on-both-clouds.yaml"))],
  ])("should hold nothing of it on %s", (_cloud, template) => {
    // What chats may be told about is the same list in every stack.
    const text = template.text.replaceAll("decisions, drift, promotions and alarms", "").replaceAll(String.raw`\"promotions\"`, "");
    expect(text).not.toMatch(/promot|candidate|approver\b|ModelPackage|hold.out|evaluations\b/i);
  });
});

// Helpers

function statements(template: Template, name: string, action: string): PolicyStatement[] {
  return template.functionStatements(`retrigger-dev-${name}`).filter(({ Action }) => [Action].flat().includes(action));
}

/** The functions that may write the states of promotion. */
function writers(template: Template): string[] {
  return ["batcher", "coordinator", "sweeper", "drift-evaluator", "promoter", "approver"].filter((name) =>
    statements(template, name, "dynamodb:PutItem").some(({ Condition }) =>
      [Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? []].flat().includes("promotion#*"),
    ),
  );
}
