import * as z from "zod/mini";
import { ordinalSchema } from "../numbers";

/** When the check `adaptive` lets a training start: break-even, see `break-even.ts`. */
export const adaptivePolicySchema = z.strictObject({
  /** What a training costs in steps of full error, or how many of them a month may have, from which a price follows. */
  price: z.union([
    z.strictObject({ steps: z.number().check(z.nonnegative()) }),
    z.strictObject({ trainingsPerMonth: z.number().check(z.positive()) }),
  ]),
  /** Over which an error is aggregated, milliseconds. */
  stepMs: ordinalSchema,
  /** Of the signals that count; absent: any. */
  metric: z.exactOptional(z.string()),
  /** Time between trainings that suited the history best; absent for none. */
  periodMs: z.exactOptional(ordinalSchema),
  /** What a backtest of the history knows before the first step. */
  attainable: z.exactOptional(z.number().check(z.minimum(0), z.maximum(1))),
  variance: z.exactOptional(z.number().check(z.nonnegative())),
  /** Promotion says what serves; absent where a run that succeeded serves from its end. */
  isPromoted: z.exactOptional(z.literal(true)),
});

export type AdaptivePolicy = z.infer<typeof adaptivePolicySchema>;
