import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { openAwsAccount } from "../../../cli/init/aws-account";
import type { Surroundings } from "../../../cli/init/gather";
import { openGcpAccount } from "../../../cli/init/gcp-account";
import { init } from "../../../cli/init/init";
import type { InitFlags } from "../../../cli/init/init-flags";
import { painter } from "../../../cli/printout";
import { loadConfig } from "../../../config/load-config";
import type { LoopbackServer } from "../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../../gcp/adapters/google-server";
import { awsEnvironment, startAws } from "./aws-services";

const before = { ...process.env };
const CHURN = {
  Parameters: [
    { Name: "InputManifest", Type: "String" },
    { Name: "Epochs", Type: "Integer" },
  ],
};

let folder: string;
let onOpen: () => void = () => {};
let server: LoopbackServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "retrigger-init-"));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(folder, { recursive: true });
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

describe("init", () => {
  it("should write an example that loads, without an account", async () => {
    const { text } = await run({ yes: true, offline: true });

    expect(files()).toEqual(["cdktf.json", "retrigger.yaml"]);
    expect(loaded().models["my-model"]?.pipeline.name).toBe("my-training-pipeline");
    const cdktf = JSON.parse(readFileSync(join(folder, "cdktf.json"), "utf8"));
    expect(cdktf).toEqual({
      language: "typescript",
      app: "node node_modules/retrigger/dist/main.js",
      projectId: expect.stringMatching(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/),
      sendCrashReports: "false",
      terraformProviders: [],
      terraformModules: [],
      context: {},
    });
    expect(text).toMatch(/not looked at, as --offline asks/);
    expect(text).toMatch(/replace the example of pipeline: my-training-pipeline/);
    expect(text.split("\n").slice(-3)).toEqual(["  npx retrigger validate", "  npx retrigger plan", "  npx cdktf synth"]);
  });

  it("should take everything from flags", async () => {
    const flags = {
      cloud: "aws",
      region: "us-east-1",
      environment: "prod",
      model: "churn",
      pipeline: "Churn",
      bucket: "acme-churn",
    } as const;
    await run({
      ...flags,
      yes: true,
      offline: true,
      prefix: "new/",
      email: "ada@example.com",
      parameter: ["M={manifestUri}", "Mode=a=b"],
    });

    expect(loaded()).toMatchObject({
      environment: "prod",
      aws: {
        region: "us-east-1",
        buckets: {},
        notifications: { email: ["ada@example.com"] },
        operations: { email: ["ada@example.com"] },
      },
      models: {
        churn: {
          data: { bucket: "acme-churn", prefixes: ["new/"] },
          pipeline: { name: "Churn", parameters: { M: "{manifestUri}", Mode: "a=b" } },
        },
      },
    });
  });

  it("should name every wrong flag", async () => {
    const wrong = run({ yes: true, offline: true, region: "EU", model: "Churn!", email: "nobody", pipeline: "-" });

    await expect(wrong).rejects.toMatchObject({ name: "UsageError" });
    await expect(wrong).rejects.toThrow(
      /^--region: got "EU"; expected an AWS region.*\n--model: got the name "Churn!".*\n--pipeline: .*\n--email: got "nobody"/,
    );
    expect(files()).toEqual([]);
  });

  it("should refuse flags of the other cloud, and parameters of another form", async () => {
    await expect(run({ yes: true, cloud: "aws", template: "gs://a/b.yaml" })).rejects.toThrow("--template is for --cloud gcp");
    await expect(run({ yes: true, pipeline: "a", project: "acme-ml" })).rejects.toThrow("--project is for --cloud gcp");
    await expect(run({ yes: true, offline: true, parameter: ["x"] })).rejects.toThrow("expected <name>=<value>");
  });

  it("should not ask where there is no terminal", async () => {
    await expect(run({}, undefined)).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining("use --yes") });
  });

  it("should overwrite nothing without --force, and leave no draft", async () => {
    writeFileSync(join(folder, "cdktf.json"), "{}");

    await expect(run({ yes: true, offline: true })).rejects.toThrow(
      "cdktf.json exists already, and nothing was written; overwrite with --force",
    );
    expect(files()).toEqual(["cdktf.json"]);
    await run({ yes: true, offline: true, force: true });
    expect(files()).toEqual(["cdktf.json", "retrigger.yaml"]);
    expect(readFileSync(join(folder, "cdktf.json"), "utf8")).toContain("retrigger/dist/main.js");
  });

  it("should keep a cdktf.json that starts Retrigger, and that of its own repository", async () => {
    await run({ yes: true, offline: true });
    const cdktf = readFileSync(join(folder, "cdktf.json"), "utf8");

    const { text } = await run({ yes: true, offline: true, config: "other/prod.yaml" });

    expect(text).toContain("cdktf.json stays as it is");
    expect(text).toContain("npx retrigger validate --config other/prod.yaml");
    expect(readFileSync(join(folder, "cdktf.json"), "utf8")).toBe(cdktf);
    expect(loadConfig(join(folder, "other/prod.yaml")).environment).toBe("dev");

    writeFileSync(join(folder, "cdktf.json"), '{"app":"own"}');
    writeFileSync(join(folder, "package.json"), '{"name":"retrigger"}');
    writeFileSync(join(folder, "main.ts"), "");
    await run({ yes: true, offline: true, force: true });
    expect(readFileSync(join(folder, "cdktf.json"), "utf8")).toBe('{"app":"own"}');
  });

  it("should write neither file when one of them cannot be", async () => {
    // Nothing can be put in the place of a folder.
    mkdirSync(join(folder, "cdktf.json"));

    await expect(run({ yes: true, offline: true, force: true })).rejects.toThrow(/could not write .*nothing was written/);
    expect(files()).toEqual(["cdktf.json"]);
  });

  it.each([
    ["cdktf.json", false],
    ["./cdktf.json", true],
    ["", true],
  ])("should refuse %j as the configuration", async (config, force) => {
    await expect(run({ yes: true, offline: true, config, force })).rejects.toMatchObject({
      name: "UsageError",
      message: expect.stringContaining("--config: got"),
    });
    expect(files()).toEqual([]);
  });

  it.each([
    ["/proc/retrigger/y.yaml", "the folder /proc/retrigger cannot be created"],
    ["/dev/null/x.yaml", "/dev/null is no folder"],
    ["a/b/c.yaml", "create it, and those above it, first"],
  ])("should say why %s cannot be written", async (config, words) => {
    const refused = run({ yes: true, offline: true, config });

    await expect(refused).rejects.toMatchObject({ name: "CommandError", message: expect.stringContaining(words) });
    expect(files()).toEqual([]);
  });

  it("should leave no folder of its own where it writes nothing", async () => {
    mkdirSync(join(folder, "cdktf.json"));

    await expect(run({ yes: true, offline: true, force: true, config: "new/prod.yaml" })).rejects.toThrow(/nothing was written/);
    expect(files()).toEqual(["cdktf.json"]);
  });

  it("should write through a link, and refuse one that leads to nothing", async () => {
    mkdirSync(join(folder, "shared"));
    writeFileSync(join(folder, "shared/own.yaml"), "old: true");
    symlinkSync("shared/own.yaml", join(folder, "retrigger.yaml"));

    await run({ yes: true, offline: true, force: true });

    expect(lstatSync(join(folder, "retrigger.yaml")).isSymbolicLink()).toBe(true);
    expect(loadConfig(join(folder, "shared/own.yaml")).environment).toBe("dev");

    symlinkSync("nowhere.yaml", join(folder, "broken.yaml"));
    await expect(run({ yes: true, offline: true, force: true, config: "broken.yaml" })).rejects.toThrow(
      /broken\.yaml is a link that leads to nothing/,
    );
  });

  it("should quote the file for a shell, and write the schema's path so that editors read it", async () => {
    const { text } = await run({ yes: true, offline: true, config: "my $conf/it's.yaml" });

    expect(text).toContain("npx retrigger validate --config 'my $conf/it'\\''s.yaml'");
    expect(text).toContain("RETRIGGER_CONFIG='my $conf/it'\\''s.yaml' npx cdktf synth");

    mkdirSync(join(folder, "a b"));
    const place = join(folder, "a b");
    await run({ yes: true, offline: true, config: join(folder, "beside.yaml") }, undefined, "", place);
    const [first] = readFileSync(join(folder, "beside.yaml"), "utf8").split("\n");
    expect(first).toMatch(/\$schema=file:\/\/\/\S+\/a%20b\/node_modules\/retrigger\/retrigger\.schema\.json$/);
  });

  it("should say in its own repository that retrigger.yaml is the example", async () => {
    writeFileSync(join(folder, "package.json"), '{"name":"retrigger"}');
    writeFileSync(join(folder, "main.ts"), "");
    writeFileSync(join(folder, "retrigger.yaml"), "");

    await expect(run({ yes: true, offline: true })).rejects.toThrow(
      /^retrigger\.yaml is the example that comes with this repository.*npx retrigger init --config my\.yaml, or .* --force$/,
    );
  });

  it.each(["aws", "gcp"] as const)("should say on %s that nobody is told without an address", async (cloud) => {
    const told = `name who is told of decisions and alarms: write the e-mail address in ${cloud}.notifications and ${cloud}.operations`;

    expect((await run({ yes: true, offline: true, cloud, force: true })).text).toContain(told);
    expect((await run({ yes: true, offline: true, cloud, force: true, email: "a@example.com" })).text).not.toContain(told);
  });

  it("should tell one mistake of one text", async () => {
    const refused: Error = await run({ yes: true, offline: true, bucket: "s3://x" }).catch((error) => error);

    expect(refused.message.match(/--bucket/g)).toHaveLength(1);
  });

  it("should write nothing after Ctrl-C while it looks at the account", async () => {
    await withAws({});
    const begun = new Promise<void>((resolve) => {
      onOpen = resolve;
    });
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const done = init(
      { config: "retrigger.yaml", cloud: "aws", environment: "dev", region: "eu-central-1" },
      { ...surroundings(), open: () => new Promise(() => onOpen()), directory: folder, input, output: new PassThrough() },
      painter(false),
    );
    await begun;
    input.write("\u0003");

    await expect(done).rejects.toMatchObject({ name: "InterruptedError" });
    expect(files()).toEqual([]);
  });

  it("should let no name of a parameter look like a line of its own", async () => {
    const forged = { Parameters: [{ Name: "a\n  npx evil", Type: "String\nNext" }] };
    await withAws({ pipelines: { "Churn-Training": forged } });

    const { text } = await run({ yes: true, cloud: "aws" });

    expect(text).toContain("give the parameter a npx evil (String Next) a value");
    expect(text.split("\n").filter((line) => /^\s*(?:npx evil|Next\b.)/.test(line))).toEqual([]);
  });

  it("should propose what the account of AWS has", async () => {
    await withAws({ buckets: { "acme-churn": "" } });

    const { text } = await run({ yes: true, cloud: "aws", bucket: "acme-churn", endpoint: "churn" });

    expect(loaded()).toMatchObject({
      aws: { region: "eu-central-1", buckets: {} },
      models: {
        churn: {
          pipeline: { name: "Churn-Training", parameters: { InputManifest: "{manifestUri}" } },
          monitoring: { capture: { location: "s3://acme-captures/churn/churn/blue/", endpoint: "churn" } },
        },
      },
    });
    expect(text).toContain("AWS: looked at eu-central-1 as arn:aws:iam::111122223333:user/ada");
    expect(text).toContain("give the parameter Epochs (Integer) a value");
    expect(text).toContain("aws s3api put-bucket-notification-configuration --bucket acme-churn");
  });

  it("should create a bucket that does not exist, under a name of the account's", async () => {
    await withAws({});

    await run({ yes: true, cloud: "aws" });

    expect(loaded()).toMatchObject({ aws: { buckets: { "churn-111122223333-data": { create: true } } } });
  });

  it("should ask, with what the account has to choose from", async () => {
    await withAws({ buckets: { "acme-churn": "<EventBridgeConfiguration/>" } });
    const answers = ["1", "prod", "", "1", "", "3", "Bad Name", "churn-model", "1", "in/", "1", "no mail", "ada@example.com"];

    const { shown } = await run({}, answers);

    expect(loaded()).toMatchObject({
      environment: "prod",
      aws: { notifications: { email: ["ada@example.com"] } },
      models: {
        "churn-model": {
          data: { bucket: "acme-churn", prefixes: ["in/"] },
          pipeline: { name: "Churn-Training", parameters: { InputManifest: "{manifestUri}", Epochs: "3" } },
          monitoring: { capture: { endpoint: "churn" } },
        },
      },
    });
    expect(shown).toContain('got the name "Bad Name"; did you mean bad-name? expected 1 to 40 of a-z, 0-9 and -');
    expect(shown).toContain('got "no mail"; expected an e-mail address');
  });

  it("should ask on without an account, and say why it looked at none", async () => {
    server = await startAws({ refuse: { GetCallerIdentity: "hang up" } });
    Object.assign(process.env, awsEnvironment(server));
    const answers = ["aws", "dev", "us-east-1", "churn", "", "acme-churn", "yes", "", "none"];

    const { text } = await run({}, answers);

    expect(loaded()).toMatchObject({
      aws: { region: "us-east-1", buckets: { "acme-churn": { create: true } } },
      models: { churn: {} },
    });
    expect(text).toMatch(/AWS: not looked at: sts:GetCallerIdentity failed/);
  });

  it.each([
    ["Ctrl-C", "\u0003", "InterruptedError"],
    ["Ctrl-D", "\u0004", "CommandError"],
  ])("should write nothing after %s", async (_name, key, name) => {
    await expect(run({ offline: true }, ["aws", "prod"], key)).rejects.toMatchObject({ name });
    expect(files()).toEqual([]);
  });

  it("should propose what a project of Google Cloud has", async () => {
    const location = "/v1/projects/acme-ml/locations/europe-west4";
    server = await startGoogleServer(({ path }) => {
      switch (path.replace(/\?.*$/, "")) {
        case "/storage/v1/b":
          return jsonAnswer({ items: [{ name: "acme-clicks" }] });
        case "/storage/v1/b/acme-clicks":
          return jsonAnswer({ iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } });
        case `${location}/pipelineJobs`:
          return jsonAnswer({ pipelineJobs: [{ templateUri: "gs://acme-pipelines/click-through.yaml" }] });
        case `${location}/repositories`:
          return googleError(403, "PERMISSION_DENIED", "denied");
        default:
          return googleError(404, "NOT_FOUND", "nothing there");
      }
    });

    const { text } = await run({ yes: true, project: "acme-ml", region: "europe-west4", bucket: "acme-clicks" });

    expect(loaded()).toMatchObject({
      gcp: { project: "acme-ml", buckets: {} },
      models: {
        "click-through": {
          pipeline: {
            template: "gs://acme-pipelines/click-through.yaml",
            outputDirectory: "gs://acme-clicks/training/click-through",
          },
        },
      },
    });
    expect(text).toContain("pipelines: at least 1 (gs://acme-pipelines/click-through.yaml)");
    expect(text).toContain("create the pipeline gs://acme-pipelines/click-through.yaml, or correct pipeline.template");
  });

  it("should show hostile names of an account harmless", async () => {
    await withAws({ pipelines: { "a\u001b[2J\nforged: line\u202e": CHURN, b: CHURN } });

    const { text } = await run({ yes: true, cloud: "aws" });

    expect(text).toContain("pipelines: 2 (a\\u001b[2J forged: line\\u202e, b)");
  });
});

// Helpers

async function withAws(aws: Parameters<typeof startAws>[0]): Promise<void> {
  const capture = { EnableCapture: true, CaptureStatus: "Started", DestinationS3Uri: "s3://acme-captures/churn" };
  server = await startAws({
    pipelines: { "Churn-Training": CHURN },
    endpoints: { churn: { DataCaptureConfig: capture, ProductionVariants: [{ VariantName: "blue" }] } },
    ...aws,
  });
  Object.assign(process.env, awsEnvironment(server));
}

function surroundings(): Surroundings {
  const endpoint = server?.endpoint ?? "";
  const addresses = { storage: endpoint, vertex: endpoint, registry: endpoint };
  return {
    regionOf: async (cloud) => (cloud === "aws" ? process.env.AWS_REGION : undefined),
    projectOf: async () => undefined,
    open: (cloud, place) =>
      cloud === "aws" ? openAwsAccount(place.region) : openGcpAccount(place, { rest: anonymousRest(), addresses }),
  };
}

/** @param answers typed at a terminal; none where there is no terminal */
async function run(
  flags: Partial<InitFlags>,
  answers?: readonly string[],
  last = "",
  directory = folder,
): Promise<{ text: string; shown: string }> {
  const input = Object.assign(new PassThrough(), { isTTY: answers !== undefined });
  const output = new PassThrough();
  const shown: Buffer[] = [];
  output.on("data", (chunk: Buffer) => shown.push(chunk));
  const place = { ...surroundings(), directory, input, output };
  const done = init({ config: "retrigger.yaml", ...flags }, place, painter(false));
  for (const answer of answers ?? []) input.write(`${answer}\r`);
  input.write(last);
  const { text } = await done;
  return { text, shown: Buffer.concat(shown).toString() };
}

function loaded(): ReturnType<typeof loadConfig> {
  return loadConfig(join(folder, "retrigger.yaml"));
}

function files(): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
