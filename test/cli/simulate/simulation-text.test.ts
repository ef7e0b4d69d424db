import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { painter } from "../../../cli/printout";
import { headline } from "../../../cli/report/compare-policies";
import { type SimulateOptions, simulate } from "../../../cli/simulate/simulate";
import { simulationText } from "../../../cli/simulate/simulation-text";
import type { PolicyResult } from "../../../functions/core/replay/simulation-result";
import { sampleResult } from "../report/sample-results";

const plain = painter(false);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulation-text-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("simulationText", () => {
  it("should say the headline of the page, and at which price rows stand", () => {
    const model = modelOf((policy) => (policy.policy === "adaptive" ? { ...policy, price: 0.5 } : policy));

    const text = simulationText(model, 0.5, plain);

    const said = headline(model.policies, 0.5, "error-days").replaceAll("\u00a0", " ");
    expect(text.replaceAll("\n", " ")).toContain(said);
    expect(text).toContain("\n  Rows at a price of 0.5 a training: adaptive.\n");
  });

  it("should be no wider than 120 columns, at six prices too, and leave none out", () => {
    const text = simulationText(modelOf(), 0.5, plain);

    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    expect([...text.matchAll(/ at ([\d.]+)(?=\s)/g)].map(([, price]) => price)).toEqual(
      expect.arrayContaining(["0.1", "0.2", "0.5", "1", "2", "5"]),
    );
  });

  it("should have a column of drifts only where there were some", () => {
    const without = modelOf(({ driftWait: _, ...policy }) => policy);

    expect(simulationText(modelOf(), 0.5, plain)).toContain("drift wait");
    expect(simulationText(without, 0.5, plain)).not.toContain("drift wait");
  });

  it("should not count objects that only requests hold as none", () => {
    const model = modelOf();
    const requests = { ...model, history: { ...model.history, lines: { request: 3 }, objects: 0 } };

    expect(simulationText(requests, 0.5, plain)).toContain("3 request lines; objects not known (in requests)");
  });
});

describe("simulate of files with problems", () => {
  it("should tell on the page and in words what was left out, and what files lack", async () => {
    const output = join(folder, "page.html");
    const broken = "2026-11-01T00:00:00Z,12%\n".repeat(81);
    const file = written("half.csv", `at,error\n2026-11-01T00:00:00Z,0.1\n2026-11-03T00:00:00Z,0.1\n${broken}`);

    const { text } = await simulate(optionsOf({ history: [file], model: "churn", output }), plain);

    const page = readFileSync(output, "utf8").replaceAll(/\s+/g, " ");
    const words = text.replaceAll(/\s+/g, " ");
    for (const told of [page, words]) {
      expect(told).toContain("Left out");
      expect(told).toContain("81 problems in ");
      expect(told).toContain("2 lines read; the first 20:");
      expect(told).toContain("What the files do not tell");
      expect(told).toContain("add a column rows");
      expect(told.match(/a percentage/g)).toHaveLength(20);
    }
  });

  it("should read local times where their offset is given, and else say why there is no line", async () => {
    const history = [written("local.csv", "at,error,rows\n2026-11-01T00:00:00,0.1,5\n2026-11-03T00:00:00,0.1,5\n")];

    const { data } = await simulate(optionsOf({ history, model: "churn", timezone: "+02:00", json: true }), plain);

    expect(data).toMatchObject({ models: [{ history: { from: Date.parse("2026-10-31T22:00:00Z") } }] });
    await expect(simulate(optionsOf({ history, model: "churn", json: true }), plain)).rejects.toThrow(/no line.*\n.*--timezone/);
    const wrong = simulate(optionsOf({ history, timezone: "CET", json: true }), plain);
    await expect(wrong).rejects.toThrow("--timezone CET: expected an offset");
  });

  it("should say that a page could not be opened, and be done all the same", async () => {
    const history = [written("error.csv", "at,error,rows\n2026-11-01T00:00:00Z,0.1,5\n2026-11-03T00:00:00Z,0.1,5\n")];
    const output = join(folder, "page.html");
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      const { text } = await simulate(optionsOf({ history, model: "churn", output, open: true }), plain);

      expect(text).toMatch(new RegExp(`Written to ${output}\n\ncould not be opened: ${output}$`));
    } finally {
      process.env.PATH = path;
    }
  });

  it("should refuse a module that is not there", async () => {
    const history = [written("error.csv", "at,error,rows\n2026-11-01T00:00:00Z,0.1,5\n")];

    const refused = simulate(optionsOf({ history, model: "churn", train: "nofile.mjs", json: true }), plain);

    await expect(refused).rejects.toThrow("--train nofile.mjs: no such module");
  });
});

// Helpers

function modelOf(change: (policy: PolicyResult) => PolicyResult = (policy) => policy) {
  const [model] = sampleResult({ models: 1, decisions: 50 }).result.models;
  if (model === undefined) throw new Error("no sample");
  return { ...model, policies: model.policies.map(change) };
}

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function optionsOf(given: Partial<SimulateOptions>): SimulateOptions {
  const usual = { policies: ["periodic", "adaptive"], policy: [], period: "7d", step: "1d", run: "1h" } as const;
  return { history: [], ...usual, prices: [0.1, 1], approvals: "granted", ...given };
}
