import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformOutput, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { driftFolder } from "../functions/core/drift/drift-folder";
import { capturedModels } from "../modules/captured-models";
import { CaptureMonitor } from "../modules/gcp/capture-monitor";
import { Coordinator } from "../modules/gcp/coordinator";
import { DataTrigger } from "../modules/gcp/data-trigger";
import { DecisionMail } from "../modules/gcp/decision-mail";
import { DecisionTopic } from "../modules/gcp/decision-topic";
import { DriftMail } from "../modules/gcp/drift-mail";
import { DriftTrigger } from "../modules/gcp/drift-trigger";
import { FunctionBuilder } from "../modules/gcp/function-builder";
import { ManifestAccess } from "../modules/gcp/manifest-access";
import { MonitoringAccess } from "../modules/gcp/monitoring-access";
import { PipelineAccess } from "../modules/gcp/pipeline-access";
import { ProjectApis } from "../modules/gcp/project-apis";
import { runnerEmail } from "../modules/gcp/runner-account";
import { ScheduledTrigger } from "../modules/gcp/scheduled-trigger";
import { StateStore } from "../modules/gcp/state-store";
import { Sweeper } from "../modules/gcp/sweeper";
import { WatchedBuckets } from "../modules/gcp/watched-buckets";
import { configureBackend } from "./backend";
import type { DeploymentConfig } from "./config";
import type { GcpConfig } from "./gcp-config";
import { modelsOn } from "./model-cloud";
import { modelSettings } from "./model-settings";
import { modelSchedules } from "./schedule-config";

export interface GcpStackProps {
  readonly config: DeploymentConfig;
  /** Folder of the project: the functions' sources are in it. */
  readonly projectDir: string;
}

/** Everything that one environment has on Google Cloud. */
export class GcpStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, projectDir }: GcpStackProps) {
    super(scope, id);
    const { environment, gcp } = config;
    if (gcp === undefined) throw new Error("got a configuration without the section gcp; expected it, or no stack on Google Cloud");
    const { project, region, schedulerRegion = region } = gcp;
    configureBackend(this, environment, config.backend);
    new GoogleProvider(this, "google", {
      project,
      region,
      defaultLabels: { application: "retrigger", environment, ...gcp.labels },
    });
    const { number: projectNumber } = new DataGoogleProject(this, "project", { projectId: project });
    const apis = new ProjectApis(this, "apis", { project });
    const deployment = { environment, project, projectNumber, region, schedulerRegion, apis, projectDir };

    const configured = modelsOn("gcp", config.models);
    const runs = { project, location: region, serviceAccount: runnerEmail(deployment) };
    const models = configured.map(([name, model]) => modelSettings(name, model, runs));
    const buckets = new WatchedBuckets(this, "buckets", { deployment, models, buckets: gcp.buckets });
    const state = new StateStore(this, "state", { deployment, models, ...stateLocation(environment, gcp) });
    const decisions = new DecisionTopic(this, "decisions", { deployment, ...webhook(gcp) });
    const builder = new FunctionBuilder(this, "builder", { deployment });
    const manifests = new ManifestAccess(this, "manifest-access", { deployment, buckets, models });
    const pipelines = new PipelineAccess(this, "pipeline-access", { deployment, buckets, models });
    const monitoring = new MonitoringAccess(this, "monitoring-access", { deployment, models });
    const coordination = { deployment, builder, state, decisions, manifests, pipelines, models };
    const coordinator = new Coordinator(this, "coordinator", coordination);
    const dataPath = { ...coordination, requests: coordinator.requests };
    const dataTrigger = new DataTrigger(this, "data-trigger", { ...dataPath, buckets });
    const driftTrigger = new DriftTrigger(this, "drift-trigger", { ...dataPath, buckets, monitoring });
    const sweeper = new Sweeper(this, "sweeper", { ...dataPath, monitoring });
    const captured = capturedModels(models);
    const captureMonitor =
      captured.length === 0
        ? undefined
        : new CaptureMonitor(this, "capture-monitor", { deployment, builder, state, buckets, models: captured });
    const schedules = configured.flatMap(([name, { schedule }]) => modelSchedules(name, schedule));
    if (schedules.length > 0) {
      const { requests } = coordinator;
      new ScheduledTrigger(this, "scheduled-trigger", { deployment, requests, schedules });
    }
    const { email: emails } = gcp.notifications;
    if (emails.length > 0) {
      const functionNames = [coordinator.function.functionName, sweeper.function.functionName];
      const { channels } = new DecisionMail(this, "decision-mail", { deployment, functionNames, emails });
      const { functionName } = driftTrigger.evaluator;
      new DriftMail(this, "drift-mail", { deployment, functionName, channels });
    }

    this.addOutput("state_database", "Firestore database of all state", state.database);
    this.addOutput("queues", "Topics of the queues", {
      data: dataTrigger.queue.topic,
      drift: driftTrigger.queue.topic,
      ...(captureMonitor === undefined ? {} : { "drift-monitor": captureMonitor.queue.topic }),
      requests: coordinator.requests.topic,
      ticks: sweeper.ticks.topic,
    });
    this.addOutput("dead_letter_queues", "Subscriptions that hold what failed; empty when all is well", {
      data: dataTrigger.queue.deadLetters.subscription,
      drift: driftTrigger.queue.deadLetters.subscription,
      ...(captureMonitor === undefined ? {} : { "drift-monitor": captureMonitor.queue.deadLetters.subscription }),
      requests: coordinator.requests.deadLetters.subscription,
      ticks: sweeper.ticks.deadLetters.subscription,
    });
    this.addOutput("decision_topic", "Topic that tells people of decisions", decisions.topic);
    this.addOutput("functions", "Names of the functions", {
      batcher: dataTrigger.batcher.functionName,
      sweeper: sweeper.function.functionName,
      coordinator: coordinator.function.functionName,
      "drift-evaluator": driftTrigger.evaluator.functionName,
      ...(captureMonitor === undefined ? {} : { "drift-monitor": captureMonitor.function.functionName }),
    });
    this.addOutput(
      "drift_reports",
      "Where each model's drift reports are awaited",
      Object.fromEntries(models.map((settings) => [settings.model, `gs://${settings.data.bucket}/${driftFolder(settings)}`])),
    );
    if (captured.length > 0) {
      this.addOutput(
        "baselines",
        "What each model's captured requests are compared with; delete a file, and a new one is made of the latest captures",
        Object.fromEntries(captured.map(({ settings, capture }) => [settings.model, capture.baseline])),
      );
    }
    this.addOutput(
      "manifests",
      "Where each model's manifests are written",
      Object.fromEntries(models.map(({ model, data }) => [model, `gs://${data.bucket}/${data.manifestPrefix}${model}/`])),
    );
    this.addOutput(
      "runners",
      "Service account that each model's pipeline runs as",
      Object.fromEntries(models.map(({ model, pipeline }) => [model, pipeline.vertex?.serviceAccount ?? ""])),
    );
    this.addOutput(
      "buckets_to_announce",
      "Existing buckets whose owner must send notifications of new objects to the data topic, and of those under the drift prefix to the drift topic, or none is seen",
      [...buckets.all].filter(([, { isAnnouncing }]) => !isAnnouncing).map(([name]) => name),
    );
  }

  private addOutput(name: string, description: string, value: string | readonly string[] | Readonly<Record<string, string>>): void {
    // As a token, since cdktf looks into plain lists and maps by a function that makes Node print a deprecation warning.
    new TerraformOutput(this, name, { value: Token.asAny(value), description, staticId: true });
  }
}

/** A database's name ends in a letter or digit, which an environment's need not. */
function stateLocation(environment: string, { region, firestore }: GcpConfig): { database: string; location: string } {
  const { database = `retrigger-${environment}`.replace(/-+$/, ""), location = region } = firestore;
  return { database, location };
}

function webhook({ project, notifications: { slackWebhookSecret: secret } }: GcpConfig): { webhookSecret?: string } {
  if (secret === undefined) return {};
  return { webhookSecret: secret.startsWith("projects/") ? secret : `projects/${project}/secrets/${secret}` };
}
