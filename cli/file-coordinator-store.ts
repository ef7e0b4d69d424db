import type { CoordinatorStore } from "../functions/core/coordination/coordinator-store";
import { readState, writeState } from "../local/replay-record";

/** `CoordinatorStore` in the `state.json` of a local run, for one person at a time. */
export function fileCoordinatorStore(folder: string): CoordinatorStore {
  return {
    load: async (model) => (await readState(folder)).states[model],
    async save(model, state, version) {
      const record = await readState(folder);
      if ((record.states[model]?.version ?? 0) !== version) return false;
      await writeState(folder, { ...record, states: { ...record.states, [model]: { state, version: version + 1 } } });
      return true;
    },
  };
}
