import * as z from "zod/mini";
import { physicalName } from "../../../modules/gcp/deployment";
import { pubSubSubscriptions } from "../../redrive/pubsub-letter";
import type { Check, Report } from "../finding";
import { prefixOption } from "../other-environment";
import { type GcpAccount, isApiDisabled } from "./account";

/** https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases */
const databaseSchema = z.object({ name: z.string() });

/** The database of all state, by which a deployment is known to be there. */
export const stateDatabase: Check<GcpAccount> = {
  asks: "Is the environment deployed, with its state database?",
  permissions: ["datastore.databases.getMetadata"],
  async look(account, report) {
    const about = `database ${account.database}`;
    await report.look(about, "datastore.databases.getMetadata", async () => {
      const path = `v1/projects/${account.project}/databases/${account.database}`;
      const asking = account.get(`reading ${about}`, "firestore.googleapis.com", path, databaseSchema);
      const found = await asking.catch((error: unknown) => {
        // where the API is off, there is no database
        if (isApiDisabled(error)) return undefined;
        throw error;
      });
      account.isDeployed = found !== undefined;
      if (found === undefined) report.notDeployed(about);
      else report.inOrder(about, "is there");
    });
  },
};

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
const seriesSchema = z.object({
  timeSeries: z._default(
    z.array(
      z.object({
        resource: z._default(z.object({ labels: z._default(z.record(z.string(), z.string()), {}) }), { labels: {} }),
        metric: z._default(z.object({ labels: z._default(z.record(z.string(), z.string()), {}) }), { labels: {} }),
        points: z._default(
          z.array(z.object({ value: z.object({ int64Value: z.optional(z.string()), doubleValue: z.optional(z.number()) }) })),
          [],
        ),
      }),
    ),
    [],
  ),
  executionErrors: z._default(z.array(z.object({ message: z._default(z.string(), "") })), []),
  unreachable: z._default(z.array(z.string()), []),
  nextPageToken: z.optional(z.string()),
});

type Series = z.output<typeof seriesSchema>["timeSeries"];

/** A bound, so that a project with very many series ends. */
const MAX_PAGES = 20;

/** Series of a metric, the newest point first. */
async function seriesOf(
  account: GcpAccount,
  filter: string,
  spanMs: number,
  aggregation: readonly (readonly [string, string])[],
): Promise<Series> {
  const { project, now } = account;
  const found: Series = [];
  let pageToken: string | undefined = "";
  for (let page = 0; page < MAX_PAGES && pageToken !== undefined; page++) {
    const query: URLSearchParams = new URLSearchParams({
      filter,
      "interval.startTime": new Date(now() - spanMs).toISOString(),
      "interval.endTime": new Date(now()).toISOString(),
      ...(pageToken !== "" && { pageToken }),
    });
    for (const [name, value] of aggregation) query.append(`aggregation.${name}`, value);
    const path: string = `v3/projects/${project}/timeSeries?${query}`;
    const answer: z.output<typeof seriesSchema> | undefined = await account.get(
      "reading time series",
      "monitoring.googleapis.com",
      path,
      seriesSchema,
    );
    if (answer === undefined) throw new Error("Cloud Monitoring knows no such series");
    const [failed] = answer.executionErrors;
    if (failed !== undefined) throw new Error(`Cloud Monitoring gave a part of the series only: ${failed.message}`);
    if (answer.unreachable.length > 0)
      throw new Error(`Cloud Monitoring gave a part of the series only: without ${answer.unreachable.join(", ")}`);
    found.push(...answer.timeSeries);
    pageToken = answer.nextPageToken || undefined;
  }
  if (pageToken !== undefined) throw new Error(`the metric has more than ${MAX_PAGES} pages of series, which were not all read`);
  return found;
}

function valueOfPoint(point: Series[number]["points"][number] | undefined): number | undefined {
  const { int64Value, doubleValue } = point?.value ?? {};
  return int64Value === undefined ? doubleValue : Number(int64Value);
}

/** Subscriptions without which nothing arrives. */
const NEEDED = ["data", "requests", "ticks"];

const TEN_MINUTES_MS = 600_000;

/** The subscriptions of an environment, and what failed for good in them; nothing is pulled, which would hide it from a redrive. */
export const deadLetters: Check<GcpAccount> = {
  asks: "Do the subscriptions exist, and are there dead letters?",
  permissions: ["pubsub.subscriptions.list", "monitoring.timeSeries.list"],
  isOfDeployment: true,
  async look(account, report) {
    const { clients, project, deployCommand } = account;
    let dead: readonly string[] = [];
    await report.look("subscriptions", "pubsub.subscriptions.list", async () => {
      const prefix = physicalName(account, "");
      const names = (await pubSubSubscriptions(clients.rest, clients.addressOf("pubsub.googleapis.com"), project, prefix)).map(
        ({ name }) => name,
      );
      const missing = NEEDED.map((role) => physicalName(account, role, 255)).filter((name) => !names.includes(name));
      for (const name of missing) report.problem(`subscription ${name}`, "does not exist", deployCommand);
      dead = names.filter((name) => name.endsWith("-dlq"));
      if (missing.length === 0) report.inOrder("subscriptions", `${names.length} are there`);
    });
    if (dead.length > 0) await report.look("dead letters", "monitoring.timeSeries.list", () => lookAtCounts(account, report, dead));
  },
};

async function lookAtCounts(account: GcpAccount, report: Report, dead: readonly string[]): Promise<void> {
  const filter = `metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages" AND resource.labels.subscription_id=starts_with("${physicalName(account, "")}")`;
  const series = await seriesOf(account, filter, TEN_MINUTES_MS, []);
  const counts = new Map(series.map(({ resource, points: [newest] }) => [resource.labels.subscription_id, valueOfPoint(newest)]));
  for (const name of dead) {
    const count = counts.get(name);
    const about = `subscription ${name}`;
    const state = `projects/${account.project}/databases/${account.database}`;
    const redrive = `retrigger redrive --stack gcp --state ${state} --environment ${account.environment}${prefixOption(account)} --dry-run`;
    if (count === undefined)
      report.notLookedAt(about, "Cloud Monitoring has no count of its messages in the last ten minutes", redrive);
    else if (count > 0) report.problem(about, `holds about ${count} dead ${count === 1 ? "letter" : "letters"}`, redrive);
  }
  const empty = dead.filter((name) => counts.get(name) === 0).length;
  if (empty > 0) report.inOrder("dead letters", `none in ${empty} subscriptions`);
}

/** https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs */
const schedulerSchema = z.object({
  state: z._default(z.string(), "STATE_UNSPECIFIED"),
  lastAttemptTime: z.optional(z.string()),
  status: z.optional(z.object({ code: z._default(z.number(), 0), message: z._default(z.string(), "") })),
});

/** The job publishes a tick a minute, and Cloud Monitoring has a metric some minutes late. */
const TICKS_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** The functions that every deployment has. */
const ROLES = ["sweeper", "coordinator", "batcher", "drift-evaluator", "launcher"] as const;

/** Whether the clock of the deployment ticks, and whether its functions fail. */
export const functions: Check<GcpAccount> = {
  asks: "Does the sweeper's job of Cloud Scheduler publish, was the sweeper invoked within 15 minutes, and did a function fail within a day?",
  permissions: ["cloudscheduler.jobs.get", "monitoring.timeSeries.list"],
  isOfDeployment: true,
  async look(account, report) {
    await Promise.all([
      report.look("job of the sweeper", "cloudscheduler.jobs.get", () => lookAtJob(account, report)),
      report.look("functions", "monitoring.timeSeries.list", () => lookAtInvocations(account, report)),
    ]);
  },
};

async function lookAtJob(account: GcpAccount, report: Report): Promise<void> {
  const { project, region, gcp, deployCommand, now } = account;
  const name = physicalName(account, "sweeper", 500);
  const location = gcp.schedulerRegion ?? region;
  const about = `job ${name}`;
  const path = `v1/projects/${project}/locations/${location}/jobs/${name}`;
  const found = await account.get(`reading ${about}`, "cloudscheduler.googleapis.com", path, schedulerSchema);
  const command = (verb: string) => `gcloud scheduler jobs ${verb} ${name} --project ${project} --location ${location}`;
  if (found === undefined) report.problem(about, "does not exist", deployCommand);
  else if (found.state !== "ENABLED")
    report.problem(about, `is ${found.state}; expected ENABLED: nothing that is due gets done`, command("resume"));
  else if (found.lastAttemptTime === undefined || !(now() - Date.parse(found.lastAttemptTime) <= TICKS_MS))
    report.problem(about, `published last ${found.lastAttemptTime ?? "never"}; expected once a minute`, command("describe"));
  else if (found.status !== undefined && found.status.code !== 0)
    report.problem(about, `could not publish (${found.status.code} ${found.status.message})`, command("describe"));
  else report.inOrder(about, "publishes once a minute");
}

async function lookAtInvocations(account: GcpAccount, report: Report): Promise<void> {
  const { project, deployCommand } = account;
  const of = (spanMs: number) => {
    const filter = `metric.type="run.googleapis.com/request_count" AND resource.labels.service_name=starts_with("${physicalName(account, "")}")`;
    return seriesOf(account, filter, spanMs, [
      ["alignmentPeriod", `${spanMs / 1_000}s`],
      ["perSeriesAligner", "ALIGN_SUM"],
      ["crossSeriesReducer", "REDUCE_SUM"],
      ["groupByFields", "resource.labels.service_name"],
      ["groupByFields", "metric.labels.response_code_class"],
    ]);
  };
  const sweeper = physicalName(account, "sweeper", 49);
  const sum = (series: Series) =>
    series.reduce((total, { points }) => total + points.reduce((part, point) => part + (valueOfPoint(point) ?? 0), 0), 0);
  const ticks = sum((await of(TICKS_MS)).filter(({ resource }) => resource.labels.service_name === sweeper));
  if (ticks > 0) report.inOrder(`function ${sweeper}`, `${ticks} ticks in the last 15 minutes`);
  else
    report.problem(
      `function ${sweeper}`,
      "was not invoked within 15 minutes; expected once a minute: nothing that is due gets done",
      deployCommand,
    );
  const own = new Set(ROLES.map((role) => physicalName(account, role, 49)));
  const failed = (await of(DAY_MS)).filter(
    ({ resource, metric }) => metric.labels.response_code_class === "5xx" && own.has(resource.labels.service_name ?? ""),
  );
  for (const one of failed) {
    const name = one.resource.labels.service_name ?? "";
    const cure = `gcloud logging read 'resource.labels.service_name="${name}" severity>=ERROR' --project ${project} --freshness 1d --limit 20`;
    report.problem(`function ${name}`, `failed ${sum([one])} times within a day`, cure);
  }
  // of functions that were not invoked, nothing is known
  if (failed.length === 0 && ticks > 0) report.inOrder("functions", "none failed within a day");
}
