import { writeFile } from "node:fs/promises";
import type { WatchedResources } from "../../modules/watched";
import { cloudWatchPanels } from "./cloudwatch-dashboard";
import { cloudWatchSeries } from "./cloudwatch-metrics";
import type { CollectedMetrics } from "./collect-metrics";
import { type DashboardPage, dashboardPage, type RunNumber } from "./dashboard-page";
import { shortNumber } from "./draw-chart";
import { googlePanels } from "./google-dashboard";
import { monitoringSeries } from "./monitoring-query";
import type { PlacedPanel, ShownTime } from "./panel";
import { LOCAL, type SynthesisedDashboard, synthesiseDashboards, watchedLocal } from "./synthesise-dashboards";

/** A run whose metrics a dashboard shows. */
interface DashboardRun {
  /** Whose functions ran: `AWS functions`. */
  readonly name: string;
  readonly metrics: Pick<CollectedMetrics, "series" | "newest">;
}

export interface Dashboards {
  readonly aws: DashboardRun;
  readonly gcp: DashboardRun;
  /** What was replayed, in a sentence. */
  readonly about: string;
  readonly time: ShownTime;
  /** Whether models are promoted. */
  readonly hasPromoter: boolean;
}

/** Draws both clouds' dashboards, as they are deployed, with the metrics of a run each, into a page at `path`. */
export async function writeDashboard(path: string, { aws, gcp, about, time, hasPromoter }: Dashboards): Promise<void> {
  const watched = watchedLocal(hasPromoter);
  const synthesised = synthesiseDashboards(watched);
  const page: DashboardPage = {
    title: "Retrigger: dashboards of both clouds",
    about,
    time,
    sides: [
      { cloud: "CloudWatch", run: aws.name, panels: awsPanels(synthesised.aws, aws, time, watched.aws), numbers: numbersOf(aws) },
      {
        cloud: "Cloud Monitoring",
        run: gcp.name,
        panels: gcpPanels(synthesised.gcp, gcp, time, watched.gcp),
        numbers: numbersOf(gcp),
      },
    ],
  };
  await writeFile(path, dashboardPage(page));
}

/** The panels of the dashboard on AWS. */
function awsPanels(
  { json }: SynthesisedDashboard,
  { metrics }: DashboardRun,
  time: ShownTime,
  watched: WatchedResources,
): PlacedPanel[] {
  const series = cloudWatchSeries(metrics.series(), LOCAL.environment, watched);
  return cloudWatchPanels(json, { series, log: metrics, time });
}

/** The panels of the dashboard on Google Cloud. */
function gcpPanels(
  { json, logMetrics }: SynthesisedDashboard,
  { metrics }: DashboardRun,
  time: ShownTime,
  watched: WatchedResources,
): PlacedPanel[] {
  const series = monitoringSeries(metrics.series(), LOCAL.environment, watched, logMetrics);
  return googlePanels(json, { series, log: metrics, time });
}

/** Sums of the whole run, which may go on after the time that is shown. */
const NUMBERS = {
  TriggerEvents: "requests",
  Decisions: "decisions",
  RunsEnded: "runs ended",
  EstimatedCostUsd: "USD estimated",
  ActualCostUsd: "USD actual",
  DriftReports: "drift reports",
  SweeperRepairs: "repairs",
} as const;

function numbersOf({ metrics }: DashboardRun): RunNumber[] {
  const series = metrics.series();
  return Object.entries(NUMBERS).map(([metric, label]) => {
    const totals = series.filter(({ name }) => name === metric).map(({ slots }) => slots.sum());
    return { label, value: shortNumber(totals.reduce((sum, total) => sum + total, 0)) };
  });
}
