import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsError, type LoopbackServer, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { sqsService } from "../redrive/sqs-service";
import { buildCommand, emptyHome, runCommand } from "../run-command";

const REGION = { AWS_REGION: "eu-central-1" };
const KEYS = { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "test" };
const PROD = ["--stack", "aws", "--environment", "prod"];

let bundle = "";
let server: LoopbackServer | undefined;

beforeAll(() => {
  bundle = buildCommand("aws-trouble");
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("--stack aws that cannot be asked", () => {
  it("should say what names a region", async () => {
    expect(await ask({})).toEqual(
      refusal("no region of AWS is named; set AWS_REGION, such as eu-central-1, or let --config retrigger.yaml tell it"),
    );
  });

  it("should say how to sign in without credentials", async () => {
    expect(await ask(REGION)).toEqual(
      refusal(
        "no valid credentials of AWS were found in the environment, the default profile or this machine: none, or a session that has ended; sign in with aws sso login, or name a profile in AWS_PROFILE",
      ),
    );
    expect(await ask({ ...REGION, AWS_PROFILE: "nope" })).toEqual(
      refusal(
        "no valid credentials of AWS were found for the profile nope: none, or a session that has ended; sign in with aws sso login --profile nope, or name a profile in AWS_PROFILE",
      ),
    );
  });

  it("should not wait for a machine's credentials that never come", async () => {
    server = await startLoopbackServer(() => "silence");

    const { status, stderr } = await ask({ ...REGION, AWS_EC2_METADATA_SERVICE_ENDPOINT: server.endpoint });

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^no valid credentials of AWS were found/) });
    expect(server.received.length).toBeGreaterThan(0);
  });

  it("should say that a session has ended, of single sign-on and of variables", async () => {
    const home = emptyHome();
    signedInOnce(String(home.HOME));
    const ended = await ask({ ...home, ...REGION, AWS_PROFILE: "work" });
    server = await startLoopbackServer(() => awsError("com.amazon.coral.service#ExpiredTokenException", "The token has expired"));
    const expired = await ask({ ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint });

    expect(ended).toEqual(
      refusal(
        "no valid credentials of AWS were found for the profile work: none, or a session that has ended; sign in with aws sso login --profile work, or name a profile in AWS_PROFILE",
      ),
    );
    expect(expired).toEqual(
      refusal(
        "the credentials of AWS have expired; sign in with aws sso login, or renew the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
      ),
    );
  });

  it.each([200, 502])("should say that a page with the status %d is not of AWS", async (status) => {
    server = await startLoopbackServer(() => ({ status, body: "<html>Sign in</html>", type: "text/html" }));

    expect(await ask({ ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint })).toEqual(
      refusal("got an answer that is not of AWS: a proxy or sign-in page? see the network, and sign in to its proxy"),
    );
  });

  it("should say that keys are refused", async () => {
    server = await startLoopbackServer(() => awsError("com.amazon.coral.service#UnrecognizedClientException", "invalid token"));

    expect(await ask({ ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint })).toEqual(
      refusal(
        "AWS does not take these credentials (UnrecognizedClientException); see that AWS_ACCESS_KEY_ID or the profile is of this account, and that the clock is right",
      ),
    );
  });

  it("should say that nothing answers, and where", async () => {
    const { status, stderr } = await ask({ ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" });

    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^AWS could not be reached in eu-central-1: .*ECONNREFUSED.*; see the network and its proxy, and that the region is spelt right\n$/,
    );
  });

  it("should say which table was looked for where, in the account if the credentials tell it", async () => {
    server = await startLoopbackServer(() =>
      awsError("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "Requested resource not found"),
    );
    const access = { ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint };

    const untold = await ask(access);
    const told = await ask({ ...access, AWS_ACCOUNT_ID: "111122223333", RETRIGGER_ENVIRONMENT: "dev" }, [
      "state",
      "--stack",
      "aws",
    ]);

    const elsewhere = "see --environment, AWS_PROFILE and AWS_REGION; a first deployment makes it: docs/deploy.md";
    expect(untold).toEqual(
      refusal(`there is no table retrigger-prod-state in eu-central-1 of the account of these credentials; ${elsewhere}`),
    );
    expect(told).toEqual(
      refusal(`there is no table retrigger-dev-state in eu-central-1 of the account 111122223333; ${elsewhere}`),
    );
  });
});

describe("the request queue of an environment", () => {
  it("should be found by its name, and be sent to", async () => {
    const queues = sqsService({ "retrigger-prod-requests.fifo": { messages: [] } });
    server = await startLoopbackServer((request) =>
      String(request.headers["x-amz-target"]).startsWith("DynamoDB")
        ? awsError("com.amazon.coral.service#AccessDeniedException", "no")
        : queues.answer(request),
    );
    const access = { ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint, AWS_ENDPOINT_URL_SQS: server.endpoint };

    const { status, stdout, stderr } = await ask(access, ["pause", "flight-delay", "--why", "broken sensor", ...PROD]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^sent; /);
    expect(queues.messages("retrigger-prod-requests.fifo")).toMatchObject([{ group: "flight-delay" }]);
  });

  it("should be told of where it is not there, or may not be asked for", async () => {
    const pause = ["pause", "flight-delay", "--why", "broken sensor", ...PROD];
    const noQueues = sqsService({});
    const denied = awsError("com.amazon.coral.service#AccessDeniedException", "no");
    const deniedTargets = ["DynamoDB"];
    server = await startLoopbackServer((request) =>
      deniedTargets.some((target) => String(request.headers["x-amz-target"]).startsWith(target))
        ? denied
        : noQueues.answer(request),
    );
    const access = { ...REGION, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint, AWS_ENDPOINT_URL_SQS: server.endpoint };

    const absent = await ask(access, pause);
    deniedTargets.push("AmazonSQS");
    const refused = await ask(access, pause);

    expect(absent).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^there is no queue retrigger-prod-requests\.fifo in eu-central-1 of the account of/),
    });
    expect(refused).toEqual(
      refusal(
        "not sent: your identity lacks sqs:GetQueueUrl on retrigger-prod-requests.fifo; allow it, or give the queue's URL with --queue",
      ),
    );
  });
});

// Helpers

function ask(env: Readonly<Record<string, string>>, args: readonly string[] = ["state", ...PROD]) {
  return runCommand(bundle, args, { ...emptyHome(), ...env });
}

/** All that a person sees: one line, and no stack. */
function refusal(message: string) {
  return { status: 1, stdout: "", stderr: `${message}\n` };
}

/** A profile of single sign-on whose token ran out in 2001, and that cannot be renewed. */
function signedInOnce(home: string): void {
  const cache = join(home, ".aws/sso/cache");
  mkdirSync(cache, { recursive: true });
  const sso = "sso_start_url = https://example.awsapps.com/start\nsso_region = eu-central-1\n";
  const profile = "[profile work]\nsso_session = ours\nsso_account_id = 111122223333\nsso_role_name = Reader\n";
  writeFileSync(join(home, ".aws/config"), `${profile}\n[sso-session ours]\n${sso}sso_registration_scopes = sso:account:access\n`);
  const token = { accessToken: "old", expiresAt: "2001-01-01T00:00:00Z", region: "eu-central-1" };
  writeFileSync(join(cache, `${createHash("sha1").update("ours").digest("hex")}.json`), JSON.stringify(token));
}
