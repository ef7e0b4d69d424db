import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { painter } from "../../../cli/printout";
import { readCurve } from "../../../cli/simulate/read-curve";
import { type SimulateOptions, simulate } from "../../../cli/simulate/simulate";
import { trainCommand } from "../../../cli/simulate/train-command";
import type { SurveyedHistory } from "../../../functions/core/replay/simulation/history-survey";
import type { SimulationResult } from "../../../functions/core/replay/simulation-result";

const EXAMPLES = join(__dirname, "../../../docs/examples/history");
const paint = painter(false);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulate-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("simulate", () => {
  it("should write a page and tell the same in words", async () => {
    const output = join(folder, "report.html");

    const { text, data } = await simulate(optionsOf({ history: [join(EXAMPLES, "needs-training/history.jsonl")], output }), paint);

    expect(text).toContain(`Written to ${output}`);
    expect(text).toContain("(oracle)");
    expect(text).toContain("What is not known");
    expect(readFileSync(output, "utf8")).toMatch(/^<!doctype html>/i);
    expect((data as SimulationResult).models.map(({ history }) => history.model)).toEqual(["flight-delay"]);
  });

  it("should tell of two models apart, and of one alone when it is named", async () => {
    const line = (model: string) => JSON.stringify({ type: "landed", model, at: "2026-11-01T00:00:00Z" });
    const history = [written("history.jsonl", `${line("a")}\n${line("b")}\n`)];

    const both = await simulate(optionsOf({ history, json: true }), paint);
    const one = await simulate(optionsOf({ history, json: true, model: "b" }), paint);

    expect((both.data as SimulationResult).models.map(({ history }) => history.model)).toEqual(["a", "b"]);
    expect((one.data as SimulationResult).models.map(({ history }) => history.model)).toEqual(["b"]);
    expect(both.text).not.toContain("Written to");
  });

  it("should replay the policy of a file, with a period of its own", async () => {
    const policy = [written("strict.yaml", "policy: { cooldown: 2d }\nschedule: { rate: 14d }\n")];
    const history = [join(EXAMPLES, "steady/history.jsonl")];

    const { data } = await simulate(optionsOf({ history, policies: [], policy, json: true }), paint);

    const [strict] = (data as SimulationResult).models[0]?.policies ?? [];
    expect(strict).toMatchObject({ policy: "strict", isReference: false });
    expect(strict?.refusals.cooldown).toBeGreaterThan(0);
  });

  it.each([
    ["an empty history", {}, "", "its format is not known"],
    ["a model without a line", { model: "b" }, '{"type":"landed","model":"a","at":0}\n', "no line of the model b in "],
    ["a line that is none", {}, '{"type":"landed"}\n', "model"],
    ["two sources of errors", { curve: "a", train: "b" }, "x", "--curve and --train are both given"],
    ["no policy", { policies: [] }, "x", "no policy is given"],
  ] as const)("should refuse %s", async (_name, given, text, message) => {
    const history = [written("history.jsonl", text)];

    await expect(simulate(optionsOf({ history, json: true, ...given }), paint)).rejects.toThrow(message);
  });

  it("should tell all mistakes of a policy at once, each with its line", async () => {
    const policy = [written("wrong.yaml", "policy: { cooldwn: 2d }\nbatch: { size: 0 }\n")];

    const refused = simulate(optionsOf({ history: ["none"], policy }), paint);

    await expect(refused).rejects.toThrow(/wrong\.yaml: 2 mistakes.*:1:.*did you mean cooldown.*:2:.*batch\.size/s);
  });

  it("should take errors from a command, and keep what it said", async () => {
    const train = join(folder, "train.cjs");
    writeFileSync(
      train,
      `const {steps, trainedUntil} = JSON.parse(require("fs").readFileSync(0, "utf8"));
       console.log(JSON.stringify({errors: steps.map(({to}) => to > trainedUntil ? 0.1 : null)}));`,
    );
    const lines = [1, 2, 3].map((day) => JSON.stringify({ type: "landed", model: "a", at: `2026-11-0${day}T05:00:00Z` }));
    const history = [written("history.jsonl", `${lines.join("\n")}\n`)];
    const command = `"${process.execPath}" "${train}"`;

    const { data } = await simulate(optionsOf({ history, json: true, train: command }), paint);

    const [model] = (data as SimulationResult).models;
    expect(model?.errorSource).toBe("train");
    expect(model?.policies.find(({ policy }) => policy === "never")?.servedError?.mean).toBeCloseTo(0.1, 10);
    const failing = simulate(optionsOf({ history, json: true, train: "exit 3" }), paint);
    await expect(failing).rejects.toThrow("the command ended with 3; expected 0");
  });
});

describe("trainCommand", () => {
  const surveyed = { history: { model: "a" }, originMs: 0, stepMs: 1_000, steps: 2 } as SurveyedHistory;

  it.each([
    ["", "got ; expected"],
    ["{", "got {; expected"],
    ['{"errors": [2, 0]}', "each from 0 to 1 or null"],
    ['{"errors": [0.1]}', "got 1 errors for 2 steps"],
    ['{"errors": [0.1, 0.2], "more": 1}', "each from 0 to 1 or null"],
  ])("should refuse a command that prints %j", (printed, message) => {
    const file = written("printed.json", printed);
    const errorOf = trainCommand(`cat "${file}"`, surveyed);

    expect(() => errorOf(0, 0)).toThrow(message);
  });
});

describe("readCurve", () => {
  it("should fill the ages that are left out with the one before", () => {
    expect(readCurve(written("curve.csv", "age,error\n0,0.1\n3,0.2\n"))).toEqual([0.1, 0.1, 0.1, 0.2]);
  });

  it.each([
    ["age,error\n", "no error at age 0 or 1"],
    ["0,0.1\n-1,0.2\n2,7\n3\n", ":2: got -1,0.2"],
  ])("should refuse %j", (text, message) => {
    expect(() => readCurve(written("curve.csv", text))).toThrow(message);
  });
});

// Helpers

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function optionsOf(given: Partial<SimulateOptions>): SimulateOptions {
  const usual = { policies: ["periodic", "data", "adaptive"], policy: [], period: "7d", step: "1d", run: "1h" } as const;
  return { history: [], ...usual, prices: [0.1, 1], approvals: "granted", ...given };
}
