import * as z from "zod/mini";

/**
 * A model package was registered, or its status, approval or metadata changed, as EventBridge tells it: best effort, perhaps twice,
 * and also of what the promotion itself wrote. One without versions has no group, and is no version of anything.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package
 */
const packageEventSchema = z.object({
  source: z.literal("aws.sagemaker"),
  "detail-type": z.literal("SageMaker Model Package State Change"),
  detail: z.object({
    ModelPackageArn: z
      .string()
      .check(z.regex(/^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package\/[a-z0-9-]{1,63}(?:\/\d{1,5})?$/i)),
  }),
});

/** The group, in lower case as ARNs may have it, and the version of such an event; undefined for anything else. */
export function parsePackageEvent(message: unknown): { group: string; version: string } | undefined {
  const parsed = packageEventSchema.safeParse(message);
  if (!parsed.success) return undefined;
  const { ModelPackageArn: version } = parsed.data.detail;
  const [, name = "", number] = version.split("/");
  return { group: number === undefined ? "" : name.toLowerCase(), version };
}
