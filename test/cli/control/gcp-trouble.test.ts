import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gcpControl } from "../../../cli/control/gcp-control";
import { gcpTrouble } from "../../../cli/control/gcp-trouble";
import { type LoopbackServer, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { anonymousRest, googleError, startGoogleServer } from "../../gcp/adapters/google-server";
import { buildCommand, emptyHome, runCommand } from "../run-command";
import { refusingFirestore } from "./refusing-firestore";

const PROD = ["--stack", "gcp", "--environment", "prod"];
const SIGN_IN = "sign in with gcloud auth application-default login";
const PLACE = { project: "p", database: "retrigger-prod", topic: "projects/p/topics/retrigger-prod-requests" };

let bundle = "";
let server: LoopbackServer | undefined;

beforeAll(() => {
  bundle = buildCommand("gcp-trouble");
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("--stack gcp that cannot be asked", () => {
  it("should say how to sign in without credentials", async () => {
    const message = `no credentials of Google Cloud were found; ${SIGN_IN}, or name a file of credentials in GOOGLE_APPLICATION_CREDENTIALS`;

    expect(await ask({})).toEqual(refusal(message));
    expect(await ask({}, ["state", "--stack", "gcp", "--state", "projects/p/databases/d"])).toEqual(refusal(message));
  });

  it("should say that the file of credentials is not there", async () => {
    const { status, stderr } = await ask({ GOOGLE_APPLICATION_CREDENTIALS: "/nowhere/key.json" });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^could not sign in to Google Cloud: .*\/nowhere\/key\.json does not exist.*; sign in with gcloud/);
    expect(stderr.split("\n")).toHaveLength(2);
  });

  it("should not show what the file of credentials holds that is no JSON", async () => {
    const file = join(String(emptyHome().HOME), "key");
    writeFileSync(file, "hunter2-secret");

    const { status, stderr } = await ask({ GOOGLE_APPLICATION_CREDENTIALS: file });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^the file that GOOGLE_APPLICATION_CREDENTIALS names is no JSON; sign in with gcloud/);
    expect(stderr).not.toContain("hunt");
  });

  it("should say that credentials have expired", async () => {
    const error = { error: "invalid_grant", error_description: "Token has been expired or revoked." };
    server = await startLoopbackServer(() => ({ status: 400, body: JSON.stringify(error), type: "application/json" }));

    expect(await ask(federated(`${server.endpoint}/token`))).toEqual(
      refusal(`the credentials of Google Cloud have expired; ${SIGN_IN}`),
    );
  });

  it("should say that nothing answers", async () => {
    const { status, stderr } = await ask(federated("http://127.0.0.1:1/token"));

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Google Cloud could not be reached to sign in: .*ECONNREFUSED.*; see the network and its proxy\n$/);
  });

  it("should say what names the project where the credentials name none", async () => {
    const token = { access_token: "t", token_type: "Bearer", expires_in: 3600, issued_token_type: "urn:x" };
    server = await startLoopbackServer(() => ({ status: 200, body: JSON.stringify(token), type: "application/json" }));

    expect(await ask(federated(`${server.endpoint}/token`))).toEqual(
      refusal(
        "no project of Google Cloud is named; name it with --project or GOOGLE_CLOUD_PROJECT, or let --config retrigger.yaml tell it",
      ),
    );
  });

  it("should refuse what is wrong before anybody signs in", async () => {
    expect(await ask({}, ["state", "--stack", "gcp"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^name the environment with --environment, as retrigger\.yaml does, or the state database with/,
      ),
    });
    expect(await ask({}, ["state", ...PROD, "--state", "projects/p/databases/retrigger-dev"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^the state store retrigger-dev is of the environment dev, and --environment says prod/),
    });
  });
});

describe("what an environment has on Google Cloud", () => {
  it("should be looked for by exact names, and be told of where it is not there", async () => {
    const firestore = await refusingFirestore({ code: 5, details: "The database retrigger-prod does not exist" });
    server = await startGoogleServer(() => googleError(404, "NOT_FOUND", "Resource not found"));
    const { endpoint } = server;
    const rest = anonymousRest();
    const opened: unknown[] = [];
    const control = gcpControl({ environment: "prod", project: "p" }, {}, Date.now, {
      open: (database) => {
        opened.push(database);
        return firestore.client;
      },
      rest: (request) => rest({ ...request, url: request.url.replace("https://pubsub.googleapis.com", endpoint) }),
    });
    const cause = { type: "manual", by: "ada", why: "why" } as const;
    const request = { id: "manual/m/1", model: "m", causes: [cause], priority: 3, manifests: [], requestedAt: 0 };

    const unread = await control.models().catch((error: unknown) => control.troubleOf(error));
    const unsent = await control.trigger(request).catch((error: unknown) => control.troubleOf(error));

    const missing = "see --environment and --project; a first deployment makes it: docs/deploy.md";
    expect(opened).toEqual([{ projectId: "p", databaseId: "retrigger-prod" }]);
    expect(unread).toMatchObject({ message: `there is no database retrigger-prod in the project p; ${missing}` });
    expect(unsent).toMatchObject({ message: `there is no topic projects/p/topics/retrigger-prod-requests; ${missing}` });
    expect(server.received.map(({ path }) => path)).toEqual(["/v1/projects/p/topics/retrigger-prod-requests:publish"]);
    await firestore.stop();
  });

  it("should say that credentials are not taken any more, and leave what it does not know", () => {
    const ended = Object.assign(new Error("16 UNAUTHENTICATED"), { code: 16 });

    expect(gcpTrouble(ended, PLACE)).toMatchObject({
      message: `Google Cloud does not take these credentials any more; ${SIGN_IN}`,
    });
    expect(gcpTrouble(new Error("what is this"), PLACE)).toBeUndefined();
    expect(gcpTrouble("thrown", PLACE)).toBeUndefined();
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

/** Credentials that are exchanged for a token at an address. https://google.aip.dev/auth/4117 */
function federated(tokenUrl: string): Record<string, string> {
  const home = emptyHome();
  const token = join(String(home.HOME), "token");
  writeFileSync(token, "subject");
  const file = join(String(home.HOME), "credentials.json");
  const credentials = {
    type: "external_account",
    audience: "//iam.googleapis.com/locations/global/workforcePools/pool/providers/ours",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: tokenUrl,
    credential_source: { file: token },
  };
  writeFileSync(file, JSON.stringify(credentials));
  return { ...home, GOOGLE_APPLICATION_CREDENTIALS: file };
}
