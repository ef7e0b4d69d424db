import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rulesTest } from "../../../cli/commands/rules-test";
import { painter } from "../../../cli/printout";
import { RULE_PREFIX } from "../../../modules/aws/deployment";
import { jobFailed } from "../../eventbridge/events";

const CONFIG = `
environment: dev
aws: { region: eu-central-1 }
models:
  fraud:
    data: { bucket: my-bucket, prefixes: [in/] }
    pipeline: { name: fraud-training }
rules:
  job-failed:
    type: custom
    on: { pattern: { source: [aws.sagemaker], detail: { TrainingJobStatus: [Failed] } } }
    targets:
      - { type: pipeline, pipeline: clean-up, parameters: { Job: $.detail.TrainingJobName, Mode: full } }
      - { type: pause, model: fraud }
      - { type: lambda, arn: "arn:aws:lambda:eu-central-1:111122223333:function:f", input: { template: '{"rule": <aws.events.rule-arn>}' } }
  silent:
    type: custom
    on: { pattern: { source: [nobody] } }
    targets: [{ type: notify }]
`;

describe("rulesTest", () => {
  it("should show every rule of the example at work on the example's events, without a problem", () => {
    const examples = join(__dirname, "../../../docs/examples");

    const { data, isRefused } = rulesTest(join(examples, "every-target.yaml"), [join(examples, "events")], painter(false));

    expect(isRefused).toBe(false);
    expect(data).toMatchObject({ unmatched: [] });
    const { receipts } = data as { receipts: { file: string; problems: string[] }[] };
    expect(receipts.flatMap(({ problems }) => problems)).toEqual([]);
    expect(receipts.some(({ file }) => file.endsWith("of-no-rule.json"))).toBe(false);
  });

  it("should tell what each target of each rule that matches would receive, and which rules match nothing", () => {
    const { folder, config } = createFolder({ "a.json": jobFailed(), "b.json": jobFailed({ source: "acme.jobs" }) });

    const { data, text, isRefused } = rulesTest(config, [folder], painter(false));

    expect(isRefused).toBe(false);
    const file = join(folder, "a.json");
    const parameters = [
      { Name: "Job", Value: "fraud-7" },
      { Name: "Mode", Value: "full" },
    ];
    expect(data).toEqual({
      receipts: [
        {
          file,
          rule: "job-failed",
          target: "1 pipeline",
          payload: { PipelineName: "clean-up", PipelineParameterList: parameters },
          problems: [],
        },
        { file, rule: "job-failed", target: "2 pause", payload: expect.objectContaining({ model: "fraud" }), problems: [] },
        {
          file,
          rule: "job-failed",
          target: "3 lambda",
          payload: { rule: `arn:aws:events:eu-central-1:111122223333:rule/retrigger-dev-${RULE_PREFIX}job-failed` },
          problems: [],
        },
      ],
      unmatched: ["silent"],
      broken: [],
    });
    expect(text).toContain('"PipelineParameterList":[{"Name":"Job","Value":"fraud-7"}');
    expect(text).toContain("rules that match none of these events: silent");
  });

  it("should be done when nothing matches", () => {
    const { folder, config } = createFolder({ "b.json": jobFailed({ source: "acme.jobs" }) });

    expect(rulesTest(config, [join(folder, "b.json")], painter(false))).toEqual({
      data: { receipts: [], unmatched: ["job-failed", "silent"], broken: [] },
      text: "no rule matches any of these events\n\nrules that match none of these events: job-failed, silent",
      isRefused: false,
    });
  });

  it("should tell of a payload that nobody can promise, and not be done", () => {
    const { folder, config } = createFolder({
      "a.json": jobFailed({ detail: { TrainingJobStatus: "Failed", TrainingJobName: 5 } }),
    });

    const { text, isRefused } = rulesTest(config, [folder], painter(false));

    expect(isRefused).toBe(true);
    expect(text).toContain(
      `${join(folder, "a.json")}, rule job-failed, target 1 pipeline: parameter Job: the event has a value of type number`,
    );
  });

  it.each([
    ["Markdown", "# Retrigger\n", 'is not JSON, in line 1, column 1: got "#"; expected one JSON object'],
    ["JSON that is cut short", '{\n  "id":', "is not JSON, in line 2, column 8: got the end of the text; expected one JSON object"],
    ["a list", [jobFailed()], "holds no event; expected one JSON object"],
    [
      "a detail alone",
      { TrainingJobStatus: "Failed" },
      "lacks id, account, source, time, region, detail-type, resources, which every event has",
    ],
    ["no time", jobFailed({ time: 5 }), "lacks time, which every event has; add it"],
    ["lists without an end", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "is nested too deep to be an event"],
  ])("should tell of a file with %s, go on with the others, and not be done", (_case, content, why) => {
    const { folder, config } = createFolder({ "a.json": content, "b.json": jobFailed() });

    const { data, text, isRefused } = rulesTest(config, [folder], painter(false));

    expect(isRefused).toBe(true);
    expect(text).toContain(`${join(folder, "a.json")}: ${why}`);
    expect(data).toMatchObject({ receipts: [{ target: "1 pipeline" }, {}, {}], broken: [{ file: join(folder, "a.json") }] });
  });

  it("should tell of files that are not there, and of folders without events", () => {
    const { folder, config } = createFolder({});

    const { text, isRefused } = rulesTest(config, [folder, join(folder, "gone.json")], painter(false));

    expect(isRefused).toBe(true);
    expect(text).toContain("no event to test the rules on");
    expect(text).toContain(`${folder}: the folder has no file that ends in .json`);
    expect(text).toContain("gone.json: cannot be read (ENOENT); name a file with an event");
  });

  it("should name every mistake of the configuration", () => {
    const { folder, config } = createFolder({ "a.json": jobFailed() });
    writeFileSync(config, CONFIG.replace("type: pause", "type: paws"));

    expect(() => rulesTest(config, [folder], painter(false))).toThrow(/retrigger\.yaml: 1 mistake\n.*paws/);
  });
});

// Helpers

/** A folder of events, and a configuration beside it. */
function createFolder(files: Readonly<Record<string, unknown>>) {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-events-"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  const config = join(mkdtempSync(join(tmpdir(), "retrigger-config-")), "retrigger.yaml");
  writeFileSync(config, CONFIG);
  return { folder, config };
}
