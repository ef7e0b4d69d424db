import * as z from "zod/mini";
import type { ModelConfig } from "../../../config/config";
import { vertexModelName } from "../../../config/sections/promotion-registry";
import { StartRefusedError } from "../../../functions/core/errors";
import { GoogleApiError } from "../../../functions/gcp/adapters/google-rest";
import { type PipelineTemplate, readTemplate } from "../../../functions/gcp/adapters/vertex/pipeline-template";
import { runtimeParameters } from "../../../functions/gcp/adapters/vertex/vertex-parameters";
import { byThing, type Check, type Report } from "../finding";
import { sampleRuns } from "../sample-requests";
import type { GcpAccount } from "./account";

type Named = readonly [string, ModelConfig];

/** The templates that trainings start, with what they are started with. */
export const pipelines: Check<GcpAccount> = {
  asks: "Can each template be read, and does it take the configured parameters?",
  permissions: ["storage.objects.get", "artifactregistry.repositories.downloadArtifacts"],
  async look(account, report) {
    const all = byThing(account.models, ([, { pipeline }]) => pipeline.template);
    await Promise.all(
      [...all].map(([template, models]) =>
        report.look(`template ${template}`, permissionOf(template), () => lookAtTemplate(account, report, template, models)),
      ),
    );
  },
};

function permissionOf(template: string): string {
  return template.startsWith("gs:") ? "storage.objects.get" : "artifactregistry.repositories.downloadArtifacts";
}

async function lookAtTemplate({ clients }: GcpAccount, report: Report, uri: string, models: readonly Named[]): Promise<void> {
  const about = `template ${uri}`;
  const registry = clients.addressOf(uri.split("/")[2] ?? "");
  const options = { storage: clients.addressOf("storage.googleapis.com"), registry };
  const read = await readTemplate(clients.rest, uri, options).catch((error: unknown) => {
    if (!(error instanceof StartRefusedError)) throw error;
    if (error.cause instanceof GoogleApiError && error.cause.status === 403) throw error.cause;
    return error;
  });
  if (read instanceof StartRefusedError) {
    const isGone = read.cause instanceof GoogleApiError && read.cause.status === 404;
    const list = uri.startsWith("gs:")
      ? `gcloud storage ls ${uri.slice(0, uri.lastIndexOf("/") + 1)}`
      : "gcloud artifacts packages list";
    report.problem(
      about,
      isGone ? "does not exist" : read.message,
      `${list}; compile the pipeline again, or correct pipeline.template`,
    );
    return;
  }
  const told = new Map<string, { readonly model: string; readonly what: string; readonly mistake: string }>();
  for (const [model, config] of models)
    for (const { what, parameters } of sampleRuns(model, config, "gs://")) {
      const mistake = mistakeOf(read, parameters);
      // of two kinds of trainings that break alike, one is told
      if (mistake !== undefined) told.set(`${model} ${mistake}`, { model, what, mistake });
    }
  for (const { model, what, mistake } of told.values())
    report.problem(about, `${what} of ${model} would be refused: ${mistake}`, `correct models.${model}.pipeline.parameters`);
  if (told.size === 0) report.inOrder(about, `takes the parameters of ${models.map(([model]) => model).join(", ")}`);
}

function mistakeOf(template: PipelineTemplate, given: Readonly<Record<string, string>>): string | undefined {
  try {
    runtimeParameters(template, given);
    return undefined;
  } catch (error) {
    if (error instanceof StartRefusedError) return error.message;
    throw error;
  }
}

const accountSchema = z.object({ email: z.string(), disabled: z._default(z.boolean(), false) });

/** The service accounts that pipelines run as: those that the configuration names. */
export const pipelineAccounts: Check<GcpAccount> = {
  asks: "Does each named service account of a pipeline exist, and is it enabled?",
  permissions: ["iam.serviceAccounts.get"],
  async look(account, report) {
    const emails = byThing(account.models, ([, { pipeline }]) => pipeline.serviceAccount);
    await Promise.all(
      [...emails.keys()].map((email) =>
        report.look(email, "iam.serviceAccounts.get", async () => {
          const found = await account.get(
            `reading ${email}`,
            "iam.googleapis.com",
            `v1/projects/-/serviceAccounts/${email}`,
            accountSchema,
          );
          const [name = "", host = ""] = email.split("@");
          const of = `--project ${host.split(".")[0]}`;
          if (found === undefined) report.problem(email, "does not exist", `gcloud iam service-accounts create ${name} ${of}`);
          else if (found.disabled) report.problem(email, "is disabled", `gcloud iam service-accounts enable ${email} ${of}`);
          else report.inOrder(email, "exists");
        }),
      ),
    );
  },
};

const modelSchema = z.object({ name: z.string() });

/** The models of Vertex AI whose versions are judged. */
export const registries: Check<GcpAccount> = {
  asks: "Does the Vertex AI model of each promoted model exist?",
  permissions: ["aiplatform.models.get"],
  async look(account, report) {
    const { project, region } = account;
    const names = byThing(account.models, ([, { promotion }]) =>
      promotion === undefined ? undefined : vertexModelName(promotion.registry, { project, location: region }),
    );
    await Promise.all(
      [...names.keys()].map((name) =>
        report.look(name, "aiplatform.models.get", async () => {
          const found = await account.get(`reading ${name}`, vertexHost(name, region), `v1/${name}`, modelSchema);
          const cure = `gcloud ai models list --project ${project} --region ${region}; correct promotion.registry, or upload a first version`;
          if (found === undefined) report.problem(name, "does not exist", cure);
          else report.inOrder(name, "exists");
        }),
      ),
    );
  },
};

/** The host of a resource of Vertex AI, by the location in its name. */
export function vertexHost(name: string, region: string): string {
  return `${/\/locations\/([a-z0-9-]+)\//.exec(name)?.[1] ?? region}-aiplatform.googleapis.com`;
}
