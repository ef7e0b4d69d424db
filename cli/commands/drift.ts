import type { Control } from "../control/control";
import { describeDrift } from "../describe-drift";
import { findModel } from "../find";
import type { Paint, Printout } from "../printout";

/** What the newest reports of a model's monitors said, and what they were taken for; the newest windows first. */
export async function drift(control: Control, model: string, limit: number, paint: Paint): Promise<Printout> {
  const data = await control.drifts(model, limit);
  // a model that is not configured any more may have evaluations
  if (data.length === 0) await findModel(control, model);
  if (data.length === 0) return { data, text: `no drift report of ${model} was evaluated yet` };
  return { data, text: data.map((record) => describeDrift(record, paint)).join("\n\n") };
}
