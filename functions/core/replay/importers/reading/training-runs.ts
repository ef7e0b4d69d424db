import type { HistoryLineOf } from "../../history-line";
import type { Findings } from "./findings";

/** A training run as a service lists it. */
export interface ListedRun {
  readonly run: string;
  readonly status: HistoryLineOf<"run">["status"];
  /** Epoch milliseconds, as the next. */
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly place: string;
}

/**
 * Takes the runs of a listing as a model's trainings, and tells what such a listing leaves out.
 * @param ends what to do for the ends of runs that have none
 */
export function takeRuns(findings: Findings, model: string, runs: Iterable<ListedRun>, ends: string): void {
  let [ended, withoutEnd] = [0, 0];
  for (const { run, status, startedAt, endedAt, place } of merged(runs, findings)) {
    const isReversed = endedAt !== undefined && endedAt < startedAt;
    if (isReversed) {
      const got = `an end ${Math.ceil((startedAt - endedAt) / 1000)} s before the start`;
      findings.refuse(place, { got, expected: "an end after the start: the run counts, without its end" });
    }
    const end = status === "running" || isReversed ? undefined : endedAt;
    if (status !== "running") ended++;
    if (status !== "running" && end === undefined) withoutEnd++;
    findings.add(run, { type: "run", model, at: startedAt, run, status, ...(end !== undefined && { endedAt: end }) });
  }
  if (findings.isEmpty()) return;
  if (withoutEnd > 0)
    findings.lack(
      `How long trainings take is not known of runs that ended at no known time, which are ${withoutEnd} of ${ended}: ${ends}.`,
    );
  findings.lack(
    "What a run cost is not in the listing, nor the newest data that it was trained on, nor the errors of its model and of the one that served then.",
  );
}

/** The runs, each once: of two reports of one, the end is what either knows, and the start what the first says. */
function merged(runs: Iterable<ListedRun>, findings: Findings): Iterable<ListedRun> {
  const merged = new Map<string, ListedRun>();
  for (const run of runs) {
    const known = merged.get(run.run);
    if (known === undefined) merged.set(run.run, run);
    else if (known.status === run.status && known.endedAt === run.endedAt) findings.repeated();
    else {
      // A page may be older than another that stands before it.
      const isOlder = run.status === "running" && known.status !== "running";
      merged.set(run.run, { ...(isOlder ? { ...run, ...known } : { ...known, ...run }), startedAt: known.startedAt });
    }
  }
  return merged.values();
}
