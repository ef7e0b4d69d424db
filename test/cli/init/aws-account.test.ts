import type { Account } from "../../../cli/init/account";
import { openAwsAccount } from "../../../cli/init/aws-account";
import { apiLimits } from "../../../functions/aws/adapters/call-limits";
import { type Answer, awsError, type LoopbackServer } from "../../aws/adapters/loopback-server";
import { s3Error } from "../../aws/adapters/s3-server";
import { awsEnvironment, type SmallAws, startAws, stsError } from "./aws-services";

const IMPATIENT = apiLimits({ answerMs: 100, silenceMs: 100, maxAttempts: 1 });
const PATIENT = apiLimits({ answerMs: 30_000, silenceMs: 30_000, maxAttempts: 1 });
const before = { ...process.env };

let server: LoopbackServer | undefined;
let account: Account | undefined;

afterEach(async () => {
  account?.close();
  await server?.stop();
  account = undefined;
  server = undefined;
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

describe("openAwsAccount", () => {
  it("should say who looks", async () => {
    const { caller, owner } = await opened({});

    expect({ caller, owner }).toEqual({ caller: "arn:aws:iam::111122223333:user/ada", owner: "111122223333" });
  });

  it.each([
    ["ExpiredToken", 403, "AWS does not accept your credentials (ExpiredToken"],
    ["InvalidClientTokenId", 403, "AWS does not accept your credentials (InvalidClientTokenId"],
    ["AccessDenied", 403, "your identity lacks sts:GetCallerIdentity"],
    ["Throttling", 400, "AWS was too busy to answer sts:GetCallerIdentity (Throttling"],
  ])("should say that credentials are refused: %s", async (code, status, reason) => {
    expect(await openedWith({ refuse: { GetCallerIdentity: stsError(status, code) } })).toEqual({
      isLooked: false,
      reason: expect.stringContaining(reason),
    });
  });

  it("should give up on a service that does not answer", async () => {
    const reason = "sts:GetCallerIdentity got no answer in time";

    expect(await openedWith({ refuse: { GetCallerIdentity: "silence" } })).toEqual({ isLooked: false, reason });
  });

  it("should say that there are no credentials", async () => {
    Object.assign(process.env, awsEnvironment({ endpoint: "http://127.0.0.1:9" }), { AWS_EC2_METADATA_DISABLED: "true" });
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;

    expect(await openAwsAccount("eu-central-1")).toEqual({
      isLooked: false,
      reason: expect.stringContaining("no credentials of AWS were found"),
    });
  });
});

describe("the account", () => {
  it("should list what spans several pages", async () => {
    const { pipelines } = await opened({ pipelines: many(250) });

    const looked = await pipelines();

    expect(looked).toMatchObject({ isLooked: true, found: { isWhole: true } });
    expect(looked.isLooked && looked.found.names).toHaveLength(250);
  });

  it("should say that a longer list is not whole", async () => {
    const { pipelines } = await opened({ pipelines: many(1_001) });

    const looked = await pipelines();

    expect(looked).toMatchObject({ isLooked: true, found: { isWhole: false } });
    expect(looked.isLooked && looked.found.names).toHaveLength(1_000);
    expect(server?.received.filter(({ headers }) => headers["x-amz-target"] === "SageMaker.ListPipelines")).toHaveLength(10);
  });

  it("should list a thousand as a whole", async () => {
    const { pipelines } = await opened({ pipelines: many(1_000) });

    expect(await pipelines()).toMatchObject({ isLooked: true, found: { isWhole: true } });
  });

  it("should see an empty account as empty", async () => {
    const { pipelines, endpoints, buckets } = await opened({});
    const none = { isLooked: true, found: { names: [], isWhole: true } };

    expect([await pipelines(), await endpoints(), await buckets()]).toEqual([none, none, none]);
  });

  it("should read the parameters of a pipeline", async () => {
    const Parameters = [
      { Name: "ManifestUri", Type: "String" },
      { Name: "Epochs", Type: "Integer", DefaultValue: 3 },
    ];
    const { pipeline } = await opened({ pipelines: { churn: { Version: "2020-12-01", Parameters, Steps: [] } } });

    expect(await pipeline("churn")).toEqual({
      isLooked: true,
      found: {
        exists: true,
        parameters: [
          { name: "ManifestUri", type: "String", isText: true, isRequired: true },
          { name: "Epochs", type: "Integer", isText: false, isRequired: false, standard: "3" },
        ],
      },
    });
    expect(await pipeline("nobody")).toEqual({ isLooked: true, found: { exists: false } });
  });

  it("should propose the captures of an endpoint, and say when there are none", async () => {
    const capture = { EnableCapture: true, CaptureStatus: "Started", DestinationS3Uri: "s3://acme-captures/churn/" };
    const { endpoint } = await opened({
      endpoints: {
        on: { DataCaptureConfig: capture, ProductionVariants: [{ VariantName: "blue" }] },
        stopped: { DataCaptureConfig: { ...capture, CaptureStatus: "Stopped" } },
        off: {},
      },
    });

    expect(await endpoint("on")).toEqual({
      isLooked: true,
      found: { monitoring: { capture: { location: "s3://acme-captures/churn/on/blue/", endpoint: "on" } } },
    });
    for (const name of ["stopped", "off"]) {
      expect(await endpoint(name)).toEqual({
        isLooked: true,
        found: { lacks: expect.stringContaining(`the data capture of ${name} is off`) },
      });
    }
  });

  it("should tell buckets that announce their objects from those that do not, and from none", async () => {
    const { bucket } = await opened({
      buckets: {
        announces: "<EventBridgeConfiguration/>",
        silent: "",
        shared: "<QueueConfiguration><Id>q</Id><Queue>arn</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>",
      },
    });
    const put = (name: string) => `aws s3api put-bucket-notification-configuration --bucket ${name} --notification-configuration`;

    expect(await bucket("announces")).toEqual({ isLooked: true, found: { exists: true } });
    expect(await bucket("silent")).toMatchObject({
      found: { exists: true, lacks: { command: `${put("silent")} '{"EventBridgeConfiguration":{}}'` } },
    });
    // Put replaces the queue's notifications, unless they are sent along.
    expect(await bucket("shared")).toMatchObject({
      found: {
        exists: true,
        lacks: { command: expect.stringMatching(/^aws s3api get-bucket.*\| jq .*file:\/\/notifications\.json$/) },
      },
    });
    expect(await bucket("missing")).toEqual({ isLooked: true, found: { exists: false } });
  });

  const DENIED = awsError("AccessDeniedException", "User: ada is not authorized to perform: it", 400);
  it.each<[string, string, Answer, (of: Account) => Promise<unknown>, string]>([
    ["pipelines", "ListPipelines", DENIED, (of) => of.pipelines(), "your identity lacks sagemaker:ListPipelines"],
    ["a pipeline", "DescribePipeline", DENIED, (of) => of.pipeline("churn"), "your identity lacks sagemaker:DescribePipeline"],
    ["endpoints", "ListEndpoints", DENIED, (of) => of.endpoints(), "your identity lacks sagemaker:ListEndpoints"],
    ["an endpoint", "DescribeEndpoint", DENIED, (of) => of.endpoint("churn"), "your identity lacks sagemaker:DescribeEndpoint"],
    ["buckets", "ListBuckets", s3Error(403, "AccessDenied"), (of) => of.buckets(), "your identity lacks s3:ListAllMyBuckets"],
    [
      "a bucket",
      "GetBucketNotificationConfiguration",
      s3Error(403, "AccessDenied"),
      (of) => of.bucket("acme"),
      "your identity lacks s3:GetBucketNotification",
    ],
    [
      "a bucket elsewhere",
      "GetBucketNotificationConfiguration",
      s3Error(301, "PermanentRedirect"),
      (of) => of.bucket("acme"),
      "it is not in eu-central-1, and EventBridge sees only buckets of its own region",
    ],
    [
      "pipelines of a busy service",
      "ListPipelines",
      awsError("ThrottlingException", "Rate exceeded"),
      (of) => of.pipelines(),
      "AWS was too busy to answer sagemaker:ListPipelines (ThrottlingException)",
    ],
    [
      "pipelines of a session that ended",
      "ListPipelines",
      awsError("ExpiredTokenException", "expired"),
      (of) => of.pipelines(),
      "AWS does not accept your credentials (ExpiredTokenException); sign in again, as with aws sso login",
    ],
    [
      "pipelines of a mute service",
      "ListPipelines",
      "silence",
      (of) => of.pipelines(),
      "sagemaker:ListPipelines got no answer in time",
    ],
  ])("should never take a refusal for none: %s", async (_what, operation, refusal, call, reason) => {
    const refused = await opened({ refuse: { [operation]: refusal } });

    expect(await call(refused)).toEqual({ isLooked: false, reason });
  });

  it.each([
    ["a page", { status: 200, body: "<html>Sign in</html>", type: "text/html" }, "an answer that is not of AWS"],
    ["nothing", { status: 200, body: "", type: "application/xml" }, "an answer without NotificationConfiguration"],
  ])("should never take %s for a bucket without notifications, which a put would replace", async (_what, answer, words) => {
    const { bucket } = await opened({ refuse: { GetBucketNotificationConfiguration: answer } });

    expect(await bucket("acme")).toEqual({
      isLooked: false,
      reason: expect.stringMatching(new RegExp(`^s3:GetBucketNotification got ${words}`)),
    });
  });

  it("should say that a connection broke, and that a definition is none", async () => {
    const refused = await opened({
      refuse: { ListPipelines: "hang up", DescribePipeline: { status: 200, body: '{"PipelineDefinition":"{"}' } },
    });

    expect(await refused.pipelines()).toMatchObject({
      isLooked: false,
      reason: expect.stringMatching(/^sagemaker:ListPipelines failed \(/),
    });
    expect(await refused.pipeline("churn")).toMatchObject({
      isLooked: false,
      reason: expect.stringMatching(/^sagemaker:DescribePipeline failed \(/),
    });
  });
});

// Helpers

async function openedWith(aws: SmallAws): ReturnType<typeof openAwsAccount> {
  server = await startAws(aws);
  Object.assign(process.env, awsEnvironment(server));
  const isSilent = Object.values(aws.refuse ?? {}).includes("silence");
  return openAwsAccount("eu-central-1", isSilent ? IMPATIENT : PATIENT);
}

async function opened(aws: SmallAws): Promise<Account> {
  const looked = await openedWith(aws);
  if (!looked.isLooked) throw new Error(looked.reason);
  account = looked.found;
  return account;
}

function many(count: number): Record<string, object> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`pipeline-${String(index).padStart(5, "0")}`, {}]));
}
