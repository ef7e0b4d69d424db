import { type CoordinationPorts, changeState } from "../functions/core/coordination/coordinate";
import type { CoordinatorState } from "../functions/core/coordination/coordinator-state";
import { type Answer, type ApprovalAnswer, answerApproval } from "../functions/core/coordination/intervene";
import type { ModelSettings } from "../functions/core/model-settings";

/** Takes a person's answer into a model's state. What follows from it is in the outbox, which the sweeper empties. */
export async function answerRequest(
  ports: Pick<CoordinationPorts, "states" | "now">,
  { model, policy }: ModelSettings,
  answer: ApprovalAnswer,
): Promise<Answer> {
  const { taken } = await changeState(ports, model, (state): { taken: Answer; state: CoordinatorState } => {
    const taken = answerApproval(policy, state, answer, ports.now());
    return { taken, state: "transition" in taken ? taken.transition.state : state };
  });
  return taken;
}
