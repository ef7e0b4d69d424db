// The commands about candidates: which there are, how their rollouts stand, and what people answer and order.
import type { Command } from "commander";
import { isCandidateId } from "../functions/core/request-ids";
import { UsageError } from "./command-error";
import { DEFAULT_LIMIT, type RunCommand, wholeNumber } from "./command-options";
import { answer } from "./commands/answer";
import { answerCandidate } from "./commands/answer-candidate";
import { candidates } from "./commands/candidates";
import { orderRollout, refusePromotion } from "./commands/order-rollout";
import { rollout } from "./commands/rollout";
import { errorText } from "./printout";

const MODEL_OR_CANDIDATE = "the model, or its candidate: the id of that if you may send, but not read";

/** Adds them. @param command makes a command that has the common options */
export function promotionCommands(command: (name: string, description: string) => Command, run: RunCommand): void {
  command("candidates", "the newest candidates of a model, or of all, how each stands and why, and the champion")
    .argument("[model]")
    .option("--limit <number>", "at most this many of each model", wholeNumber(1, 10_000), DEFAULT_LIMIT)
    .action((model: string | undefined, options) =>
      run(options, (control, paint) => candidates(control, model, options.limit, paint)),
    );

  for (const [name, isApproved] of [
    ["approve", true],
    ["reject", false],
  ] as const) {
    command(name, `${name}s a request, or a candidate, that waits for approval`)
      .argument("<id>")
      .action((id: string, options) =>
        run(options, (control, paint) => {
          const said = { by: options.by, isApproved };
          return isCandidateId(id) ? answerCandidate(control, id, said) : answer(control, id, said, paint);
        }),
      );
  }

  command("rollout", "how the rollout of a model stands: its traffic, plan, evidence, and what holds it")
    .argument("<model>", "the model, or its candidate")
    .action((named: string, options) => run(options, (control, paint) => rollout(control, named, paint)));

  command("promote", "an emergency: gives the candidate in a rollout all of the traffic at once")
    .argument("<model>", MODEL_OR_CANDIDATE)
    .option("--now", "without it nothing is done: rollouts go forward by themselves")
    .option("--why <text>", "the reason, for the record")
    .action((named: string, { now, why, ...options }) =>
      run(options, async (control) => {
        if (now !== true) return await refusePromotion(control, named);
        if (why === undefined) throw new UsageError("--why is missing: the reason, for the record");
        return await orderRollout(control, named, { do: "promote", by: options.by, why }, announce);
      }),
    );

  for (const [name, description] of [
    ["rollback", "ends a rollout: the model that served before gets all of the traffic again"],
    ["hold", "keeps a rollout where it is until it is continued, or its evidence takes it back"],
  ] as const) {
    command(name, description)
      .argument("<model>", MODEL_OR_CANDIDATE)
      .requiredOption("--why <text>", "the reason, for the record")
      .action((named: string, options) => {
        const order = { do: name, by: options.by, why: options.why };
        return run(options, (control) => orderRollout(control, named, order, announce));
      });
  }

  command("continue", "lets a rollout that is held go on")
    .argument("<model>", MODEL_OR_CANDIDATE)
    .action((named: string, options) =>
      run(options, (control) => orderRollout(control, named, { do: "continue", by: options.by }, announce)),
    );
}

/** Beside what is printed, which may be JSON, and before it. */
function announce(line: string): void {
  process.stderr.write(`${errorText(line)}\n`);
}
