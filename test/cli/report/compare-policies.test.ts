import { comparePolicies, comparisonText, headline } from "../../../cli/report/compare-policies";
import type { PolicyResult, PricedCost } from "../../../functions/core/replay/simulation-result";

describe("headline", () => {
  it("should claim a difference where the bands of the costs do not meet", () => {
    const policies = [policy("adaptive", cost(73, 70, 76)), reference("periodic", cost(100, 90, 110))];

    expect(said(policies)).toBe(
      "At a price of 0.5 error-days a training, adaptive would have cost 27 % less than periodic, the cheapest reference that could be chosen beforehand (95 % band: 14 % to 40 % less).",
    );
  });

  it("should claim none where the bands meet", () => {
    const policies = [policy("adaptive", cost(73, 60, 90)), reference("periodic", cost(100, 85, 110))];

    expect(said(policies)).toBe(
      "At a price of 0.5 error-days a training, adaptive and periodic cannot be told apart: adaptive would have cost 73.0 (60.0 to 90.0) error-days, periodic 100 (85.0 to 110).",
    );
  });

  it("should go by the band of the difference where it is known", () => {
    const meeting = { ...cost(73, 60, 90), minus: { periodic: { low: -40, high: -10 } } };
    const apart = { ...cost(73, 70, 76), minus: { periodic: { low: -60, high: 5 } } };
    const periodic = reference("periodic", cost(100, 85, 110));

    expect(said([policy("adaptive", meeting), periodic])).toContain(
      "27 % less than periodic, the cheapest reference that could be chosen beforehand (95 % band: 10 % to 40 % less)",
    );
    expect(said([policy("adaptive", apart), periodic])).toContain("cannot be told apart");
  });

  it("should say that the policies lose where they do", () => {
    const policies = [
      policy("adaptive", cost(120, 115, 125)),
      policy("drift", cost(150, 149, 151)),
      reference("never", cost(100, 95, 105)),
    ];

    expect(said(policies)).toContain("adaptive would have cost 20 % more than never");
    expect(said(policies)).toContain("(95 % band: 10 % to 30 % more)");
  });

  it("should compare with no policy of hindsight, and with the cheapest reference", () => {
    const policies = [
      policy("adaptive", cost(73, 70, 76)),
      reference("always", cost(200, 190, 210)),
      reference("never", cost(100, 95, 105)),
      { ...reference("oracle", cost(50, 50, 50)), isHindsight: true },
    ];

    expect(said(policies)).toContain("less than never");
  });

  it("should compare two policies where there is no reference, and say so where there is one alone", () => {
    const [one, two] = [policy("adaptive", cost(73, 70, 76)), policy("weekly", cost(100, 95, 105))];

    expect(said([two, one])).toContain("adaptive would have cost 27 % less than weekly (95 % band");
    expect(said([one])).toContain("73.0 (70.0 to 76.0) error-days; there is no other policy to compare it with");
  });

  it("should claim nothing of costs where no error is known", () => {
    const names = ["adaptive", "drift", "hybrid", "weekly", "daily"];

    expect(
      headline(
        names.map((name) => policy(name)),
        undefined,
        "error-days",
      ).replaceAll("\u00a0", " "),
    ).toBe(
      "No error of this model is known, so it cannot be told under which policy it would have served better. Trainings would have been 0 under adaptive (0 USD), 0 under drift (0 USD), 0 under hybrid (0 USD), and those of 2 more policies.",
    );
  });
});

describe("a price of one", () => {
  it("should be said in the singular", () => {
    const policies = [policy("adaptive", { ...cost(73, 70, 76), price: 1 })];

    expect(headline(policies, 1, "error-days")).toContain("At a price of 1 error-day a training");
    expect(headline(policies, 1, "error-steps of 6 hours")).toContain("At a price of 1 error-step of 6 hours a training");
  });
});

describe("comparePolicies", () => {
  it("should know nothing at a price that was not counted", () => {
    expect(comparePolicies([policy("adaptive", cost(73, 70, 76))], 0.7)).toBeUndefined();
  });

  it("should save no share of nothing", () => {
    const comparison = comparePolicies([policy("adaptive", cost(1, 1, 1)), reference("never", cost(0, 0, 0))], 0.5);

    expect(comparison).toMatchObject({ verdict: "unclear", saved: { share: 0 } });
    expect(comparison && comparisonText(comparison)).toBe("not told apart from never");
  });
});

// Helpers

function said(policies: readonly PolicyResult[]): string {
  return headline(policies, 0.5, "error-days").replaceAll("\u00a0", " ");
}

function cost(cost: number, low: number, high: number): PricedCost {
  return { price: 0.5, trainings: 1, cost, low, high };
}

function policy(name: string, ...costs: readonly PricedCost[]): PolicyResult {
  return {
    policy: name,
    sentence: "",
    isReference: false,
    isHindsight: false,
    trainings: [],
    decisions: 0,
    outcomes: {},
    refusals: {},
    spendUsd: 0,
    moneyLeftUsd: 0,
    peakRuns: 0,
    expiredRequests: 0,
    untrainedObjects: 0,
    ...(costs.length > 0 && { costs }),
  };
}

function reference(name: string, ...costs: readonly PricedCost[]): PolicyResult {
  return { ...policy(name, ...costs), isReference: true };
}
