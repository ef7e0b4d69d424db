import * as z from "zod/mini";
import { PoisonMessageError } from "../errors";
import type { ModelSettings, ModelSettingsSource } from "../model-settings";
import { messageOf } from "../report";
import type { CapturePorts } from "./capture-ports";
import { monitorCaptures } from "./monitor-captures";

export interface CaptureMonitorPorts extends CapturePorts {
  readonly settings: ModelSettingsSource;
}

const orderSchema = z.object({ model: z.optional(z.string()) });

/**
 * Does what a schedule orders: looks for drift in the captured requests of the model that `order` names, `{"model": "<name>"}`, or of
 * all models when it names none, `{}`. One model's failure does not stop the others. May be repeated at any time, by anyone.
 * `until` is when no new window is begun any more, epoch milliseconds.
 * @throws PoisonMessageError when `order` is none, or of a model that is not configured; Error, after all had their turn, that names
 * the models which failed
 */
export async function monitorModels(ports: CaptureMonitorPorts, order: unknown, until: number): Promise<void> {
  const failed: string[] = [];
  for (const settings of orderedModels(order, await ports.settings.list())) {
    const { model } = settings;
    try {
      await monitorCaptures(ports, settings, until);
    } catch (error) {
      failed.push(model);
      ports.report({ level: "error", event: "monitoring-failed", model, error: messageOf(error) });
    }
  }
  if (failed.length > 0) throw new Error(`the monitoring failed for ${failed.join(", ")}; the next call tries again`);
}

function orderedModels(order: unknown, models: readonly ModelSettings[]): readonly ModelSettings[] {
  const parsed = orderSchema.safeParse(order);
  if (!parsed.success)
    throw new PoisonMessageError(`expected {"model": "<name>"}, or {} for all: ${z.prettifyError(parsed.error)}`);
  const { model: name } = parsed.data;
  if (name === undefined) return models;
  const found = models.filter(({ model }) => model === name);
  if (found.length > 0) return found;
  const names = models.map(({ model }) => model).join(", ") || "one in retrigger.yaml";
  throw new PoisonMessageError(`there is no model ${name.slice(0, 80)} to monitor; expected ${names}`);
}
