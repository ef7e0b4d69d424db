import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { CostItem, StackPlan } from "../../../cli/plan/estimate";
import { makePlan, type Plan } from "../../../cli/plan/make-plan";
import { planText } from "../../../cli/plan/plan-text";
import { kindOf, RESOURCE_KINDS } from "../../../cli/plan/resource-kinds";
import { synthesise } from "../../../cli/plan/synthesise";
import { painter } from "../../../cli/printout";
import { loadConfig } from "../../../config/load-config";
import { configWarnings } from "../../../config/warnings/warnings";

const ROOT = join(__dirname, "../../..");
const AWS_ONE = "test/fixtures/config/minimal.yaml";
const GCP_ONE = "test/fixtures/config/minimal-gcp.yaml";
const DIRECT = "test/fixtures/config/direct-on-both-clouds.yaml";
const TEAM = "docs/examples/platform-team.yaml";
const FILES = ["retrigger.yaml", ...yamlFiles("docs/examples"), ...yamlFiles("test/fixtures/config")];

/** Of 365 days in twelve. */
const HOURS = 730;
const MINUTES = 43_800;

describe("what a plan costs at rest, by hand", () => {
  it("should be, of README's one model", () => {
    const { atRest } = only(AWS_ONE);

    expect(amounts(atRest)).toEqual(
      rounded({
        // RunningRuns LongestRunRatio BudgetUsedDay BudgetUsedMonth BudgetLeftDayUsd WaitingRequests OldestWaiting ApprovalPending
        // DataSilence DriftSuspected Blocked Paused, and of the deployment Sweeps and SweepDuration
        "custom metrics": (12 + 2) * 0.3,
        // 35 alarms, of which storm looks at six types of causes
        alarms: (34 + 6) * 0.1,
        dashboards: 3,
        "composite alarms": 0.5,
        // the queues of objects and of reports; five pollers of 20 seconds are 15 receives a minute
        "Lambda's polls of standard queues": ((2 * 15 * MINUTES) / 1e6) * 0.4,
        // that of requests
        "Lambda's polls of FIFO queues": ((15 * MINUTES) / 1e6) * 0.5,
        // the sweeper's alone, each minute
        schedules: (MINUTES / 1e6) * 1,
        "functions invoked by schedules": (MINUTES / 1e6) * 0.2,
        // 256 MB for 0.07 s
        "time of scheduled functions": MINUTES * 0.25 * 0.07 * 0.0000133334,
        // five read units a tick
        "reads of the sweeper": ((MINUTES * 5) / 1e6) * 0.125,
        // 1.6 KB a tick
        "log of the sweeper": ((MINUTES * 1_600) / 1e9) * 0.5,
        // of 90 days
        "stored log": ((MINUTES * 1_600 * 90) / (HOURS / 24) / 1e9) * 0.03,
      }),
    );
  });

  it("should be, of one model on Google Cloud", () => {
    const { atRest } = only(GCP_ONE);

    expect(amounts(atRest)).toEqual(
      rounded({
        // 12 gauges each minute, as of the only model, and a sweep's duration; 80 bytes each, and 8 of its count
        "values of log-based metrics": ((MINUTES * (13 * 80 + 8)) / 2 ** 20) * 0.258,
        // 18 policies, of which sweeper-silent has a condition for no value at all
        "conditions of alert policies": 19 * 0.1,
        // 33 alarms, of which the one that silence raises looks twice; every 30 seconds
        "series of alert conditions": ((34 * 2 * MINUTES) / 1e6) * 0.35,
        "scheduler jobs": 0.1,
        "messages of the jobs": ((MINUTES * 2 * 1_000) / 2 ** 40) * 40,
        "requests by scheduler jobs": (MINUTES / 1e6) * 0.4,
        // 256 MiB have 0.167 CPUs; 0.05 s are billed as 0.1
        "CPU of scheduled functions": MINUTES * 0.1 * 0.167 * 0.000024,
        "memory of scheduled functions": MINUTES * 0.1 * 0.25 * 0.0000025,
        "reads of the sweeper": ((MINUTES * 5) / 1e6) * 0.3,
        "log of the sweeper": ((MINUTES * 500) / 2 ** 30) * 0.5,
      }),
    );
  });

  it("should say what is paid for keys, a connector and a pool of one's own, which it does not count", () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-plan-test-"));
    const file = join(folder, "retrigger.yaml");
    const place = "projects/acme-ml/locations/europe-west4";
    const own = `
  kms: { key: ${place}/keyRings/ml/cryptoKeys/retrigger }
  network: { connector: ${place}/connectors/ml }
  build: { workerPool: ${place}/workerPools/ml }
`;
    writeFileSync(
      file,
      `environment: dev\ngcp:\n  project: acme-ml\n  region: europe-west4${own}models:\n  churn: { pipeline: { template: gs://acme-p/a.yaml, outputDirectory: gs://acme-o/a }, data: { bucket: acme, prefixes: [in/] } }\n`,
    );
    const config = loadConfig(file);
    const { stacks } = makePlan(config, folder);

    expect(stacks[0]?.notCounted).toEqual(
      expect.arrayContaining(["operations of your keys", "instances of the connector to your VPC", "minutes of your build pool"]),
    );
    expect(only(GCP_ONE).notCounted.join()).not.toMatch(/keys|connector|pool/);
  });

  it("should count what promotion reads each minute of models at rest", () => {
    const { stacks } = planOf("test/fixtures/config/rolled-out-on-both-clouds.yaml");
    const [aws, gcp] = stacks.map(({ atRest }) => atRest.find(({ item }) => item === "reads of promotion"));

    // promoter and rollout, the states of three models, and their settings, which are more than 4 KiB and less than 8
    expect(aws).toMatchObject({ quantity: (MINUTES * 2 * (3 + 2 / 2)) / 1e6, unitPriceUsd: 0.125 });
    expect(aws?.basis).toContain("2 functions each read the states of 3 models, and the settings of 3, every minute");
    // promoter and rollout, one state and one document of settings
    expect(gcp).toMatchObject({ quantity: (MINUTES * 2 * 2) / 1e6, unitPriceUsd: 0.3 });
  });

  it("should count the function that approves alone, and a model that is not promoted by its settings only", () => {
    const { stacks } = planOf("test/fixtures/config/promoted-on-both-clouds.yaml");
    const [aws, gcp] = stacks.map(({ atRest }) => atRest.find(({ item }) => item === "reads of promotion"));

    // promoter and approver, two states, and the settings of three models
    expect(aws).toMatchObject({ quantity: (MINUTES * 2 * (2 + 2 / 2)) / 1e6 });
    // the promoter alone
    expect(gcp).toMatchObject({ quantity: (MINUTES * 1 * 2) / 1e6 });
    expect(only(AWS_ONE).atRest.map(({ item }) => item)).not.toContain("reads of promotion");
  });

  it("should be, of 25 models of which the essential is watched", () => {
    const { atRest, models } = only(TEAM);
    const costs = amounts(atRest);

    expect(models).toBe(25);
    expect(costs).toMatchObject(
      rounded({
        // of calm, the sweeps alone are told
        "custom metrics": 1 * 0.3,
        // 10 queues of dead letters, 4 queues, 6 functions twice, 25 storms, and 16 of the deployment or of all models
        alarms: (10 + 4 + 2 * 6 + 25 + 16) * 0.1,
        // a tick a minute, 6 hourly looks at captures and 5 weekly trainings
        schedules: ((MINUTES + 6 * HOURS + (5 * HOURS) / 24 / 7) / 1e6) * 1,
        // only the sweeper, of 256 MB, and the monitor, of 1 GB, are invoked; 0.18 s each
        "time of scheduled functions": (MINUTES * 0.25 + 6 * HOURS * 1) * 0.18 * 0.0000133334,
      }),
    );
    for (const environment of ["prod", "dev"]) {
      const config = loadConfig(join(ROOT, TEAM), { environment });

      expect(configWarnings(config, join(ROOT, dirname(TEAM)))).toEqual([]);
      expect(makePlan(config, join(ROOT, dirname(TEAM))).monthlyUsd).toBeLessThan(100);
    }
  });

  it("should be, of the same models of which everything is watched", () => {
    const [stack] = watchedInFull().stacks;

    expect(amounts(stack?.atRest ?? [])).toMatchObject(
      rounded({
        // 6 of the 25 have a monitor, whose silence is a series more
        "custom metrics": (25 * 12 + 6 + 2) * 0.3,
        // 350 alarms, of which 25 storms look at six types
        alarms: (325 + 25 * 6) * 0.1,
        "composite alarms": 25 * 0.5,
      }),
    );
  });

  it.each([
    ["essential", () => planOf(TEAM), { item: "alarms", cloud: "aws", quantity: 67, unitPriceUsd: 0.1 }],
    ["full", watchedInFull, { item: "custom metrics", cloud: "aws", quantity: 308, unitPriceUsd: 0.3 }],
  ] as const)("should name the largest item, and be the sum of all: %s", (_watch, planned, largest) => {
    const made = planned();
    const items = made.stacks.flatMap(({ atRest }) => atRest);

    expect(made.largest).toMatchObject(largest);
    expect(made.monthlyUsd).toBeCloseTo(
      items.reduce((sum, { usd }) => sum + usd, 0),
      9,
    );
    for (const item of items) {
      expect(item.usd).toBeCloseTo(item.quantity * item.unitPriceUsd, 9);
      expect(item.source).toMatch(/^https:\/\/(aws\.amazon\.com|cloud\.google\.com)\//);
      expect(item.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
  });

  it("should say what essential watching would make of the largest item, as the plan of it does", () => {
    const full = watchedInFull();
    const { monthlyUsd } = planOf(TEAM);

    expect(full.withEssential).toEqual({ largestUsd: 0.3, monthlyUsd });
    expect(textOf(full)).toContain(`; operations.watch: essential would make it 0.30, and all at rest ${monthlyUsd.toFixed(2)}.`);
    expect(planOf(TEAM).withEssential).toBeUndefined();
    expect(textOf(planOf(TEAM))).not.toContain("would make it");
  });

  it("should say nothing of essential watching where something else is the largest item", () => {
    const { largest, withEssential } = planOf(DIRECT);

    expect(largest?.dependsOnWatch).toBeUndefined();
    expect(withEssential).toBeUndefined();
  });

  it("should mark the prices that are not confirmed, and say why once", () => {
    const text = textOf(watchedInFull());

    expect(text).toMatch(/composite alarms +25 alarms x 0\.50 +~12\.50\n/);
    // With a key of the company's, none is made.
    expect(text).not.toContain("KMS keys");
    expect(text.match(/not confirmed by any AWS page/g)).toHaveLength(1);
  });
});

describe("what happens, by hand", () => {
  it("should cost on AWS what the measured training and objects take", () => {
    const { perTraining, perThousandObjects } = only(AWS_ONE);

    expect(amounts(perTraining)).toEqual(
      rounded({
        // ten series for the hour: two of the batch, one of the request, two of the decision, two of the start, three of the end
        "custom metrics for an hour": (10 / HOURS) * 0.3,
        "state writes": (8.7 / 1e6) * 0.625,
        "state reads": (7 / 1e6) * 0.125,
        log: (1_815 / 1e9) * 0.5,
        "requests of the queue": (6 / 1e6) * 0.5,
        "invocations of the coordinator": (2 / 1e6) * 0.2,
        "time of the coordinator": 2 * 1 * 0.25 * 0.0000133334,
      }),
    );
    expect(amounts(perThousandObjects)).toEqual(
      rounded({
        "state writes": (401 / 1e6) * 0.625,
        "state reads": (9 / 1e6) * 0.125,
        "requests of the queue": (1_200 / 1e6) * 0.4,
        "invocations of the batcher": (100 / 1e6) * 0.2,
        "time of the batcher": 100 * 0.1 * 0.25 * 0.0000133334,
      }),
    );
  });

  it("should cost on Google Cloud what the measured training and objects take", () => {
    const { perTraining, perThousandObjects } = only(GCP_ONE);

    expect(amounts(perTraining)).toMatchObject(
      rounded({
        // six numbers of the batch, the start and the end; four counts of the request, the decision and the end
        "values of log-based metrics": ((6 * 80 + 4 * 8) / 2 ** 20) * 0.258,
        "document writes": (6 / 1e6) * 0.9,
        "document reads": (9 / 1e6) * 0.3,
        log: (655 / 2 ** 30) * 0.5,
        messages: ((4 * 1_000) / 2 ** 40) * 40,
      }),
    );
    expect(amounts(perThousandObjects)).toMatchObject(
      rounded({
        "document writes": (2_001 / 1e6) * 0.9,
        "document reads": (1_003 / 1e6) * 0.3,
        "document deletes": (1_000 / 1e6) * 0.1,
        "requests of the batcher": (1_000 / 1e6) * 0.4,
      }),
    );
  });

  it("should tell the training's own price by the configuration", () => {
    expect(planOf(AWS_ONE).trainings).toEqual([{ model: "flight-delay", baseUsd: 150 }]);
  });
});

describe("the resources of a plan", () => {
  it.each(FILES)("should be all that is synthesised, each of a known charge: %s", (file) => {
    const path = join(ROOT, file);
    const stacks = synthesise(loadConfig(path), dirname(path));
    const { stacks: planned } = makePlan(loadConfig(path), dirname(path));

    expect(planned.map(({ cloud }) => cloud)).toEqual(stacks.map(({ cloud }) => cloud));
    for (const [index, { resources }] of stacks.entries()) {
      const made = Object.values(resources).reduce((sum, blocks) => sum + Object.keys(blocks).length, 0);
      const { resources: counts = [], atRest = [] } = planned[index] ?? {};
      const paidFor = new Set(atRest.map(({ of }) => of));

      expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(made);
      expect(counts.filter(({ type, charge }) => charge === "rest" && !paidFor.has(type))).toEqual([]);
    }
  });

  it("should have a charge for every resource that a construct may make", () => {
    const imported = sourcesOf("modules").flatMap((file) => [
      ...readFileSync(file, "utf8").matchAll(/@cdktf\/provider-(aws|google)\/lib\/((?!data-|provider")[a-z0-9-]+)/g),
    ]);
    const types = new Set(imported.map(([, cloud, name = ""]) => `${cloud}_${name.replaceAll("-", "_")}`));

    expect(types.size).toBeGreaterThan(50);
    expect([...types].filter((type) => !Object.hasOwn(RESOURCE_KINDS, type))).toEqual([]);
    expect(Object.keys(RESOURCE_KINDS).filter((type) => !types.has(type))).toEqual([]);
  });

  it("should have a plural of their own where a second noun follows", () => {
    expect(kindOf("aws_sns_topic_subscription").many).toBe("topic subscriptions");
    expect(Object.values(RESOURCE_KINDS).filter(({ one, many }) => / (of|on|in) /.test(one) && many === `${one}s`)).toEqual([]);
  });

  it("should be refused where one is of a type that nobody priced", () => {
    expect(() => kindOf("aws_nat_gateway")).toThrow("nothing is known of what aws_nat_gateway costs; add it");
  });

  it("should name what a company's own network and other accounts pay for, where there is such", () => {
    const config = loadConfig(join(ROOT, AWS_ONE));
    if (config.aws === undefined) throw new Error(`${AWS_ONE} has no section aws`);
    const [bucket = ""] = Object.values(config.models).flatMap(({ data }) => data?.bucket ?? []);
    const network = { subnets: ["subnet-0123456789abcdef0"], securityGroups: ["sg-0123456789abcdef0"] };
    const buckets = { [bucket]: { create: false, manageNotifications: false, account: "444455556666" } };

    const [stack] = makePlan({ ...config, aws: { ...config.aws, network, buckets } }, ROOT).stacks;

    const more = stack?.notCounted.filter((item) => !only(AWS_ONE).notCounted.includes(item));
    expect(more).toEqual([
      "endpoints and NAT gateways of your VPC",
      "events of other accounts' buckets, which their owners pay for",
    ]);
  });

  it("should tell the queues that hold what failed", () => {
    const queues = only(AWS_ONE).resources.find(({ type }) => type === "aws_sqs_queue");

    expect(queues).toMatchObject({ count: 10, deadLetters: 7, name: "SQS queues" });
  });
});

describe("planning", () => {
  it("should leave no file behind", () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-of-"));
    const project = join(folder, "project");
    const temporary = join(folder, "tmp");
    mkdirSync(project);
    mkdirSync(temporary);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = temporary;
    try {
      makePlan(loadConfig(join(ROOT, AWS_ONE)), project);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }

    expect([...readdirSync(project), ...readdirSync(temporary)]).toEqual([]);
  });

  it.each(FILES)("should be told in 80 columns: %s", (file) => {
    const text = stripVTControlCharacters(planText(planOf(file), painter(true)));

    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain("`terraform plan` shows");
    expect(text).toContain("free tiers");
  });
});

// Helpers

const plans = new Map<string, Plan>();

function planOf(file: string): Plan {
  const path = join(ROOT, file);
  const made = plans.get(file) ?? makePlan(loadConfig(path), dirname(path));
  plans.set(file, made);
  return made;
}

/** The plan of TEAM with operations.watch: full. */
function watchedInFull(): Plan {
  const config = loadConfig(join(ROOT, TEAM));
  return makePlan({ ...config, operations: { ...config.operations, watch: "full" } }, join(ROOT, dirname(TEAM)));
}

function textOf(plan: Plan): string {
  return planText(plan, painter(false)).replaceAll(/(?<=\S)\n(?=\S)/g, " ");
}

/** The only stack of a file. */
function only(file: string): StackPlan {
  const [stack, ...others] = planOf(file).stacks;
  if (stack === undefined || others.length > 0) throw new Error(`expected one stack of ${file}`);
  return stack;
}

/** To a billionth of a USD, so that the order of sums does not matter. */
function rounded(usd: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(usd).map(([item, amount]) => [item, Number(amount.toFixed(9))]));
}

function amounts(items: readonly CostItem[]): Record<string, number> {
  expect(new Set(items.map(({ item }) => item)).size).toBe(items.length);
  return rounded(Object.fromEntries(items.map(({ item, usd }) => [item, usd])));
}

function yamlFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(ROOT, folder, name));
}
