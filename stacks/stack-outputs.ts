import { TerraformOutput, Token } from "cdktf";
import type { Construct } from "constructs";
import { driftFolder } from "../functions/core/drift/report-identity";
import type { ModelSettings } from "../functions/core/model-settings";
import { capturedModels } from "../modules/captured-models";
import { promotedModels } from "../modules/promoted-models";

/** What an operator is told of a stack, by the outputs' names. */
export type StackOutputs = Readonly<
  Record<
    string,
    {
      readonly description: string;
      readonly value: string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;
    }
  >
>;

/** Adds outputs under exactly these names. */
export function addOutputs(stack: Construct, outputs: StackOutputs): void {
  for (const [name, { description, value }] of Object.entries(outputs)) {
    // As a token, since cdktf looks into plain lists and maps by a function that makes Node print a deprecation warning.
    new TerraformOutput(stack, name, { value: Token.asAny(value), description, staticId: true });
  }
}

/** Where each model's files are, in a cloud's storage. */
export function modelOutputs(scheme: "s3" | "gs", models: readonly ModelSettings[]): StackOutputs {
  const captured = capturedModels(models);
  const promoted = promotedModels(models);
  const byModel = (uriOf: (settings: ModelSettings) => string) =>
    Object.fromEntries(models.map((settings) => [settings.model, uriOf(settings)]));
  return {
    drift_reports: {
      description: "Where a drift report of each model may be put",
      value: byModel((settings) => `${scheme}://${settings.data.bucket}/${driftFolder(settings)}`),
    },
    manifests: {
      description: "Where each model's manifests are written",
      value: byModel(({ model, data }) => `${scheme}://${data.bucket}/${data.manifestPrefix}${model}/`),
    },
    ...(captured.length > 0 && {
      baselines: {
        description:
          "What each model's captured requests are compared with; delete a file, and a new one is made of the latest captures",
        value: Object.fromEntries(captured.map(({ settings, capture }) => [settings.model, capture.baseline])),
      },
    }),
    ...(promoted.length > 0 && {
      evaluations: {
        description:
          "Folder below which the trainings of each model write evaluation.json and predictions, or no candidate is judged",
        value: Object.fromEntries(
          promoted.map(({ settings, promotion: { evaluations } }) => [
            settings.model,
            `${scheme}://${evaluations.bucket}/${evaluations.prefix}`,
          ]),
        ),
      },
      registries: {
        description: "Where the trainings of each model register candidates",
        value: Object.fromEntries(promoted.map(({ settings, promotion }) => [settings.model, promotion.registry])),
      },
    }),
  };
}
