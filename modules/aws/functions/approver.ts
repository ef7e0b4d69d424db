import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type PromotedModel, promotedModels } from "../../promoted-models";
import { approveCandidates, readCandidates } from "../access/registry-permissions";
import type { AwsDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 60;
/** The next tick does the same. */
const MAXIMUM_WAIT_SEC = 60;

export interface ApproverProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  /** Whose approval is separate; one at least. */
  readonly models: readonly PromotedModel[];
}

/**
 * Marks as approved, every minute, what the promoter and people found good, for the models whose approval is separate: it judges
 * nothing, and reads no evaluation.
 */
export class Approver extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, state, models }: ApproverProps) {
    super(scope, id, {
      deployment,
      role: "approver",
      description: "Marks candidates as approved that the promoter, which may not, has passed",
      models: models.map(({ settings }) => settings),
      statementsOf: (some) => {
        const own = promotedModels(some);
        return [
          state.readSettings(),
          state.replace("promotions"),
          state.readMany("promotions"),
          readCandidates(deployment, own),
          ...approveCandidates(deployment, own),
        ];
      },
      environment: { [ENVIRONMENT.state]: state.tableName },
      timeoutSec: TIMEOUT_SEC,
      schedulerRole: "approver-schedule",
      maximumWaitSec: MAXIMUM_WAIT_SEC,
      deliveryRetries: 0,
      schedules: [{ id: "Resource", name: "approver", expression: "rate(1 minute)" }],
    });
  }
}
