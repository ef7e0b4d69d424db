// 300 models of long names on Google Cloud, against the limits of its services: what a service refuses, Terraform cannot apply.
import { members } from "../modules/gcp/iam";
import { configFile, gcpTemplate } from "./synthesize";
import type { Block, Template } from "./template";

const BUCKETS = Object.fromEntries(
  ["data", "pipelines", "runs", "captures", "evaluations"].map((what) => [what, `acme-${what}-`.padEnd(63, "x")]),
) as Readonly<Record<"data" | "pipelines" | "runs" | "captures" | "evaluations", string>>;
const FOLDER = "teams/recommendations/production/pipelines/compiled";

describe("a stack of 300 models on Google Cloud", () => {
  const names = namesOf(300);
  const template = stackOf(names);

  it("should hold every model, and refer to nothing that it does not hold", () => {
    expect(template.all("google_firestore_document").map(({ document_id }) => document_id)).toEqual(names);
    const actAs = template.all("google_service_account_iam_member").filter(({ role }) => role === "roles/iam.serviceAccountUser");
    // Of coordinator and sweeper, for each account.
    expect(actAs).toHaveLength(2 * (names.filter(hasOwnAccount).length + 1));
    expect(template.danglingReferences()).toEqual([]);
  });

  /** https://cloud.google.com/iam/quotas#limits */
  it("should keep the limits of IAM's policies and conditions", () => {
    const bindings = members(template).map((block) => {
      const { role, member } = block;
      return { role, member, on: policyOf(block), expression: expressionOf(block) };
    });

    const conditional = bindings.filter(({ expression }) => expression !== "");
    const perRole = counted(conditional.map(({ on, role, member }) => `${on} ${role} ${member}`));
    // Terraform sets a new condition before it removes the one that it replaces, so that all may be there twice.
    const changing = counted(
      conditional.filter(({ on }) => on.startsWith("bucket")).map(({ on, role, member }) => `${on} ${role} ${member}`),
    );
    expect(largest(perRole)).toBeLessThanOrEqual(20);
    expect(2 * largest(changing)).toBeLessThanOrEqual(20);
    for (const { expression } of conditional) expect((expression.match(/\|\||&&/g) ?? []).length).toBeLessThanOrEqual(12);
    expect(largest(counted(bindings.map(({ on }) => on)))).toBeLessThanOrEqual(1500);
    const roles = template.all("google_project_iam_custom_role");
    expect(roles.length).toBeLessThanOrEqual(300);
    for (const { role_id, title } of roles) {
      expect(String(role_id).length).toBeLessThanOrEqual(64);
      expect(Buffer.byteLength(String(title))).toBeLessThanOrEqual(100);
    }
    expect(template.all("google_service_account").length).toBeLessThanOrEqual(100);
    for (const { account_id } of template.all("google_service_account"))
      expect(account_id).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  });

  it("should let each account use the objects of all models, and no others", () => {
    const templateOf = (name: string) => `${BUCKETS.pipelines}/objects/${FOLDER}/${name}.yaml`;
    const expected: Readonly<Record<string, readonly string[]>> = {
      coordinator: [...names.map(templateOf), `${BUCKETS.data}/objects/retrigger/manifests/`],
      sweeper: [...names.map(templateOf), `${BUCKETS.data}/objects/retrigger/manifests/`],
      batcher: [`${BUCKETS.data}/objects/retrigger/manifests/`],
      "drift-evaluator": [`${BUCKETS.data}/objects/drift/`],
      "drift-monitor": [
        ...names.flatMap((name) => [`${BUCKETS.captures}/objects/${name}/`, `${BUCKETS.data}/objects/drift/${name}/`]),
        `${BUCKETS.data}/objects/retrigger/baselines/`,
      ],
      promoter: names.map((name) => `${BUCKETS.evaluations}/objects/${name}/`),
      runner: names
        .filter((name) => !hasOwnAccount(name))
        .flatMap((name) => [templateOf(name), `${BUCKETS.runs}/objects/${name}/`]),
    };

    for (const [role, objects] of Object.entries(expected)) {
      const account = template.reference("google_service_account", "member", { display_name: accountOf(template, role) });
      const named = template
        .all("google_storage_bucket_iam_member")
        .filter(({ member }) => member === account)
        .flatMap((block) => [...expressionOf(block).matchAll(/projects\/_\/buckets\/([^"]+\/objects\/[^"]*)"/g)])
        .map(([, object]) => object);
      expect(named.sort()).toEqual([...objects].sort());
    }
  });

  /** https://cloud.google.com/monitoring/quotas#alerting_uptime_limits */
  it("should keep the limits of Cloud Monitoring, at the price of a few conditions more", () => {
    const policies = template.all("google_monitoring_alert_policy");

    const conditions = policies.flatMap((policy) => {
      const own = [policy.conditions].flat().map(Object);
      expect(own.length).toBeLessThanOrEqual(6);
      return own;
    });
    for (const { condition_threshold, condition_absent, condition_matched_log } of conditions) {
      const { filter } = Object(condition_threshold ?? condition_absent ?? condition_matched_log);
      expect(String(filter).length).toBeLessThanOrEqual(2048);
    }
    expect(policies.length).toBeLessThanOrEqual(30);
    expect(conditions.length).toBeLessThanOrEqual(50);
    for (const { notification_channels, display_name } of policies) {
      expect([notification_channels].flat().length).toBeLessThanOrEqual(16);
      expect(String(display_name).length).toBeLessThanOrEqual(512);
    }
    const { mosaicLayout } = JSON.parse(String(template.one("google_monitoring_dashboard").dashboard_json));
    expect(mosaicLayout.tiles.length).toBeLessThanOrEqual(100);
  });

  /** https://cloud.google.com/logging/quotas */
  it("should keep the limits of Cloud Logging", () => {
    const metrics = template.all("google_logging_metric");

    expect(metrics.length).toBeLessThanOrEqual(500);
    for (const { filter, label_extractors } of metrics) {
      expect(String(filter).length).toBeLessThanOrEqual(20_000);
      expect(Object.keys(Object(label_extractors)).length).toBeLessThanOrEqual(10);
    }
    for (const { filter } of template.all("google_logging_project_sink")) expect(String(filter).length).toBeLessThanOrEqual(20_000);
  });

  /**
   * https://cloud.google.com/storage/docs/pubsub-notifications, https://cloud.google.com/scheduler/quotas,
   * https://cloud.google.com/firestore/quotas and https://cloud.google.com/run/quotas
   */
  it("should keep the limits of Cloud Storage, Cloud Scheduler, Firestore and Cloud Run", () => {
    expect(largest(counted(template.all("google_storage_notification").map(({ bucket }) => String(bucket))))).toBeLessThanOrEqual(
      10,
    );
    for (const { lifecycle_rule } of template.all("google_storage_bucket")) {
      const rules = lifecycle_rule === undefined ? [] : [lifecycle_rule].flat().map(Object);
      expect(rules.length).toBeLessThanOrEqual(100);
      for (const { condition } of rules) expect((condition.matches_prefix ?? []).length).toBeLessThanOrEqual(50);
    }
    const jobs = template.all("google_cloud_scheduler_job");
    expect(jobs).toHaveLength(602);
    for (const { name } of jobs) expect(String(name).length).toBeLessThanOrEqual(500);
    for (const { fields } of template.all("google_firestore_document")) {
      expect(Buffer.byteLength(String(fields))).toBeLessThan(1_048_576);
    }
    for (const { service_config } of template.all("google_cloudfunctions2_function")) {
      expect(JSON.stringify(Object(service_config).environment_variables).length).toBeLessThan(32_768);
    }
  });
});

describe("the models of a stack on Google Cloud", () => {
  const names = namesOf(60);
  const before = stackOf(names);

  it("should change nothing by their order in the file", () => {
    expect(stackOf([...names].reverse()).text).toBe(before.text);
  });

  it("should each change its own resources, and a named few of all models", () => {
    const after = stackOf([...names, "model-031-one-more"]);

    const changed = changedAddresses(before, after);
    const shared = changed.filter((address) => !address.includes("one-more"));
    // Its settings, its schedule and the turns of its monitor.
    expect(changed.filter((address) => address.includes("one-more"))).toHaveLength(3);
    // A condition of each account that reads its template, writes its artifacts, reads its captures or evaluations, or keeps its
    // reports.
    expect(shared.filter((address) => address.startsWith("google_storage_bucket_iam_member"))).toHaveLength(7);
    // What a function waits for is not compared, as it changes nothing of the function.
    expect(shared.filter((address) => !address.startsWith("google_storage_bucket_iam_member"))).toEqual([
      expect.stringMatching(/^google_monitoring_alert_policy\..*monitor-silent/),
      expect.stringMatching(/^google_storage_bucket\.buckets_acme-data/),
      "output.baselines",
      "output.drift_reports",
      "output.evaluations",
      "output.manifests",
      "output.registries",
      "output.runners",
    ]);
  });

  it("should keep the dashboard as it is when one has limits of its own", () => {
    const after = stackOf(names, { [names[7] ?? ""]: { noData: "5d", storm: 7 } });

    expect(changedAddresses(before, after)).toEqual([
      expect.stringMatching(/^google_monitoring_alert_policy\..*no-data/),
      expect.stringMatching(/^google_monitoring_alert_policy\..*storm/),
    ]);
  });
});

// Helpers

/** Every fifth model's pipeline runs as an account of its own. */
function hasOwnAccount(name: string): boolean {
  return /^model-\d\d[05]/.test(name);
}

/** As long as names may be. */
function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `model-${String(index).padStart(3, "0")}-`.padEnd(40, "x"));
}

function stackOf(names: readonly string[], operations: Readonly<Record<string, object>> = {}): Template {
  const models = names.map((name) => [
    name,
    {
      data: { bucket: BUCKETS.data, prefixes: [`in/${name}/`] },
      pipeline: {
        template: `gs://${BUCKETS.pipelines}/${FOLDER}/${name}.yaml`,
        outputDirectory: `gs://${BUCKETS.runs}/${name}`,
        ...(hasOwnAccount(name) && { serviceAccount: `${name.slice(0, 9)}@acme-ml.iam.gserviceaccount.com` }),
      },
      monitoring: { capture: { location: `gs://${BUCKETS.captures}/${name}/{yyyy}/{mm}/{dd}/{hh}/` } },
      promotion: {
        registry: name,
        evaluations: `gs://${BUCKETS.evaluations}/${name}/`,
        goldenSet: { sha256: "0".repeat(64), rows: 5000 },
        metrics: [{ name: "auc" }],
      },
      schedule: { cron: "0 3 * * *" },
      ...(operations[name] !== undefined && { operations: operations[name] }),
    },
  ]);
  const gcp = {
    project: "acme-ml",
    region: "europe-west4",
    buckets: { [BUCKETS.data]: { create: true } },
    operations: { email: ["ops@example.com"] },
    notifications: { email: ["ml@example.com"] },
  };
  return gcpTemplate(configFile(JSON.stringify({ environment: "environment-long", gcp, models: Object.fromEntries(models) })));
}

/** What an IAM policy is on, as Terraform names it. */
function policyOf(block: Block): string {
  const keys = ["bucket", "topic", "subscription", "repository", "secret_id", "service_account_id", "name", "project"];
  const key = keys.find((candidate) => block[candidate] !== undefined);
  return `${key} ${block[key ?? ""]}`;
}

function expressionOf({ condition }: Block): string {
  return String(Object(condition).expression ?? "");
}

function accountOf(template: Template, role: string): string {
  const purpose = role === "runner" ? "runs the pipelines" : `runs the ${role}`;
  const { display_name } = template.one("google_service_account", { display_name: `Retrigger environment-long: ${purpose}` });
  return String(display_name);
}

function counted(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function largest(counts: ReadonlyMap<string, number>): number {
  return Math.max(0, ...counts.values());
}

/** Addresses of what a plan would create, change or destroy. */
function changedAddresses(before: Template, after: Template): string[] {
  const [old, now] = [before, after].map(blocksOf);
  const addresses = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  return addresses.filter((address) => old?.get(address) !== now?.get(address));
}

function blocksOf({ json: { resource = {}, output = {} } }: Template): Map<string, string> {
  const resources = Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([id, { depends_on: _order, ...block }]) => [`${type}.${id}`, JSON.stringify(block)] as const),
  );
  const outputs = Object.entries(output).map(([name, block]) => [`output.${name}`, JSON.stringify(block)] as const);
  return new Map([...resources, ...outputs]);
}
