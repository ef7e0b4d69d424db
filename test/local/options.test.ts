import { parseOptions } from "../../local/options";

describe("parseOptions", () => {
  it("should replay January in memory by default", () => {
    expect(parseOptions([])).toEqual({
      from: Date.UTC(2001, 0, 1),
      until: Date.UTC(2001, 1, 1),
      scenario: "flights",
      seed: 1,
      store: "memory",
      cloud: "aws",
      isDashboard: false,
      isFresh: false,
      isHelp: false,
    });
  });

  it.each([
    [["--from", "2000-12-31"], "--from 2000-12-31: expected a day from 2001-01-01 to 2001-07-01"],
    [["--until", "2001-02-30"], "--until 2001-02-30: expected a day from 2001-01-01 to 2001-07-01"],
    [["--until", "soon"], "--until soon: expected a day"],
    [["--from", "2001-03-01"], "--from 2001-03-01 is not before --until 2001-02-01"],
    [["--seed", "1.5"], "--seed 1.5: expected a whole number from 0 to 4294967295"],
    [["--seed", "4294967296"], "--seed 4294967296: expected a whole number"],
    [["--store", "redis"], "--store redis: expected memory or dynamodb"],
    [["--unti", "2001-02-01"], "Unknown option '--unti'"],
  ])("should refuse %j", (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it("should end the scenario outage with the first week, and refuse it a store that is no memory", () => {
    expect(parseOptions(["--scenario", "outage"])).toMatchObject({ scenario: "outage", until: Date.UTC(2001, 0, 8) });
    expect(() => parseOptions(["--scenario", "outage", "--store", "dynamodb"])).toThrow(
      "--store dynamodb: the scenario outage keeps its state in memory; expected memory",
    );
  });

  it("should begin the scenario promotion after the flights that models are judged by, and no earlier", () => {
    const { from, until } = parseOptions(["--scenario", "promotion"]);

    expect({ from, until }).toEqual({ from: Date.UTC(2001, 0, 8), until: Date.UTC(2001, 0, 20) });
    expect(() => parseOptions(["--scenario", "promotion", "--from", "2001-01-07"])).toThrow(
      "--from 2001-01-07: models are judged by flights before 2001-01-08; expected that day or later",
    );
  });

  it("should give the scenario rollout some weeks of files, and refuse it what it has not", () => {
    const { from, until } = parseOptions(["--scenario", "rollout"]);

    expect({ from, until }).toEqual({ from: Date.UTC(2001, 0, 8), until: Date.UTC(2001, 1, 1) });
    expect(() => parseOptions(["--scenario", "rollout", "--store", "dynamodb", "--dashboard", "--until", "2001-01-12"])).toThrow(
      [
        "--store dynamodb: the scenario rollout keeps its state in files; expected memory",
        "--dashboard: the scenario rollout collects no metrics; expected another scenario",
        "--until 2001-01-12: five rollouts take a day each; expected five days after --from or later",
      ].join("\n"),
    );
  });

  it("should let the scenario rollout stop at a share of its stages, on one cloud", () => {
    expect(parseOptions(["--scenario", "rollout", "--stop-at", "25"])).toMatchObject({ stopAt: 25 });
    expect(parseOptions(["--scenario", "rollout"])).not.toHaveProperty("stopAt");
    expect(() => parseOptions(["--scenario", "rollout", "--stop-at", "30"])).toThrow("--stop-at 30: expected one of 5, 25, 50");
    for (const args of [
      ["--stop-at", "5"],
      ["--scenario", "rollout", "--cloud", "both", "--stop-at", "5"],
    ])
      expect(() => parseOptions(args)).toThrow("--stop-at: expected --scenario rollout, and one cloud");
  });

  it("should name everything that is wrong at once", () => {
    expect(() => parseOptions(["--seed", "x", "--store", "y"])).toThrow(/--seed x: [^\n]*\n--store y: /);
  });
});
