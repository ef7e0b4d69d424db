import { awsTemplate, configFile, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const AWS = `
environment: dev
aws: { region: eu-central-1 }
models:
  churn:
    pipeline: { name: churn-training }
    schedule: { mode: direct, every: "Sunday at 02:00", parameters: { InstanceType: ml.m5.xlarge, FiredAt: $.time } }
`;

const GCP = `
environment: dev
gcp: { project: acme-ml, region: europe-west4 }
models:
  churn:
    pipeline: { template: gs://acme-pipelines/churn.yaml, outputDirectory: gs://acme-training/churn }
    schedule: { mode: direct, rate: 6h, parameters: { fired_at: "{firedAt}" } }
`;

const DATA = "data: { bucket: acme, prefixes: [in/] }";

describe("a stack of one direct schedule alone", () => {
  it("should be, on AWS, a rule with its target, role and dead letters, and nothing else", () => {
    const template = synthesizeAws(AWS);

    expect(countsOf(template)).toEqual({
      aws_cloudwatch_event_rule: 1,
      aws_cloudwatch_event_target: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_sqs_queue: 1,
      aws_sqs_queue_policy: 1,
    });
    expect(template.one("aws_cloudwatch_event_rule").schedule_expression).toBe("cron(0 2 ? * SUN *)");
    expect(template.danglingReferences()).toEqual([]);
    expect(template.json.output).toEqual({
      deployer_policy: { description: expect.any(String), value: [expect.stringContaining("iam:PassRole")] },
      dead_letter_queues: {
        description: "URLs of the queues that hold what failed; empty when all is well",
        value: { direct_churn_schedule: template.reference("aws_sqs_queue", "url") },
      },
    });
  });

  it("should be, on AWS with a rule on events, that rule beside it, and no coordinator", () => {
    const rule =
      "rules: { retrain: { type: custom, on: { event: feature-group, name: churn }, targets: [{ type: pipeline, pipeline: churn-training }] } }";

    const template = synthesizeAws(`${AWS}\n${rule}\n`);

    expect(countsOf(template)).toEqual({
      aws_cloudwatch_event_rule: 2,
      aws_cloudwatch_event_target: 2,
      aws_iam_role: 2,
      aws_iam_role_policy: 2,
      aws_sqs_queue: 2,
      aws_sqs_queue_policy: 2,
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should be, on AWS in a time zone, a schedule with its role and dead letters, and nothing else", () => {
    const template = synthesizeAws(AWS.replace("FiredAt: $.time }", "train_mode: full }, timezone: Europe/Berlin"));

    expect(countsOf(template)).toEqual({
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_scheduler_schedule: 1,
      aws_sqs_queue: 1,
      aws_sqs_queue_policy: 1,
    });
  });

  it("should be, on Google Cloud, a job, a topic and the launcher, without state and coordinator", () => {
    const template = synthesizeGcp(GCP);

    expect(template.all("google_cloudfunctions2_function").map(({ name }) => name)).toEqual(["retrigger-dev-launcher"]);
    expect(template.all("google_cloud_scheduler_job")).toMatchObject([
      { name: "retrigger-dev-direct-churn_schedule", schedule: "0 0,6,12,18 * * *", time_zone: "UTC" },
    ]);
    expect(new Set(template.all("google_pubsub_topic").map(({ name }) => name))).toEqual(
      new Set(["retrigger-dev-launches", "retrigger-dev-launches-dlq"]),
    );
    expect(template.text).not.toMatch(/firestore|decisions|RETRIGGER_STATE|google_storage_notification/);
    expect(template.danglingReferences()).toEqual([]);
    expect(new Set(Object.keys(template.json.output ?? {}))).toEqual(
      new Set(["dead_letter_queues", "deployer_policy", "functions", "queues", "runners"]),
    );
  });
});

describe("a stack of coordinated and direct schedules", () => {
  it("should have both on AWS, each with its dead letters, and wait for a pipeline that it makes itself", () => {
    const template = synthesizeAws(
      AWS.replace(
        "churn-training }",
        'churn-training, definitionFile: definition.json, roleArn: "arn:aws:iam::111122223333:role/training" }',
      ).concat(`  ranking:\n    ${DATA}\n    pipeline: { name: ranking-training }\n    schedule: { rate: 6h }\n`),
    );

    expect(template.one("aws_scheduler_schedule", { name: "retrigger-dev-schedule-ranking_schedule" }).schedule_expression).toBe(
      "rate(6 hours)",
    );
    expect(Object.keys(Object(template.json.output?.dead_letter_queues?.value))).toEqual(
      expect.arrayContaining(["direct_churn_schedule", "schedules", "sweeper"]),
    );
    const pipeline = template.reference("aws_sagemaker_pipeline", "arn").slice(2, -".arn}".length);
    const targets = template.all("aws_cloudwatch_event_target");
    expect(targets.filter(({ depends_on }) => [depends_on].flat().includes(pipeline))).toHaveLength(1);
    expect(JSON.stringify(template.all("aws_dynamodb_table_item"))).not.toContain("churn");
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should have both of one model on Google Cloud, and start only the pipelines of each one's own", () => {
    const template = synthesizeGcp(
      GCP.replace(/ {4}schedule: .*/, (direct) =>
        [`    ${DATA}`, direct.replace(/schedule: (.*)/, 'schedule: [$1, { every: "day at 3:00", name: daily }]')].join("\n"),
      ),
    );

    expect(new Set(template.all("google_cloud_scheduler_job").map(({ name }) => name))).toEqual(
      new Set(["retrigger-dev-sweeper", "retrigger-dev-schedule-churn_daily", "retrigger-dev-direct-churn_schedule"]),
    );
    expect(template.all("google_cloudfunctions2_function")).toHaveLength(5);
    expect(template.all("google_project_iam_custom_role").map(({ role_id }) => role_id)).toContain("retrigger_dev_pipelines");
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should tell the functions of the coordinated schedules alone, so that a missed one is noticed", () => {
    const template = synthesizeAws(
      AWS.replace(
        / {4}schedule: .*/,
        `    ${DATA}\n    schedule: [{ cron: "30 2 * * mon-fri", timezone: Europe/Berlin, priority: 2 }]`,
      ),
    );

    const [row] = template.all("aws_dynamodb_table_item").filter(({ item }) => String(item).includes('"settings"'));
    const settings = JSON.parse(String(row?.item)).settings.M;
    expect(settings.schedules).toEqual({
      L: [
        {
          M: {
            name: { S: "schedule" },
            cron: { S: "30 2 * * 1-5" },
            timeZone: { S: "Europe/Berlin" },
            priority: { N: "2" },
          },
        },
      ],
    });
  });
});

// Helpers

function countsOf(template: Template): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(template.json.resource ?? {}).map(([type, blocks]) => [type, Object.keys(blocks).length]),
  );
}

function synthesizeAws(text: string): Template {
  return awsTemplate(configFile(text, { "definition.json": DEFINITION }));
}

function synthesizeGcp(text: string): Template {
  return gcpTemplate(configFile(text));
}

const DEFINITION = JSON.stringify({
  Version: "2020-12-01",
  Parameters: [{ Name: "InstanceType" }, { Name: "FiredAt" }],
  Steps: [],
});
