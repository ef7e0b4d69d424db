import { createHash } from "node:crypto";
import fc from "fast-check";
import { decisionsKey, simulationReport } from "../../../cli/report/simulation-report";
import { CHECKS } from "../../../functions/core/coordination/decision";
import { type DecisionColumns, OUTCOMES, type SimulationResult } from "../../../functions/core/replay/simulation-result";
import { tableOf, tagsOf, textOf } from "./read-page";
import { sampleResult } from "./sample-results";

describe("simulationReport", () => {
  it("should allow its style and its script by their hashes, and forbid all else", () => {
    const page = simulationReport(sampleResult({ models: 1, decisions: 50 }));

    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy.replaceAll("&#39;", "'").split("; ")).toEqual([
      "default-src 'none'",
      `style-src '${hashOf(page, "style")}'`,
      `script-src '${hashOf(page, "script")}'`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it("should need nothing else, and have no code and no style in attributes", () => {
    const page = simulationReport(sampleResult({ models: 3, decisions: 50, hasErrors: (place) => place > 0 }));

    expect(page).not.toMatch(/@import|\bsrc=|https?:|<link(?! rel="icon" href="data:,">)/);
    expect(page.replace(/<script>.*<\/script>/s, "")).not.toMatch(/<[^>]*\s(?:on\w+|style)=/);
    expect([...page.matchAll(/(?:\shref=|url\()"?([^")]*)/g)].filter(([, target]) => !/^(?:#|data:,$)/.test(target ?? ""))).toEqual(
      [],
    );
  });

  it("should escape whatever names and sentences say, wherever they are", () => {
    const plain = tagsWithoutLabels(simulationReport(namedBy("n")));
    fc.assert(
      fc.property(hostile(), (text) => {
        const page = simulationReport(namedBy(text));

        expect(tagsWithoutLabels(page)).toEqual(plain);
        expect(page.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
      { endOnFailure: true, numRuns: 30 },
    );
  });

  it("should give a model one section, and many an overview of one row each", () => {
    const one = simulationReport(sampleResult({ models: 1, decisions: 50 }));
    const many = simulationReport(sampleResult({ models: 9, decisions: 50, hasErrors: (place) => place !== 2 }));

    expect(one).not.toContain("All models");
    const rows = tableOf(many, "All models, one a row").slice(1);
    expect(rows).toHaveLength(9);
    expect(rows[2]).toEqual(["demand-forecast-eu", "–", "no error is known", "–", "–", "–", "–", "2"]);
    expect(many.match(/<details class="model"/g)).toHaveLength(9);
    expect(many).not.toMatch(/<details[^>]* open/);
  });

  it("should add up policies over all models", () => {
    const sample = sampleResult({ models: 5, decisions: 50 });
    const page = simulationReport(sample);

    const [, adaptive] = tableOf(page, "All models together, one policy a row");
    const results = sample.result.models.flatMap(({ policies }) => policies.filter(({ policy }) => policy === "adaptive"));
    const total = (of: (result: (typeof results)[number]) => number) =>
      results.reduce((sum, result) => sum + of(result), 0).toLocaleString("en-US");
    expect(adaptive?.slice(0, 3)).toEqual(["adaptive", "5", total(({ trainings }) => trainings.length)]);
    expect(adaptive?.[4]).toBe(total(({ decisions }) => decisions));
    expect(adaptive?.[5]).toBe(total(({ refusals }) => Object.values(refusals).reduce((sum, count) => sum + count, 0)));
  });

  it("should say in the table of time exactly which decisions there were", () => {
    const sample = sampleResult({ models: 1, decisions: 3000 });
    const page = simulationReport(sample);

    const [head = [], ...rows] = tableOf(page, "churn-eu: decisions by time, 7 days a row");
    for (const { policy, outcomes, trainings } of sample.result.models[0]?.policies ?? []) {
      const cells = rows.map((row) => row[head.indexOf(policy)] ?? "");
      const known = policy === "oracle" ? { start: trainings.length } : outcomes;
      expect(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, countIn(cells, outcome)]))).toEqual({ ...zeros(), ...known });
    }
  });

  it("should have as many refusals by check in the table as in the data", () => {
    const sample = sampleResult({ models: 1, decisions: 500 });
    const [head = [], ...rows] = tableOf(simulationReport(sample), "churn-eu: refusals by check");

    for (const { policy, refusals } of (sample.result.models[0]?.policies ?? []).filter(({ policy }) => policy !== "oracle")) {
      const row = rows.find(([name]) => name === policy) ?? [];
      expect(
        Object.fromEntries(CHECKS.map((check) => [check, Number(row[head.indexOf(check.replaceAll("-", " "))] ?? 0)])),
      ).toEqual({
        ...Object.fromEntries(CHECKS.map((check) => [check, 0])),
        ...refusals,
      });
    }
  });

  it("should have the costs of every price in the table, and those of the chosen one beside the policies", () => {
    const sample = sampleResult({ models: 1, decisions: 50 });
    const page = simulationReport({ ...sample, price: 1.1 });

    const [head = [], ...rows] = tableOf(page, "churn-eu: cost by price, error-days");
    expect(rows.map(([price]) => price)).toEqual(["0.1", "0.2", "0.5", "1", "2", "5"]);
    const [, , , atOne = []] = rows;
    const policies = tableOf(page, "churn-eu: policies");
    expect(policies[0]?.[1]).toBe("Cost at 1 error-days, 95 % band");
    for (const name of ["adaptive", "never", "oracle"]) {
      expect(policies.find(([first]) => first === name)?.[1]).toBe(atOne[head.indexOf(name)]);
    }
    expect(textOf(page)).toContain(atOne.at(-1));
  });

  it("should leave open what a plan without decisions cannot tell", () => {
    const table = tableOf(simulationReport(sampleResult({ models: 1, decisions: 50 })), "churn-eu: policies");

    const oracle = table.find(([name]) => name === "oracle") ?? [];
    expect((table[0] ?? []).filter((_, index) => oracle[index] === "–")).toEqual([
      "Spend",
      "Money left",
      "Refusals",
      "Runs at once",
      "Expired requests",
      "Untrained objects",
    ]);
  });

  it("should say which decisions it was not given, and what could not be known", () => {
    const { result } = sampleResult({ models: 1, decisions: 50, hasErrors: () => false });
    const page = simulationReport({ result, columns: new Map() });

    expect(page.match(/its decisions are not in this report/g)).toHaveLength(6);
    expect(textOf(page)).toContain("collect lines of type quality");
    expect(page).not.toContain("Cost against the price");
  });

  it("should be as large for a thousand times the decisions", () => {
    const small = simulationReport(sampleResult({ models: 1, decisions: 2_000 })).length;
    const large = simulationReport(sampleResult({ models: 1, decisions: 200_000 })).length;

    expect(large).toBeLessThan(2 * small);
  });

  it("should say that nothing was simulated where there is no model", () => {
    expect(simulationReport({ result: { version: 1, retrigger: "0.1.0", models: [] }, columns: new Map() })).toContain(
      "holds no model",
    );
  });
});

describe("decisionsKey", () => {
  it("should be another one for every other pair of names", () => {
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string()), fc.tuple(fc.string(), fc.string()), (one, other) => {
        expect(decisionsKey(...one) === decisionsKey(...other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });
});

// Helpers

function hashOf(page: string, element: "style" | "script"): string {
  const [, content = ""] = new RegExp(`<${element}>(.*?)</${element}>`, "s").exec(page) ?? [];
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

/** Two models whose every text is the given one. */
function namedBy(text: string): { readonly result: SimulationResult; readonly columns: ReadonlyMap<string, DecisionColumns> } {
  const { result } = sampleResult({ models: 2, decisions: 0, days: 60, policies: ["adaptive", "never"] });
  const models = result.models.map((model) => ({
    ...model,
    history: { ...model.history, model: text, unknown: [text] },
    policies: model.policies.map((policy, index) => ({
      ...policy,
      policy: `${text}${index}`,
      sentence: text,
      refusals: { cooldown: 1 },
    })),
  }));
  return { result: { ...result, retrigger: text, models }, columns: new Map() };
}

/** A label that finds no room beside a mark is left out, which depends on its length. */
function tagsWithoutLabels(page: string): string[] {
  return tagsOf(page.replace(/<text class="point [^>]*>[^<]*<\/text>/g, ""));
}

function hostile() {
  const pieces = [
    "<script>alert(1)</script>",
    "</style>",
    "<!--",
    "-->",
    '"',
    "'",
    "&lt;",
    " onload=",
    "\u0000",
    "\u001b[31m",
    "\u202e",
    "\u200f",
    "\ud800",
    "]]>",
    "\n",
    "x",
  ];
  return fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => `n${parts.join("")}n`);
}

const SAID = {
  start: /(\d+) starts?\b/,
  defer: /(\d+) deferred/,
  merge: /(\d+) merged/,
  ask: /(\d+) asked a person/,
  reject: /(\d+) rejected/,
  duplicate: /(\d+) duplicates?\b/,
} as const;

function countIn(cells: readonly string[], outcome: keyof typeof SAID): number {
  return cells.reduce((sum, cell) => sum + Number(SAID[outcome].exec(cell)?.[1] ?? 0), 0);
}

function zeros(): Record<string, number> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
}
