import { join } from "node:path";
import { validate } from "../../../cli/commands/validate";
import { painter } from "../../../cli/printout";
import { temporaryFolder } from "../../modules/temporary-project";

const PAINT = painter(false);
const HEAD = "environment: dev\naws: { region: eu-west-1, operations: { email: [ml@example.com] } }\n";
const MODEL = "models:\n  one:\n    data: { bucket: acme, prefixes: [in/] }\n    pipeline: { name: a }\n";

describe("validate", () => {
  it("should say what a valid file describes", () => {
    const file = join(__dirname, "../../../retrigger.yaml");

    const { text, isRefused } = validate([file], {}, PAINT);

    expect(isRefused).toBe(false);
    expect(text.split("\n").slice(0, 2)).toEqual([
      `${file}: valid, no warnings`,
      "  environment dev, AWS eu-central-1: 2 models (flight-delay, demand-forecast), Google Cloud europe-west4: 1 model (click-through), 1 schedule, no rules, state local",
    ]);
  });

  it("should fail for a mistake in any of the files, and look at all of them", () => {
    const right = fileWith(HEAD + MODEL);
    const wrong = fileWith(`${HEAD}${MODEL}    batch: { size: 0 }\n    policy: { cooldown: 6hours }\n`);

    const { data, text, isRefused } = validate([wrong, right], {}, PAINT);

    expect(isRefused).toBe(true);
    expect(data).toMatchObject([
      { file: wrong, mistakes: [expect.any(Object), expect.any(Object)] },
      { file: right, mistakes: [] },
    ]);
    expect(text).toContain(`${wrong}: 2 mistakes\n  warnings are looked for once there is no mistake\n  mistake ${wrong}:7:14`);
    expect(text).toContain(`${right}: valid, no warnings`);
  });

  it("should refuse a bucket that two environments create, of whose applies the second fails", () => {
    const created = "environments:\n  dev: {}\n  prod: { aws: { buckets: { acme: { create: CREATES } } } }\n";
    const shared = `${HEAD.replace("environment: dev\n", "").replace("eu-west-1", "eu-west-1, buckets: { acme: { create: true } }")}${MODEL}`;
    const file = fileWith(shared + created.replace("CREATES", "true"));
    const apart = fileWith(shared + created.replace("CREATES", "false"));

    const { text, isRefused } = validate([file], {}, PAINT);

    expect(isRefused).toBe(true);
    expect(text).toContain("buckets.acme.create: got true, and dev creates acme too: the second apply fails");
    expect(text).toContain("(environment prod)");
    expect(validate([apart], {}, PAINT).isRefused).toBe(false);
  });

  it("should fail for a warning only when it is strict", () => {
    const file = fileWith(HEAD.replace("eu-west-1", "eu-west-9") + MODEL);

    expect(validate([file], {}, PAINT)).toMatchObject({
      isRefused: false,
      data: [{ mistakes: [], warnings: [expect.any(Object)] }],
    });
    expect(validate([file], { strict: true }, PAINT).isRefused).toBe(true);
  });

  it("should refuse the file of another environment, and a file that is not there", () => {
    const file = fileWith(HEAD + MODEL);

    expect(validate([file], { environment: "prod" }, PAINT).text).toContain('environment: got "dev", but --environment');
    expect(validate([`${file}.no`], {}, PAINT).text).toContain("cannot be read (ENOENT)");
  });

  it("should look at every environment of a file, and say once what is the same in several", () => {
    const file = fileWith(
      [
        "aws: { region: eu-west-1, operations: { email: [ml@example.com] } }",
        `${MODEL}    policy: { cooldown: 6hours }`,
        "environments:",
        "  dev: {}",
        "  prod: { models: { one: { data: { bucket: A } } } }",
        "  test: { models: { one: { policy: { cooldown: 6h } } } }\n",
      ].join("\n"),
    );

    const { data, text } = validate([file], {}, PAINT);

    expect(data).toMatchObject([
      {
        file,
        mistakes: [
          { file, line: 6, column: 15, path: "models.one.policy.cooldown", environments: ["dev", "prod"] },
          { file, line: 9, path: "environments.prod.models.one.data.bucket", environments: ["prod"] },
        ],
        environments: ["dev", "prod", "test"],
      },
    ]);
    expect(text.split("\n")).toEqual([
      `${file}: 2 mistakes`,
      "  environment test, AWS eu-west-1: 1 model (one), no schedules, no rules, state local",
      "  warnings in dev, prod are looked for once there is no mistake",
      expect.stringMatching(/^ {2}mistake .*:6:15 models\.one\.policy\.cooldown: got "6hours".* \(environments dev, prod\)$/),
      expect.stringMatching(/^ {2}mistake .*:9:\d+ environments\.prod\..* \(environment prod\)$/),
    ]);
    expect(validate([file], { environment: "test" }, PAINT).isRefused).toBe(false);
  });

  it("should name no environment for what is in all, and tell of one state for two of them once", () => {
    const environments = "environments: { dev: {}, prod: {} }\n";
    const cloud = "backend: { type: cloud, organization: acme, workspace: ml, sharedWorkspace: true }\n";
    const text = HEAD.replace("environment: dev\n", "") + MODEL;
    const warned = validate([fileWith(text.replace("eu-west-1", "eu-west-9") + environments)], {}, PAINT).text;
    const shared = validate([fileWith(text + cloud + environments)], {}, PAINT).text;

    expect(warned.split("\n").filter((line) => line.includes("eu-west-9") && line.includes("warning"))).toEqual([
      expect.not.stringContaining("(environment"),
    ]);
    expect(shared.split("\n").filter((line) => line.includes("gives dev and prod the same state"))).toHaveLength(1);
  });

  it("should warn of data that two environments share, of one file or of two", () => {
    const inOne = fileWith(`${HEAD.replace("environment: dev\n", "")}${MODEL}environments: { dev: {}, prod: {} }\n`);
    const dev = fileWith(HEAD + MODEL);
    const prod = fileWith(HEAD.replace("dev", "prod") + MODEL);
    const otherDev = fileWith(HEAD + MODEL);
    const warningsOf = (...files: string[]) =>
      validate(files, {}, PAINT)
        .text.split("\n")
        .filter((line) => line.includes("warning "));

    expect(warningsOf(inOne)).toEqual([expect.stringMatching(/where model one of dev watches "in\/".* \(environment prod\)$/)]);
    expect(warningsOf(dev, prod)).toEqual([expect.stringContaining(`warning ${prod}:5:38 models.one.data.prefixes[0]: got "in/"`)]);
    expect(warningsOf(dev, otherDev)).toEqual([expect.stringContaining(`where model one of dev (${dev}) watches`)]);
    expect(warningsOf(dev, dev)).toEqual([]);
  });

  it("should note what to know of workspaces until the file says it, and not fail for it", () => {
    const backend = "backend: { type: cloud, organization: acme, workspace: ml }\n";
    const { text, isRefused } = validate([fileWith(HEAD + backend + MODEL)], { strict: true }, PAINT);
    const said = validate([fileWith(HEAD + backend.replace("ml }", "ml, sharedWorkspace: false }") + MODEL)], {}, PAINT).text;

    expect(isRefused).toBe(false);
    expect(text).toMatch(/^ {2}note .*:3:1 backend: each environment has workspaces of its own, ml-<environment>-<stack>;/m);
    expect(said).not.toContain("note ");

    const both = `${HEAD.replace("environment: dev\n", "")}${backend}${MODEL}environments: { dev: {}, prod: {} }\n`;
    expect(validate([fileWith(both)], {}, PAINT).text.match(/note .*/g)).toEqual([expect.not.stringContaining("(environment")]);
  });

  it("should note which endpoints the VPC of functions needs, by what they call, and not fail for it", () => {
    const network = "network: { subnets: [subnet-0123456789abcdef0], securityGroups: [sg-0123456789abcdef0] }";
    const slack = "notifications: { slack: { secret: arn:aws:ssm:eu-west-1:111122223333:parameter/slack } }";
    const noteOf = (aws: string) =>
      validate(
        [fileWith(`environment: dev\naws: { region: eu-west-1, operations: { email: [a@example.com] }, ${aws} }\n${MODEL}`)],
        {
          strict: true,
        },
        PAINT,
      );

    expect(noteOf(network)).toMatchObject({
      isRefused: false,
      text: expect.stringContaining(
        "endpoints for dynamodb, s3 (gateway) and sqs, sns, sagemaker.api (interface), or a NAT gateway: docs/network.md",
      ),
    });
    expect(noteOf(`${network}, ${slack}`).text).toContain(
      "sagemaker.api, ssm (interface), or a NAT gateway, and for the webhooks of chats, which no endpoint leads to, a NAT gateway",
    );
    expect(noteOf(slack).text).not.toContain("note ");
  });

  it("should say once what keeps a file from being read, or that it has no environment", () => {
    const of = (text: string) => validate([fileWith(text)], {}, PAINT).data;

    expect(of("a: [")).toMatchObject([{ mistakes: [{ line: 1, environments: [] }], environments: [] }]);
    expect(of(HEAD.replace("environment: dev\n", "") + MODEL)).toMatchObject([{ mistakes: [{ path: "environment" }] }]);
    expect(of(`${HEAD.replace("environment: dev\n", "")}${MODEL}environments: {}\n`)).toMatchObject([
      { mistakes: [{ path: "environments" }] },
    ]);
  });

  it("should print hostile values in one line that no terminal obeys", () => {
    const file = fileWith(`${HEAD}${MODEL.replace("in/", '"/\\e[2Jin\\u202e/*"')}    "\\e[31m\\nx": 1\n`);
    const warned = fileWith(HEAD + MODEL.replace("in/", '"/\\e[2Jin\\u202e/*"'));

    const { text, data } = validate([file, warned], {}, PAINT);

    expect(data).toMatchObject([{ mistakes: [expect.any(Object)] }, { warnings: [expect.any(Object)] }]);
    expect(text.replaceAll("\n", "")).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
    expect(text.split("\n").filter((line) => !/^(?:\/| {2})|^$/.test(line))).toEqual([]);
  });
});

// Helpers

function fileWith(text: string): string {
  return join(temporaryFolder({ "retrigger.yaml": text }), "retrigger.yaml");
}
