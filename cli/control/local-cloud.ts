import type { WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import type { ModelSettings } from "../../functions/core/model-settings";
import { appendRun, readRuns } from "../../local/files/replay-record";
import { runState, simulatedRun } from "../../local/world/simulated-run";

/** The cloud of a local run, in its `runs.jsonl`: a request that is asked again is answered with the run that it started. */
export function localCloud(
  record: string,
  models: readonly ModelSettings[],
  seed: number,
  now: () => number,
): Pick<WatchingPorts, "launcher" | "watcher"> {
  return {
    launcher: {
      async start(request) {
        const known = (await readRuns(record)).find(({ requestId }) => requestId === request.id);
        if (known !== undefined) return { runId: known.runId };
        const settings = models.find(({ model }) => model === request.model);
        if (settings === undefined) throw new Error(`the local run has no pipeline for the model ${request.model}`);
        const run = simulatedRun(settings, request, now(), seed);
        await appendRun(record, run);
        return { runId: run.runId };
      },
    },
    watcher: {
      async describe(runId) {
        const run = (await readRuns(record)).find((one) => one.runId === runId);
        if (run === undefined) throw new Error(`runs.jsonl has no run ${runId}`);
        return runState(run, now());
      },
    },
  };
}
