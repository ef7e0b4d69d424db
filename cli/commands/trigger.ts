import { createHash } from "node:crypto";
import { endedWithoutRun } from "../../functions/core/coordination/handle-coordinator-message";
import { epochRequestId, manualRequestId } from "../../functions/core/request-ids";
import { MAX_TAKEN, type TrainingRequest } from "../../functions/core/training-request";
import { CommandError, UsageError } from "../command-error";
import type { Control } from "../control/control";
import { describeDecision } from "../describe-decision";
import { findHistory, findModel } from "../find";
import type { Paint, Printout } from "../printout";
import { checkSaid } from "./answer";

export interface TriggerOptions {
  readonly why: string;
  readonly by: string;
  readonly priority: number;
  /** Asks again for what was asked before, under the next epoch of the same id. */
  readonly isForced: boolean;
  /** Ended requests, whose data it takes along. */
  readonly takesAlong: readonly string[];
}

/** Of the hash in a request id. */
const HASH_DIGITS = 6;

/** Asks for a training of a model. The same reason again on the same day is the same request, unless forced. */
export async function trigger(control: Control, model: string, options: TriggerOptions, paint: Paint): Promise<Printout> {
  const { why, by, priority, isForced, takesAlong } = options;
  checkSaid({ by, why });
  if (takesAlong.length > MAX_TAKEN)
    throw new UsageError(`--with: got ${takesAlong.length} requests; at most ${MAX_TAKEN} at once`);
  await findModel(control, model);
  for (const id of takesAlong) await checkIsSetAside(control, model, id);
  const requestedAt = control.now();
  const plainId = manualRequestId(model, why, requestedAt, hashOf(why));
  const id = isForced ? await nextEpoch(control, plainId) : plainId;
  const request: TrainingRequest = {
    id,
    model,
    causes: [{ type: "manual", by, why }],
    priority,
    manifests: [],
    requestedAt,
    ...(takesAlong.length > 0 && { takesAlong }),
  };
  const decisions = await control.trigger(request);
  if (decisions.length === 0)
    return { data: { request, decisions }, text: `queued ${id}\nretrigger why ${id} tells what was decided` };
  const isRefused = decisions.some(({ outcome }) => outcome === "reject" || outcome === "duplicate");
  const again = decisions.some(({ outcome }) => outcome === "duplicate") ? ["asked before; --force asks again"] : [];
  const texts = decisions.map((decision) => describeDecision(decision, paint));
  return { data: { request, decisions }, text: [id, ...texts, ...again].join("\n"), isRefused };
}

/** @throws CommandError for a request whose data cannot be taken along: it did not end without a run, or had none */
async function checkIsSetAside(control: Control, model: string, id: string): Promise<void> {
  const history = await findHistory(control, id);
  const [first] = history.decisions;
  if (first !== undefined && first.model !== model)
    throw new CommandError(`--with: ${id} is a request of ${first.model}, not of ${model}`);
  if (endedWithoutRun(history) !== undefined) return;
  throw new CommandError(`--with: ${id} did not end without a run, or brought no data; retrigger why ${id} tells more`);
}

/** Tells reasons apart that have the same letters and digits. */
function hashOf(why: string): string {
  return createHash("sha256").update(why).digest("hex").slice(0, HASH_DIGITS);
}

/** The id of the first epoch of `id` that was not decided on. */
async function nextEpoch(control: Control, id: string): Promise<string> {
  for (let epoch = 1; ; epoch++) {
    const forced = epochRequestId(id, epoch);
    if ((await control.history(forced)) === undefined) return forced;
  }
}
