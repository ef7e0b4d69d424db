import { configOf, messageOf } from "../../stacks/config-messages";

const VOLUME = { objects: 1, age: "1m" };

describe("the policy of a model in retrigger.yaml", () => {
  it("should accept all that is allowed, and a section that is empty", () => {
    const policy = {
      maxRuns: 100,
      cooldown: "30d",
      minNewObjects: 10,
      maxStartsPerDay: 1000,
      dailyBudgetUsd: 0.5,
      monthlyBudgetUsd: 0.4,
      cost: { baseUsd: 0.1, perGbUsd: 0, perObjectUsd: 0.03 },
      backoff: { afterFailures: 1, delay: "0s", maxDelay: "0s" },
      approval: { needed: "always", approvers: 2, expires: ["1m", "1h", "1h", "1h", "30d"] },
      deferralExpires: "30d",
      volume: VOLUME,
    };

    expect(messageOf(configOf({ one: { policy }, two: { policy: {} } }))).toBe("no mistake");
  });

  it.each<[string, object, string]>([
    ["a misspelt key", { coolDown: "6h" }, "policy.coolDown: unknown key; did you mean cooldown? allowed here: maxRuns, cooldown,"],
    ["a misspelt key within", { cost: { baseUSD: 5 } }, "policy.cost.baseUSD: unknown key; did you mean baseUsd?"],
    ["no run at all", { maxRuns: 0 }, "policy.maxRuns: got 0; expected a whole number, 1 to 100, such as 1"],
    ["no start at all", { maxStartsPerDay: 0 }, "policy.maxStartsPerDay: got 0; expected a whole number, 1 to 1000, such as 4"],
    [
      "a cooldown without unit",
      { cooldown: 6 },
      "policy.cooldown: got 6; it has no unit, such as the m of 6m; expected a whole number and a unit, 0s to 30d, such as 6h",
    ],
    ["a long cooldown", { cooldown: "31d" }, 'cooldown: got "31d"; expected a whole number and a unit, 0s to 30d, such as 6h'],
    [
      "fewer than no objects",
      { minNewObjects: -1 },
      "policy.minNewObjects: got -1; expected a whole number, 0 to 100000000, such as 0",
    ],
    [
      "a budget with its currency",
      { dailyBudgetUsd: "1000 USD" },
      'got "1000 USD"; did you mean 1000? expected a number of USD, 0 or more, such as 1000',
    ],
    [
      "a negative cost",
      { cost: { perGbUsd: -1 } },
      "policy.cost.perGbUsd: got -1; expected a number of USD, 0 or more, such as 1.5",
    ],
    ["a word for approval", { approval: { needed: "yes" } }, 'needed: got "yes"; expected never, on-request or always'],
    [
      "three approvers",
      { approval: { approvers: 3 } },
      "policy.approval.approvers: got 3; expected a whole number, 1 to 2, such as 1",
    ],
    ["four expiries", { approval: { expires: ["1h", "1h", "1h", "1h"] } }, "expected five durations, of priority 1 to 5, such as"],
    [
      "an expiry shorter than a tick",
      { approval: { expires: ["1h", "1h", "59s", "1h", "1h"] } },
      'policy.approval.expires[2]: got "59s"; expected a whole number and a unit, 1m to 30d, such as 4h',
    ],
    [
      "a deferral of nothing",
      { deferralExpires: "0s" },
      'deferralExpires: got "0s"; expected a whole number and a unit, 1h to 90d',
    ],
    ["half a policy of volume", { volume: { objects: 5 } }, "policy.volume.age: missing; expected a whole number and a unit"],
    [
      "volume without objects",
      { volume: { ...VOLUME, objects: 0 } },
      "policy.volume.objects: got 0; expected a whole number, 1 to 100000000, such as 1",
    ],
  ])("should explain %s", (_case, policy, expected) => {
    expect(messageOf(configOf({ one: { policy } }))).toContain(expected);
  });
});

describe("a policy that contradicts itself", () => {
  it("should be refused when no budget pays for the least of its runs", () => {
    const policy = { dailyBudgetUsd: 100, monthlyBudgetUsd: 149.99 };

    const message = messageOf(configOf({ one: { policy } }));

    expect(message).toContain(
      "models.one.policy.dailyBudgetUsd: got 100, with which no training can start, because every training is estimated to cost at least 150 (cost.baseUsd); expected at least that; raise the budget, or lower the estimate",
    );
    expect(message).toContain("models.one.policy.monthlyBudgetUsd: got 149.99, with which no training can start");
    expect(message).toContain("2 mistakes");
  });

  it("should be refused when its least new data costs more than a budget", () => {
    const policy = { minNewObjects: 1000, cost: { perObjectUsd: 1 } };

    expect(messageOf(configOf({ one: { policy } }))).toContain(
      "policy.dailyBudgetUsd: got 1000, with which no training can start, because every training is estimated to cost at least 1150 (cost.baseUsd + cost.perObjectUsd x minNewObjects)",
    );
  });

  it("should be allowed a budget of exactly one run, and a month that is poorer than its days", () => {
    const policy = { dailyBudgetUsd: 1000, monthlyBudgetUsd: 150 };

    expect(messageOf(configOf({ one: { policy } }))).toBe("no mistake");
  });

  it("should be refused a back-off that starts above its limit", () => {
    const policy = { backoff: { delay: "2d" } };

    expect(messageOf(configOf({ one: { policy } }))).toContain(
      'policy.backoff.delay: got "2d"; expected at most maxDelay, 24h; shorten it, or lengthen maxDelay',
    );
  });

  it.each([
    ["the cooldown", { cooldown: "8d" }, "expected at least cooldown, 8d"],
    ["the back-off", { backoff: { maxDelay: "10d" } }, "expected at least backoff.maxDelay, 10d"],
  ])("should be refused when what it defers ends before %s does", (_case, policy, expected) => {
    expect(messageOf(configOf({ one: { policy } }))).toContain(
      `policy.deferralExpires: got "7d"; ${expected}, or a request that waits for it expires first`,
    );
  });

  it("should be refused when what it defers outlives its manifests", () => {
    const config = configOf({ one: { policy: { deferralExpires: "31d" } } });

    expect(messageOf(config)).toContain(
      'policy.deferralExpires: got "31d"; expected at most batch.retention, 30d, after which the manifests of a waiting request are removed',
    );
  });

  it("should be told what can be told when one of its fields is no value at all", () => {
    const policy = { dailyBudgetUsd: 1, cooldown: "soon", backoff: { delay: "often" } };

    const message = messageOf(configOf({ one: { policy } }));

    expect(message).toContain("3 mistakes");
    expect(message).toContain("no training can start");
  });
});

describe("prices and notifications in retrigger.yaml", () => {
  it.each<[string, object, string]>([
    ["a type of EC2", { prices: { "m5.xlarge": 1 } }, 'got the name "m5.xlarge"; expected a SageMaker instance type'],
    ["a free instance", { prices: { "ml.m5.xlarge": 0 } }, "got 0; expected a number of USD per hour, more than 0, such as 1.21"],
    [
      "a price as text",
      { prices: { "ml.m5.xlarge": "0.23" } },
      'got "0.23"; did you mean 0.23, without quotes? expected a number of USD per hour',
    ],
    [
      "an address without domain",
      { notifications: { email: ["me"] } },
      'aws.notifications.email[0]: got "me"; expected an e-mail address, such as ml-team@example.com',
    ],
    [
      "one address alone",
      { notifications: { email: "a@b.de" } },
      'email: got "a@b.de"; did you mean [a@b.de]? expected a list, such as [a, b]',
    ],
    [
      "another channel",
      { notifications: { pager: "x" } },
      "aws.notifications.pager: unknown key; allowed here: email, slack, teams",
    ],
  ])("should explain %s", (_case, aws, expected) => {
    expect(messageOf(configOf({ one: {} }, { aws: { region: "eu-central-1", ...aws } }))).toContain(expected);
  });
});
