import { PoisonMessageError } from "../../functions/core/errors";
import type { ModelSettings } from "../../functions/core/model-settings";

/** @throws PoisonMessageError when no model of that name is configured */
export function configuredModel(models: readonly ModelSettings[], name: string): string {
  if (models.some(({ model }) => model === name)) return name;
  throw new PoisonMessageError(`there is no model ${name}; there are ${models.map(({ model }) => model).join(", ") || "none"}`);
}
