import type { PolicyStatement } from "../../../../modules/aws/access/policy";
import type { OwnKeys } from "../../../../modules/aws/deployment";
import { withKeyUse } from "../../../../modules/aws/keys/key-use";
import { deploymentOf } from "../synthesize";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const LAKE_KEY = "arn:aws:kms:eu-central-1:111122223333:key/aaaaaaaa-12ab-34cd-56ef-1234567890ab";
const QUEUE = "arn:aws:sqs:eu-central-1:111122223333:retrigger-dev-requests.fifo";
const TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/retrigger-dev-state";

describe("withKeyUse", () => {
  it("should add nothing without keys", () => {
    const statements = [allow("sqs:SendMessage", QUEUE), allow("s3:GetObject", "arn:aws:s3:::lake/in/*")];

    expect(withKeyUse(deploymentOf(), { service: "scheduler" }, statements)).toEqual(statements);
    expect(withKeyUse(deploymentOf({ keys: { ofBuckets: { sea: LAKE_KEY } } }), { service: "scheduler" }, statements)).toEqual(
      statements,
    );
  });

  it.each([
    ["sqs:SendMessage", QUEUE, ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["sqs:ReceiveMessage", QUEUE, ["kms:Decrypt"]],
    ["sns:Publish", QUEUE.replace("sqs", "sns"), ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["kinesis:PutRecord", QUEUE.replace("sqs", "kinesis"), ["kms:GenerateDataKey"]],
    ["s3:GetObject", "arn:aws:s3:::lake/in/*", ["kms:Decrypt"]],
    ["s3:PutObject", "arn:aws:s3:::lake/in/*", ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["s3:PutSomethingNew", "arn:aws:s3:::lake/in/*", ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["dynamodb:Query", TABLE, ["kms:Decrypt", "kms:DescribeKey"]],
    [
      "dynamodb:UpdateItem",
      TABLE,
      ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    ],
    ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf", ["kms:Decrypt"]],
  ])("should let a role that may %s use the key by way of that service alone", (action, resource, expected) => {
    const [, use, ...others] = used([allow(action, resource)], { all: KEY, ofBuckets: {} });

    expect(use).toEqual({
      Effect: "Allow",
      Action: expected,
      Resource: KEY,
      Condition: { StringLike: { "kms:ViaService": [`${action.split(":")[0]}.eu-central-1.*`] } },
    });
    expect(others).toEqual([]);
  });

  it.each([
    ["s3:ListBucket", "arn:aws:s3:::lake"],
    ["sqs:DeleteMessage", QUEUE],
    ["sagemaker:StartPipelineExecution", "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/x"],
  ])("should add nothing for %s", (action, resource) => {
    const statements = [allow(action, resource)];

    expect(used(statements, { all: KEY, ofBuckets: {} })).toEqual(statements);
  });

  it("should take a bucket's own key before that of everything, and give each key what its resources need", () => {
    const statements = [allow("s3:PutObject", "arn:aws:s3:::lake/out/*"), allow("sqs:ReceiveMessage", QUEUE)];

    const [, , ofAll, ofLake] = used(statements, { all: KEY, ofBuckets: { lake: LAKE_KEY } });

    expect(ofAll).toMatchObject({ Action: ["kms:Decrypt"], Resource: KEY });
    expect(ofLake).toMatchObject({ Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: [LAKE_KEY] });
  });

  it("should take the key of everything for a bucket that is named as a member of every object is", () => {
    const statements = [allow("s3:GetObject", "arn:aws:s3:::constructor/in/*")];

    expect(used(statements, { ofBuckets: { lake: LAKE_KEY } })).toEqual(statements);
    expect(used(statements, { all: KEY, ofBuckets: { lake: LAKE_KEY } })[1]).toMatchObject({ Resource: KEY });
    expect(used(statements, { all: KEY, ofBuckets: { constructor: LAKE_KEY } })[1]).toMatchObject({ Resource: [LAKE_KEY] });
  });

  it("should use the keys of another region's buckets by way of S3 there", () => {
    const ofBuckets = { lake: LAKE_KEY, sea: LAKE_KEY.replace("eu-central-1", "eu-west-1") };
    const statements = [allow("s3:GetObject", ["arn:aws:s3:::lake/in/*", "arn:aws:s3:::sea/in/*"])];

    const [, ...added] = used(statements, { ofBuckets });

    expect(added.map(({ Resource, Condition }) => [Resource, Condition?.StringLike])).toEqual([
      [[ofBuckets.lake], { "kms:ViaService": ["s3.eu-central-1.*"] }],
      [[ofBuckets.sea], { "kms:ViaService": ["s3.eu-west-1.*"] }],
    ]);
  });

  it("should need three statements, however many buckets have keys of their own", () => {
    const buckets = Array.from({ length: 50 }, (_, index) => `lake-${index}`);
    const ofBuckets = Object.fromEntries(
      buckets.map((bucket, index) => [bucket, LAKE_KEY.replace("aaaaaaaa", `aaaaaa${10 + index}`)]),
    );
    const statements = buckets.flatMap((bucket, index) => [
      allow("s3:GetObject", `arn:aws:s3:::${bucket}/in/*`),
      ...(index % 2 === 0 ? [allow("s3:PutObject", `arn:aws:s3:::${bucket}/out/*`)] : []),
    ]);

    const added = used([...statements, allow("sqs:SendMessage", QUEUE)], { all: KEY, ofBuckets }).slice(statements.length + 1);

    expect(added.map(({ Resource }) => [Resource].flat().length)).toEqual([1, 25, 25]);
  });

  it("should decrypt the variables of the function that takes the role, and the payloads of this deployment's schedules", () => {
    const deployment = deploymentOf({ keys: { all: KEY, ofBuckets: {} } });
    const decrypt = { Effect: "Allow", Action: "kms:Decrypt", Resource: KEY };

    expect(withKeyUse(deployment, { service: "lambda", functionName: "retrigger-dev-sweeper" }, [])).toEqual([
      {
        ...decrypt,
        Condition: {
          StringEquals: {
            "kms:EncryptionContext:aws:lambda:FunctionArn":
              "arn:aws:lambda:eu-central-1:111122223333:function:retrigger-dev-sweeper",
          },
        },
      },
    ]);
    expect(withKeyUse(deployment, { service: "scheduler" }, [])).toEqual([
      {
        ...decrypt,
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:scheduler:schedule:arn":
              "arn:aws:scheduler:eu-central-1:111122223333:schedule/default/retrigger-dev-*",
          },
        },
      },
    ]);
    expect(withKeyUse(deployment, { service: "events" }, [])).toEqual([]);
  });
});

// Helpers

function allow(action: string, resource: string | readonly string[]): PolicyStatement {
  return { Effect: "Allow", Action: action, Resource: resource };
}

/** Of a role that needs nothing for itself. */
function used(statements: readonly PolicyStatement[], keys: OwnKeys): PolicyStatement[] {
  return withKeyUse(deploymentOf({ keys }), { service: "events" }, statements);
}
