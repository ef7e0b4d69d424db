import * as z from "zod/mini";
import type { Stored } from "../../state-layout";

/** What the champion did in the seven days before a rollout, frozen at its start. */
export const championHistorySchema = z.object({
  /** Share of its requests that ended with an error. */
  rate: z.number(),
  /** What its error rate reaches in its worst usual windows; see section 2.5 of the policy in docs/promotion.md. */
  high: z.number(),
  /** Squared coefficient of variation of its error rate at each of the policy's time scales; empty where it is not known. */
  noise: z.array(z.number()),
  /** Mean requests of a window. */
  requests: z.number(),
});

export type ChampionHistory = Stored<typeof championHistorySchema>;
