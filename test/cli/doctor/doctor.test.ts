import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { awsClients } from "../../../cli/doctor/aws/account";
import { AWS_CHECKS, examineAws } from "../../../cli/doctor/aws/examine-aws";
import { type DoctorOptions, doctor, type Examiner } from "../../../cli/doctor/doctor";
import { examineGcp, GCP_CHECKS } from "../../../cli/doctor/gcp/examine-gcp";
import { plannedStack } from "../../../cli/doctor/planned-stack";
import { painter } from "../../../cli/printout";
import { CLIENT, type LoopbackServer } from "../../aws/adapters/loopback-server";
import { announcing, definition, json, NOW, startAccount } from "./aws/account-server";
import { projectClients, startProject } from "./gcp/project-server";

const PAGE = readFileSync(join(__dirname, "../../../docs/doctor.md"), "utf8");

const AWS = { region: "eu-central-1" };
const MADE = { data: { bucket: "acme-made", prefixes: ["in/"] }, pipeline: { name: "made-training" } };
const GCP = { project: "acme-ml", region: "europe-west4" };
const CLICKS = {
  data: { bucket: "acme-clicks", prefixes: ["events/"] },
  pipeline: {
    template: "gs://acme-pipelines/made.yaml",
    outputDirectory: "gs://acme-training/made",
    parameters: { rows: "{objects}" },
  },
};

describe("doctor", () => {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-doctor-"));
  const servers: LoopbackServer[] = [];

  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function examined(content: object, arranged: Parameters<typeof startAccount>[0], options: Partial<DoctorOptions> = {}) {
    const config = join(folder, "retrigger.yaml");
    writeFileSync(config, stringify({ environment: "dev", ...content }));
    const [account, project] = [await startAccount(arranged), await startProject(UNDEPLOYED_PROJECT)];
    servers.push(account, project);
    const noDatabase = () => {
      throw new Error("nothing is deployed");
    };
    const examiners: Record<"aws" | "gcp", Examiner> = {
      aws: (read, pace, configDir) =>
        examineAws(
          read,
          pace,
          async () => plannedStack(read, configDir, "aws"),
          awsClients({ ...CLIENT, endpoint: account.endpoint }),
          () => NOW,
        ),
      gcp: (read, pace, configDir) =>
        examineGcp(
          read,
          pace,
          async () => plannedStack(read, configDir, "gcp"),
          projectClients(project.endpoint, noDatabase),
          () => NOW,
        ),
    };
    return doctor({ config, ...options }, painter(false), () => NOW, examiners);
  }

  it("should say what is wrong first, then what is not known, and last in short what is in order", async () => {
    const { text, isRefused } = await examined(
      { aws: AWS, models: { made: MADE } },
      {
        ...NOT_DEPLOYED,
        GetBucketNotification: announcing(""),
        ListRules: json({ Rules: "no list" }),
        "DescribePipeline:made-training": { status: 403, body: JSON.stringify({ __type: "AccessDeniedException", message: "no" }) },
      },
    );

    const titles = text.split("\n").filter((line) => /^(?:Problems|Not |Works|In order)/.test(line));
    expect(titles).toEqual(["Problems (1)", "Not looked at (2)", "Not deployed yet (3)", "In order (2)"]);
    expect(text).toContain(
      `  ✗ bucket acme-made: does not announce its new objects to EventBridge, so Retrigger sees none of them
    → aws s3api put-bucket-notification-configuration --bucket acme-made --notification-configuration '{"EventBridgeConfiguration":{}}'`,
    );
    expect(text).toContain("→ allow sagemaker:DescribePipeline to your identity; docs/doctor.md has the whole policy");
    expect(text.split("\n").at(-1)).toBe("1 problem, 2 could not be looked at (state unknown).");
    expect(isRefused).toBe(true);
  });

  it("should end well before the first deployment, and say that it is not there", async () => {
    const { text, isRefused } = await examined({ aws: AWS, models: { made: MADE } }, IN_ORDER);

    expect(isRefused).toBe(false);
    expect(text.split("\n").at(-1)).toBe("Nothing stands in the way of the first deployment.");
    expect(text).not.toContain("Nothing is wrong");
  });

  it("should end with 1 where nothing is wrong but something was not looked at", async () => {
    const refused = {
      ...IN_ORDER,
      ListRules: { status: 403, body: JSON.stringify({ __type: "AccessDeniedException", message: "no" }) },
    };
    const { text, isRefused } = await examined({ aws: AWS, models: { made: MADE } }, refused);

    expect(isRefused).toBe(true);
    expect(text.split("\n").at(-1)).toBe("1 could not be looked at (state unknown).");
  });

  it("should count each check that was not made", async () => {
    const { text } = await examined({ aws: AWS, models: { made: MADE } }, { GetCallerIdentity: "hang up" });

    expect(text).toContain("Not looked at (18)");
    expect(text.split("\n").at(-1)).toBe("18 could not be looked at (state unknown).");
  });

  it("should look at each cloud of the configuration, or at the one that is named", async () => {
    const both = { aws: AWS, gcp: GCP, models: { made: MADE, clicks: CLICKS } };
    const all = await examined(both, IN_ORDER);
    const one = await examined(both, IN_ORDER, { cloud: "gcp" });

    const levels = { level: "in-order", check: "credentials" };
    expect(all.data).toEqual([
      {
        cloud: "aws",
        of: "dev on AWS, eu-central-1",
        environment: "dev",
        findings: expect.arrayContaining([expect.objectContaining(levels)]),
      },
      {
        cloud: "gcp",
        of: "dev on Google Cloud, acme-ml",
        environment: "dev",
        findings: expect.arrayContaining([expect.objectContaining(levels)]),
      },
    ]);
    expect(one.data).toEqual([expect.objectContaining({ cloud: "gcp" })]);
    expect(all.text).toMatch(/dev on AWS[\s\S]+dev on Google Cloud/);
  });

  it("should say which section a cloud has none of", async () => {
    const asked = examined({ aws: AWS, models: { made: MADE } }, IN_ORDER, { cloud: "gcp" });

    await expect(asked).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining("--cloud gcp: ") });
  });

  it("should ask nothing for a configuration with mistakes, and name them all", async () => {
    const asked = examined({ aws: AWS, models: { made: { ...MADE, batch: { size: 0 }, policy: { cooldwn: "1h" } } } }, IN_ORDER);

    await expect(asked).rejects.toMatchObject({
      name: "CommandError",
      message: expect.stringMatching(/2 mistakes[\s\S]+batch\.size[\s\S]+cooldwn/),
    });
    expect(servers.flatMap(({ received }) => received)).toEqual([]);
  });

  it("should ask nothing for another environment than that of the file", async () => {
    const asked = examined({ aws: AWS, models: { made: MADE } }, IN_ORDER, { environment: "prod" });

    await expect(asked).rejects.toThrow(/asks for "prod"/);
  });
});

describe("docs/doctor.md", () => {
  it.each([
    ["AWS", AWS_CHECKS],
    ["Google Cloud", GCP_CHECKS],
  ] as const)("should have a row for each check on %s, in the words of the check", (cloud, checks) => {
    const section = PAGE.split(`## What is looked at on ${cloud}\n`)[1]?.split("\n## ")[0] ?? "";
    const rows = [...section.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, name, asks]) => [name, asks]);

    expect(rows).toEqual(Object.entries<{ readonly asks: string }>(checks).map(([name, { asks }]) => [name, asks]));
  });

  it("should allow on AWS what the checks take, and no more", () => {
    const policy = JSON.parse(/```json\n([\s\S]+?)```/.exec(PAGE)?.[1] ?? "{}");
    const allowed = policy.Statement.flatMap(({ Action }: { readonly Action: string | readonly string[] }) => Action);

    expect(new Set(allowed)).toEqual(permissionsOf(Object.values(AWS_CHECKS)));
  });

  it("should allow on Google Cloud what the checks take, and no more", () => {
    const command = /--permissions \\\n([\s\S]+?)```/.exec(PAGE)?.[1] ?? "";

    expect(new Set(command.replace(/[\\\n]/g, "").split(","))).toEqual(permissionsOf(Object.values(GCP_CHECKS)));
  });
});

// Helpers

/** What an account in order answers before the first deployment. */
const NOT_DEPLOYED = {
  DescribeTable: { status: 400, body: JSON.stringify({ __type: "ResourceNotFoundException" }) },
} as const;

const IN_ORDER = { ...NOT_DEPLOYED, DescribePipeline: definition([{ Name: "ManifestUri" }]) };

const UNDEPLOYED_PROJECT = {
  "firestore.googleapis.com": { status: 404, body: "{}" },
} as const;

function permissionsOf(checks: readonly { readonly permissions: readonly string[] }[]): Set<string> {
  return new Set(checks.flatMap(({ permissions }) => permissions));
}
