import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { buildSync } from "esbuild";
import { CommandError } from "../../../cli/command-error";
import { openHistory } from "../../../cli/history/read-history";
import { painter } from "../../../cli/printout";
import { defaultSettings } from "../../../cli/simulate/policy-settings";
import { readCurve } from "../../../cli/simulate/read-curve";
import { runSimulation } from "../../../cli/simulate/run-simulation";
import { type SimulateOptions, simulate } from "../../../cli/simulate/simulate";
import { trainCommand } from "../../../cli/simulate/train-command";
import { REFERENCE_NAMES } from "../../../functions/core/replay/references/reference-schedules";
import type { SurveyedHistory } from "../../../functions/core/replay/simulation/history-survey";
import { namedPolicy } from "../../../functions/core/replay/simulation/named-policies";
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
    ["an empty history", {}, "", "it is empty: export it again"],
    ["a model without a line", { model: "b" }, '{"type":"landed","model":"a","at":0}\n', "no line of the model b in "],
    ["a line that is none", {}, '{"type":"landed"}\n', "model"],
    ["two sources of errors", { curve: "a", train: "b" }, "x", "--curve and --train are both given"],
    ["no policy", { policies: [] }, "x", "no policy is given"],
  ] as const)("should refuse %s", async (_name, given, text, message) => {
    const history = [written("history.jsonl", text)];

    await expect(simulate(optionsOf({ history, json: true, ...given }), paint)).rejects.toThrow(message);
  });

  it("should refuse to write the page over anything that it is made of, before it reads it", async () => {
    const history = [written("history.jsonl", `${landing(1)}\n`)];
    const policy = [written("strict.yaml", "policy: { cooldown: 2d }\n")];
    const curve = written("curve.csv", "0,0.1\n");

    for (const output of [...history, ...policy, curve]) {
      const before = readFileSync(output, "utf8");
      await expect(simulate(optionsOf({ history, policy, curve, output }), paint)).rejects.toThrow("it is read, too");
      expect(readFileSync(output, "utf8")).toBe(before);
    }
    await expect(simulate(optionsOf({ history, output: "-" }), paint)).rejects.toThrow("--output -: the page needs a file");
  });

  it("should refuse the standard input, which is there once", async () => {
    await expect(simulate(optionsOf({ history: ["-"], json: true }), paint)).rejects.toThrow("is read twice here");
  });

  it.each(REFERENCE_NAMES)("should refuse a policy named %s, whose costs would be those of the reference", async (name) => {
    const history = [written("history.jsonl", `${landing(1)}\n`)];
    const policy = [written(`${name}.yaml`, "policy: { cooldown: 2d }\n")];

    await expect(simulate(optionsOf({ history, policy, json: true }), paint)).rejects.toThrow(`a policy is named ${name}`);
  });

  it("should tell all mistakes of a policy at once, each with its line", async () => {
    const policy = [written("wrong.yaml", "policy: { cooldwn: 2d }\nbatch: { size: 0 }\n")];

    const refused = simulate(optionsOf({ history: ["none"], policy }), paint);

    await expect(refused).rejects.toThrow(/wrong\.yaml: 2 mistakes.*:1:.*did you mean cooldown.*:2:.*batch\.size/s);
  });

  it("should show costs of all policies by the errors of the recorded models on later labels", async () => {
    const history = ["airflow-runs.json", "landings.jsonl", "error.csv"].map((file) => join(EXAMPLES, file));
    const policies = ["periodic", "adaptive"] as const;

    const { data } = await simulate(optionsOf({ history, policies, prices: [0.5], json: true }), paint);

    const [model] = (data as SimulationResult).models;
    const at = Object.fromEntries(model?.policies.map(({ policy, costs }) => [policy, costs?.[0]]) ?? []);
    expect(model?.errorSource).toBe("matrix");
    expect(Object.values(at)).not.toContain(undefined);
    expect(at.periodic?.trainings).toBe(25);
    expect(at.adaptive?.trainings).toBeLessThanOrEqual(6);
    const [least, adaptive, periodic] = [at.oracle, at.adaptive, at.periodic].map((cost) => cost?.cost ?? Number.NaN);
    expect(adaptive).toBeLessThan(1.1 * (least ?? 0));
    expect(periodic).toBeGreaterThan(1.3 * (least ?? 0));
  });

  it("should say of recorded runs alone what cannot be known", async () => {
    const { text, data } = await simulate(optionsOf({ history: [join(EXAMPLES, "airflow-runs.json")], json: true }), paint);

    expect((data as SimulationResult).models[0]?.errorSource).toBeUndefined();
    expect(text).toContain("what each policy would have cost in errors is not");
    expect(text).toContain("Whether data landed is not known");
    expect(text).toContain("The row of adaptive cannot be believed");
  });

  it("should refuse steps of another length than those of a policy's price", async () => {
    const policy = [written("hourly.yaml", "policy: { adaptive: { price: 1, step: 1h } }\n")];
    const history = [join(EXAMPLES, "steady/history.jsonl")];

    const refused = simulate(optionsOf({ history, policies: [], policy, json: true }), paint);

    await expect(refused).rejects.toThrow(/the policy hourly of flight-delay has adaptive\.step 1 h.*over 1 d.*--step/);
    const same = simulate(optionsOf({ history, policies: [], policy, step: "1h", json: true }), paint);
    await expect(same).resolves.toBeDefined();
  });

  it("should ask a module in the process, load it once, and tell why it does not answer", async () => {
    const history = [written("history.jsonl", `${[1, 2].map((day) => landing(day)).join("\n")}\n`)];
    const counted = join(folder, "asked.txt");
    const good = written(
      "good.mjs",
      `import { appendFileSync } from "node:fs";
       appendFileSync(${JSON.stringify(counted)}, "loaded ");
       export async function train({ steps, trainedUntil }) {
         appendFileSync(${JSON.stringify(counted)}, trainedUntil + " ");
         return { errors: steps.map(({ to }) => (to > trainedUntil ? 0.1 : null)) };
       }`,
    );

    const { data } = await simulate(optionsOf({ history, json: true, train: good }), paint);

    expect((data as SimulationResult).models[0]?.policies.find(({ policy }) => policy === "never")?.servedError?.mean).toBe(0.1);
    const asked = readFileSync(counted, "utf8").trim().split(" ");
    expect(asked[0]).toBe("loaded");
    expect(new Set(asked).size).toBe(asked.length);
    for (const [text, message] of [
      ["export const other = 1;", "it exports no function named train"],
      ['throw new Error("no data");', "no data"],
      ["export function train() { process.exit(1); }", "it ended its process"],
      ["export function train() { return { errors: [7] }; }", 'got {"errors":[7]}; expected'],
    ]) {
      const refused = simulate(optionsOf({ history, json: true, train: written("bad.mjs", text ?? "") }), paint);
      await expect(refused).rejects.toThrow(message);
    }
  });

  it("should take errors from a command, and keep what it said", async () => {
    const train = join(folder, "train.cjs");
    writeFileSync(
      train,
      `const {steps, trainedUntil} = JSON.parse(require("fs").readFileSync(0, "utf8"));
       console.log(JSON.stringify({errors: steps.map(({to}) => to > trainedUntil ? 0.1 : null)}));`,
    );
    const lines = [1, 2, 3].map(landing);
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

describe("runSimulation", () => {
  it("should find the same on threads as on its own", async () => {
    const root = join(__dirname, "../../..");
    buildSync({
      entryPoints: [join(root, "cli/simulate/simulation-worker.ts")],
      bundle: true,
      platform: "node",
      packages: "external",
      nodePaths: [join(root, "node_modules")],
      outfile: join(folder, "worker.cjs"),
    });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const models = ["a", "b", "c"].map((model) => {
      const lines = readFileSync(join(EXAMPLES, "needs-training/history.jsonl"), "utf8").split("\n").slice(0, 150);
      return written(`${model}.jsonl`, lines.map((line) => line.replace('"flight-delay"', `"${model}"`)).join("\n"));
    });
    const parts = { settings: defaultSettings(), periodMs: 6e8, period: "7d", stepMs: 86_400_000, price: 0.5 };
    const run = {
      read: () => openHistory(models.map((path) => ({ path }))),
      options: {
        policies: new Map(),
        otherwise: [namedPolicy("periodic", parts)],
        stepMs: parts.stepMs,
        runMs: 3_600_000,
        prices: [0.5],
        approvals: "granted",
      },
    } as const;

    const alone = await runSimulation(run);
    const threads = await runSimulation({ ...run, workers: 2 }, join(folder, "worker.cjs"));

    expect(threads.map(({ result }) => result.history.model)).toEqual(["a", "b", "c"]);
    expect(threads).toEqual(alone);
    await expect(runSimulation({ ...run, workers: 1 }, join(folder, "missing.cjs"))).rejects.toThrow("missing.cjs");
    const hourly = { ...run, options: { ...run.options, otherwise: [namedPolicy("adaptive", { ...parts, stepMs: 3_600_000 })] } };
    const refused = runSimulation({ ...hourly, workers: 2 }, join(folder, "worker.cjs"));
    await expect(refused).rejects.toThrow(CommandError);
  });
});

describe("the example train-flights.mjs", () => {
  const surveyed = {
    history: { model: "flight-delay" },
    originMs: Date.UTC(2001, 1, 1),
    stepMs: 86_400_000,
    steps: 4,
  } as SurveyedHistory;
  const errorOf = trainCommand(join(__dirname, "../../../docs/examples/train-flights.mjs"), surveyed);

  if ("zstdDecompressSync" in zlib) {
    it("should train on the flights before a day, and score the model on each day", () => {
      const errors = [0, 1, 2, 3].map((step) => errorOf(1, step));

      for (const error of errors) expect(error).toBeGreaterThan(0.05);
      for (const error of errors) expect(error).toBeLessThan(0.25);
      expect(errorOf(3, 3)).not.toBe(errorOf(1, 3));
    });
  } else {
    it("should say which Node can read the flights", () => {
      expect(() => errorOf(1, 1)).toThrow(/Node v\S+ cannot read Zstandard.*use Node 22\.15 or later/);
    });
  }
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

  it("should read as many ages as there may be, in about as many operations", () => {
    const most = jest.spyOn(Math, "max");

    expect(readCurve(written("curve.csv", Array.from({ length: 20_001 }, (_, age) => `${age},0.1\n`).join("")))).toHaveLength(
      20_001,
    );

    const compared = most.mock.calls.reduce((sum, values) => sum + values.length, 0);
    most.mockRestore();
    expect(compared).toBeLessThan(100_000);
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

function landing(day: number): string {
  return JSON.stringify({ type: "landed", model: "a", at: `2026-11-0${day}T05:00:00Z` });
}

function optionsOf(given: Partial<SimulateOptions>): SimulateOptions {
  const usual = { policies: ["periodic", "data", "adaptive"], policy: [], period: "7d", step: "1d", run: "1h" } as const;
  return { history: [], ...usual, prices: [0.1, 1], approvals: "granted", ...given };
}
