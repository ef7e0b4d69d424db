// The key `promotion.mix`: a fixed hold-out from before the first automatic training, which goes into every run.
import * as z from "zod";
import type { TrainingMixPolicy } from "../../functions/core/promotion/promotion-settings";
import { address, BUCKET_PATTERN, part, sha256Schema } from "./fields";

const manifestSchema = address(
  new RegExp(`^${BUCKET_PATTERN}\\/[\\w.=@+-][\\w.=/@+-]{0,510}[\\w.=@+-]$`),
  "expected a file below its bucket, such as s3://acme-ml/hold-out/churn.manifest",
);

/** How the hold-out goes into the runs of a model. */
export const trainingMixSchema = part(
  {
    baseline: manifestSchema.describe(
      "Manifest of the hold-out, s3://… or gs://…, in the form of the manifests of batches; outside every watched prefix",
    ),
    sha256: sha256Schema
      .optional()
      .describe("SHA-256 of the manifest, 64 hexadecimal digits; another file is not used; by default any"),
    share: z
      .number({ error: "expected a share above 0 and below 1, such as 0.3" })
      .gt(0, { error: "expected a share above 0 and below 1, such as 0.3" })
      .lt(1, { error: "expected a share above 0 and below 1, such as 0.3" })
      .default(0.3)
      .describe("Part of the data of a run that the hold-out is to be; more than 0, less than 1"),
    by: z
      .enum(["objects", "bytes"], { error: "expected objects or bytes" })
      .default("objects")
      .describe("What that part is measured by: the number of objects, or their bytes"),
    required: z.boolean().default(true).describe("Whether a run that cannot have the hold-out is refused"),
  },
  "{baseline: s3://acme-ml/hold-out/churn.manifest, share: 0.3}",
);

export type TrainingMixConfig = z.output<typeof trainingMixSchema>;

/** What the functions must know of it. */
export function trainingMixPolicy({ required, sha256, ...same }: TrainingMixConfig): TrainingMixPolicy {
  return { ...same, ...(sha256 !== undefined && { sha256 }), isRequired: required };
}
