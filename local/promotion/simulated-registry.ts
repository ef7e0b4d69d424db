import type { ModelRegistry, RegisteredVersion } from "../../functions/core/promotion/ports";
import { memoryModelRegistry, type VersionNaming } from "../../functions/memory/model-registry";
import type { TrainedModel } from "./training-job";

/** A registry of the replay's cloud, with what its pipelines do to it. */
export interface SimulatedRegistry extends ModelRegistry {
  /** Puts a new model into a registry, where it waits for somebody to decide about it. */
  register(registry: string, trained: TrainedModel): RegisteredVersion;
}

/**
 * The registries of the replay's cloud. `announce` is told of each version that is registered, and of each mark that is written.
 */
export function simulatedRegistry(
  registries: readonly string[],
  naming: VersionNaming,
  announce: (version: RegisteredVersion) => void,
): SimulatedRegistry {
  const memory = memoryModelRegistry(naming);
  for (const registry of registries) memory.create(registry);
  return {
    list: memory.list,
    newestApproved: memory.newestApproved,
    describe: memory.describe,
    register(registry, { run, evaluationUri }) {
      const version = memory.register(registry, { registeredAt: Date.parse(run.endsAt), runId: run.runId, evaluationUri });
      announce(version);
      return version;
    },
    async mark(mark) {
      const written = memory.marks.length;
      const outcome = await memory.mark(mark);
      const marked = memory.marks.length > written ? await memory.describe(mark.version) : undefined;
      if (marked !== undefined) announce(marked);
      return outcome;
    },
  };
}
