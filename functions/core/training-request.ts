import * as z from "zod";

/** Highest (1) to lowest (5) priority of a request. */
export const prioritySchema = z.int().min(1).max(5);

/** Why a training is asked for. Each kind of trigger adds its variant. */
export const causeSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("data"),
    generation: z.int().min(1),
    reason: z.enum(["size", "window", "quiet"]),
    openedAt: z.int().nonnegative(),
    sealedAt: z.int().nonnegative(),
  }),
]);

/** A published list of objects to train on. */
export const manifestSchema = z.object({
  uri: z.string().min(1).max(1024),
  objects: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});

/** The one form that every cause of a training takes; times are epoch milliseconds. */
export const trainingRequestSchema = z.object({
  id: z.string().regex(/^[a-z]+\/[a-z][a-z0-9-]{0,39}\/[A-Za-z0-9._/-]{1,160}$/),
  model: z.string().min(1).max(40),
  causes: z.array(causeSchema).min(1).max(1000),
  priority: prioritySchema,
  manifests: z.array(manifestSchema).max(1000),
  requestedAt: z.int().nonnegative(),
});

export type Cause = z.infer<typeof causeSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** Priority of a request that new data raises, when the model's policy names none. */
export const DATA_PRIORITY = 4;

/** The request id of a published batch; equal for every publisher of the same generation. */
export function dataRequestId(model: string, generation: number): string {
  return `data/${model}/${generation}`;
}
