import type { RunOutcome } from "../../functions/core/coordination/settle-run";
import type { Control } from "../control/control";
import { CommandError, findHistory } from "../find";
import { type Printout, usdText } from "../printout";

export const RUN_ENDS: readonly RunOutcome["status"][] = ["succeeded", "failed", "stopped"];

export interface SettleOptions {
  readonly status: RunOutcome["status"];
  readonly by: string;
  /** USD; without it, the reservation is taken for the cost. */
  readonly cost?: number;
}

/**
 * Ends a run by hand, as when its pipeline was deleted and nobody can be asked about it.
 * @throws CommandError when no running run was started for the request
 */
export async function settle(control: Control, requestId: string, { status, by, cost }: SettleOptions): Promise<Printout> {
  for (const settings of await control.models()) {
    const run = (await control.state(settings.model)).runs.find((held) => held.requestId === requestId);
    if (run === undefined) continue;
    const outcome = { requestId, status, settledBy: by, ...(cost !== undefined && { actualUsd: cost }) };
    await control.settle(settings, outcome);
    return { data: outcome, text: `${requestId} has ${status}, at ${usdText(cost ?? run.reservedUsd)}; its slot is free` };
  }
  const { run } = await findHistory(control, requestId);
  const end = run?.status === undefined ? "it holds no slot" : `it has ${run.status} already`;
  throw new CommandError(`${requestId} has no run to settle: ${end}; retrigger state lists those that run`);
}
