import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { painter } from "../../../cli/printout";
import { type RecommendOptions, recommendPolicies } from "../../../cli/recommend/recommend-policies";
import { loadConfig } from "../../../config/load-config";
import type { ModelRecommendation } from "../../../functions/core/replay/recommend-policy";

const EXAMPLES = join(__dirname, "../../../docs/examples/history");
const PAGE = readFileSync(join(__dirname, "../../../docs/recommend.md"), "utf8");
const paint = painter(false);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recommend-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("recommendPolicies", () => {
  it("should keep what is done where trainings pay and nothing that was tried is better", async () => {
    const { text } = await recommended("needs-training");

    expect(text).toContain("flight-delay: keep what you have");
    expect(text).toContain("Your trainings pay: over the last 88 of 126 steps (the first 30 % only choose)");
    expect(text).not.toContain("Paste into");
  });

  it.each(["steady", "needs-training", "no-error"])(
    "should begin its answer for the example %s as the documentation shows",
    async (name) => {
      const { text } = await recommended(name);
      const [, shown = "nothing"] = new RegExp(`\\*\\*\`${name}\`\\*\\*[^]*?\n\`\`\`\n([^]*?)\n\`\`\``).exec(PAGE) ?? [];

      expect(text.slice(0, shown.length)).toBe(shown);
    },
  );

  it("should say to train rarely where no training is worth its price, and leave the watch to the adaptive policy", async () => {
    const { text, data } = await recommended("steady");

    expect(text).toContain("flight-delay: train rarely");
    expect(text).toContain("Your trainings do not pay");
    expect(text).toMatch(/adaptive:\n\s+price: 0\.5\n\s+step: 1d\n\s+attainable: 0\.1/);
    expect((data as ModelRecommendation[])[0]).toMatchObject({ verdict: "train-rarely", saving: { against: "recorded" } });
  });

  it("should say that it cannot tell without errors, and what to collect", async () => {
    const { text } = await recommended("no-error");

    expect(text).toContain("flight-delay: I cannot tell");
    expect(text).toContain("No error in this history; collect the error of the model in service");
    expect(text.replaceAll(/\s+/g, " ")).toContain("for example a CSV at,error,rows,run: see docs/history.md");
  });

  it("should say that it cannot tell by the errors of the recorded models alone, but what was paid", async () => {
    const landed = { type: "landed", model: "a", at: "2026-06-01T00:00:00Z" };
    const run = (day: number) => ({
      type: "run",
      model: "a",
      run: `${day}`,
      status: "succeeded",
      at: at(day),
      endedAt: at(day) + 1,
    });
    const quality = Array.from({ length: 80 }, (_, day) => {
      const error = 0.1 + (day % 20) / 200;
      return { type: "quality", model: "a", at: at(day + 1), error, rows: 500 };
    });
    const lines = [landed, run(20), run(40), run(60), ...quality].toSorted((x, y) => momentOf(x.at) - momentOf(y.at));
    const history = [written("history.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"))];

    const { text } = await recommendPolicies(optionsOf({ history }), paint);

    expect(text).toContain("collect the scores of old models on later labels");
    expect(text.replaceAll(/\s+/g, " ")).toMatch(/was worth [\d.]+ error-days on average(?: of 3 starts|, as far as it is known)/);
  });

  it("should write what retrigger.yaml takes", async () => {
    const { text } = await recommended("steady");
    const pasted = text.slice(text.indexOf("    policy:"));
    const config = written(
      "retrigger.yaml",
      [
        "environment: dev\naws: { region: eu-central-1 }\nmodels:\n  flight-delay:",
        "    data: { bucket: acme-flights, prefixes: [incoming/] }\n    pipeline: { name: flight-delay-training }",
        pasted,
      ].join("\n"),
    );

    expect(loadConfig(config).models["flight-delay"]?.policy.adaptive).toMatchObject({ price: 0.5, step: "1d" });
  });

  it("should take the price from money", async () => {
    const { data } = await recommended("steady", { trainUsd: 150, errorStepUsd: 2_000 });

    expect((data as ModelRecommendation[])[0]?.price).toBe(0.075);
  });

  it.each([
    [{ price: 1, trainUsd: 150, errorStepUsd: 10 }, "give one of them"],
    [{ trainUsd: 150 }, "expected both --train-usd and --error-step-usd"],
    [{ errorStepUsd: 10 }, "expected both --train-usd and --error-step-usd"],
    [{ trainUsd: 150, errorStepUsd: 0 }, "the latter more than 0"],
    [{ trainUsd: 0, errorStepUsd: 10 }, "got a price of 0 steps of full error; expected more than 0"],
    [{ trainUsd: 9_999_999, errorStepUsd: 0.01 }, "expected more than 0, up to 1000000"],
    [{ history: ["-"] }, "is read twice here"],
    [{ step: "1s" }, "over 1 s; expected at most 300000"],
  ])("should refuse %j", async (price, expected) => {
    await expect(recommended("steady", price)).rejects.toThrow(expected);
  });

  it("should read times without an offset in the time zone that is named", async () => {
    const rows = Array.from({ length: 5 }, (_, day) => `2026-06-0${day + 1}T00:00:00,0.1,500`);
    const history = [written("error.csv", ["at,error,rows", ...rows].join("\n"))];

    await expect(recommendPolicies(optionsOf({ history, model: "a" }), paint)).rejects.toThrow("--timezone");
    const { text } = await recommendPolicies(optionsOf({ history, model: "a", timezone: "+02:00" }), paint);
    expect(text).toContain("a: I cannot tell");
    await expect(recommendPolicies(optionsOf({ history, timezone: "Europe/Berlin" }), paint)).rejects.toThrow("--timezone");
  });

  it("should refuse the standard input, which it would have to read twice", async () => {
    await expect(recommendPolicies(optionsOf({ history: ["-"] }), paint)).rejects.toThrow(
      "--history - (the standard input): got a stream, but a history is read twice here",
    );
  });

  it("should say where a model has no line", async () => {
    await expect(recommended("steady", { model: "other" })).rejects.toThrow("no line of the model other in ");
  });
});

// Helpers

async function recommended(example: string, options: Partial<RecommendOptions> = {}) {
  return await recommendPolicies(optionsOf({ history: [join(EXAMPLES, example, "history.jsonl")], ...options }), paint);
}

function optionsOf(options: Partial<RecommendOptions>): RecommendOptions {
  return { history: [], step: "1d", run: "1h", ...options };
}

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function at(day: number): number {
  return Date.UTC(2026, 5, 1) + day * 86_400_000;
}

function momentOf(at: number | string): number {
  return typeof at === "number" ? at : Date.parse(at);
}
