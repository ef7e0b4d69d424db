import type { Decision } from "../../functions/core/coordination/decision";
import type { DecisionLog, PipelineRun } from "../../functions/core/coordination/ports";
import type { DriftLog, DriftRecord } from "../../functions/core/drift/ports";
import type { LogEvent } from "../../functions/core/log/log";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { ReplayPorts } from "../edition";
import type { Deed, WorldJournal } from "./world-journal";

/** What is around the functions and is changed by what they do. */
export interface World {
  send(request: TrainingRequest): void;
  start(request: TrainingRequest): PipelineRun;
  notify(decision: Decision): void;
  /** Tells people of a drift. */
  notifyDrift(subject: string): void;
  /** Takes note of an evaluation that the log holds. */
  recallDrift(record: DriftRecord): void;
  /** Takes note of a decision that the log holds. */
  recall(decision: Decision): void;
  log(entry: LogEvent): void;
  /** True for an entry that `report` takes note of; the others, of which every sweep writes some, need not be kept. */
  isNoted(entry: LogEvent): boolean;
}

/** Does to the world once more what was done before. */
export function repeatDeed(world: World, deed: Deed): void {
  switch (deed.did) {
    case "send":
      world.send(deed.request);
      break;
    case "start":
      world.start(deed.request);
      break;
    case "notify":
      world.notify(deed.decision);
      break;
    case "record":
      world.recall(deed.decision);
      break;
    case "notify-drift":
      world.notifyDrift(deed.subject);
      break;
    case "record-drift":
      world.recallDrift(deed.record);
      break;
    case "report":
      world.log(deed.entry);
  }
}

/** The ports through which the functions change the world; every deed is written down before it is done. */
export function worldPorts(
  world: World,
  { decisions, drifts }: { readonly decisions: DecisionLog; readonly drifts: DriftLog },
  journal: Pick<WorldJournal, "write">,
): Pick<ReplayPorts, "requests" | "decisions" | "launcher" | "notifier" | "drifts" | "log"> {
  function act(deed: Deed): void {
    journal.write(deed);
    repeatDeed(world, deed);
  }
  return {
    requests: { send: async (request) => act({ did: "send", request }) },
    decisions: {
      record: async (decision) => {
        await decisions.record(decision);
        act({ did: "record", decision });
      },
      recordRun: (...run) => decisions.recordRun(...run),
      recordOutcome: (...outcome) => decisions.recordOutcome(...outcome),
      read: (requestId) => decisions.read(requestId),
      list: (...query) => decisions.list(...query),
      between: (...query) => decisions.between(...query),
    },
    launcher: {
      start: async (request) => {
        journal.write({ did: "start", request });
        return world.start(request);
      },
    },
    notifier: {
      notify: async ({ subject, decision }) =>
        act(decision === undefined ? { did: "notify-drift", subject } : { did: "notify", decision }),
    },
    drifts: {
      record: async (record) => {
        await drifts.record(record);
        act({ did: "record-drift", record });
      },
      list: (...query) => drifts.list(...query),
    },
    log: (entry) => {
      if (world.isNoted(entry)) act({ did: "report", entry });
    },
  };
}
