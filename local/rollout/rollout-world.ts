import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { amountSchema, ordinalSchema, timeSchema } from "../../functions/core/numbers";
import type { ModelRegistry } from "../../functions/core/promotion/ports";
import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import type { Stored } from "../../functions/core/state-layout";
import { memoryModelRegistry } from "../../functions/memory/model-registry";
import type { CloudName, LocalCloud } from "../clouds/local-cloud";
import { hasCode, parseJson } from "../files/json-files";
import { flightTraffic } from "./candidates";
import { endpointStateSchema } from "./endpoint-state";
import { newEndpoint, type SimulatedEndpoint, simulatedEndpoint } from "./simulated-endpoint";

/** What makes one run of the scenario another one. */
export interface RolloutRun {
  readonly cloud: CloudName;
  readonly seed: number;
  /** Candidates are registered in this span, epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

const FORMAT = 1;

const newVersionSchema = z.object({
  registeredAt: timeSchema,
  runId: z.exactOptional(z.string()),
  evaluationUri: z.exactOptional(z.string()),
});

/** `rollout-world.json`: the cloud around the functions. What the functions remember has its own files. */
const worldSchema = z.object({
  format: z.literal(FORMAT),
  run: z.object({ cloud: z.enum(["aws", "gcp"]), seed: z.int(), from: timeSchema, until: timeSchema }),
  /** Virtual time of the next minute, epoch milliseconds. */
  now: timeSchema,
  endpoint: endpointStateSchema,
  versions: z.array(newVersionSchema),
  marks: z.array(
    z.object({
      version: z.string(),
      candidateId: z.string(),
      verdict: z.enum(["approved", "rejected", "waiting"]),
      why: z.string(),
    }),
  ),
  /** Numbers of the versions whose share somebody has set by hand. */
  edited: z.array(ordinalSchema),
  /** Invocations by the name of the function. */
  invocations: z.record(z.string(), amountSchema),
  killed: amountSchema,
  isDone: z.boolean(),
});

type NewVersion = Stored<typeof newVersionSchema>;
type WorldRecord = Stored<typeof worldSchema>;

/** The cloud of a run, which survives the process: every change is in its file before whoever made it hears of it. */
export interface RolloutWorld {
  readonly now: () => number;
  readonly endpoint: SimulatedEndpoint;
  readonly registry: ModelRegistry;
  /** How many versions there are. */
  readonly versions: () => number;
  /** True when somebody decided about each of them. */
  readonly isDecided: () => Promise<boolean>;
  /** Registers the next version; `more` happens at the same moment. */
  readonly register: (version: NewVersion, more: (endpoint: SimulatedEndpoint) => void) => void;
  /** Lets somebody do what was not done yet to the endpoint, for the version of that number. */
  readonly editOnce: (number: number, edit: (endpoint: SimulatedEndpoint) => boolean) => void;
  /** Virtual time goes on to `time`, after these invocations. It is not saved before anything else is. */
  readonly goOn: (time: number, counts: Pick<WorldRecord, "invocations" | "killed">) => void;
  /** Saves the time: minutes in which nothing was saved pass again, alike, when a run is gone on with. */
  readonly saveTime: () => void;
  readonly counts: () => Pick<WorldRecord, "invocations" | "killed">;
  /** The run is over: there is nothing to be gone on with. */
  readonly finish: () => void;
}

/** The world of an unfinished run in a folder; undefined where there is none, or it is of other options. */
export function unfinishedRun(folder: string, run: RolloutRun): WorldRecord | undefined {
  const record = readWorld(folder);
  return record !== undefined && !record.isDone && JSON.stringify(record.run) === JSON.stringify(run) ? record : undefined;
}

/** Virtual time of a run of the scenario in a folder, epoch milliseconds; undefined where there is none. */
export function timeOfRun(folder: string): number | undefined {
  return readWorld(folder)?.now;
}

/** Empties a folder for a new run, in which the first version serves. */
export function newWorld(folder: string, run: RolloutRun, cloud: LocalCloud, registry: string, first: NewVersion): WorldRecord {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { version } = cloud.versionNaming(registry, 1);
  const endpoint = newEndpoint(
    cloud.endpointLayout === "vertex"
      ? { config: "1", variant: "1000000001", source: version }
      : { config: "flight-delays-first", variant: "AllTraffic", source: version },
  );
  const nothing = { marks: [], edited: [], invocations: {}, killed: 0, isDone: false };
  return { format: FORMAT, run, now: run.from, endpoint, versions: [first], ...nothing };
}

/** Of so many windows one lacks the candidate's errors for ever, and of so many the counts of one come late. */
const LACKING = 50;
const LATE = 8;
const MINUTE_MS = 60_000;
const LATE_MS = 11 * MINUTE_MS;
const USUAL_MS = 3 * MINUTE_MS;
const P95_MS = 120;

/** The world as it was kept. Its registry has one version that somebody approved before. */
export async function openWorld(
  folder: string,
  cloud: LocalCloud,
  about: { readonly endpoint: string; readonly registry: string },
  kept: WorldRecord,
): Promise<RolloutWorld> {
  let record = kept;
  let savedAt = kept.now;
  const { run } = kept;
  const hasLatency = cloud.endpointLayout === "vertex";
  const save = (next: WorldRecord) => {
    record = next;
    savedAt = next.now;
    writeWorld(folder, next);
  };
  let isTogether = false;
  const endpoint = simulatedEndpoint({
    name: about.endpoint,
    layout: cloud.endpointLayout,
    seed: run.seed,
    behaviour: flightTraffic(run.seed, hasLatency),
    now: () => record.now,
    state: record.endpoint,
    saved(state) {
      if (isTogether) record = { ...record, endpoint: state };
      else save({ ...record, endpoint: state });
    },
    lateMs: (at) => (turnOf(at, LATE) === 0 ? LATE_MS : USUAL_MS),
    lacksErrors: (at) => turnOf(at, LACKING) === 1,
    ...(hasLatency && { p95Ms: P95_MS }),
  });
  /** What happens to the endpoint and what is noted of it are saved as one. */
  function together(deed: () => void, noted: (before: WorldRecord) => WorldRecord): void {
    isTogether = true;
    deed();
    isTogether = false;
    save(noted(record));
  }
  const memory = await registryOf(cloud, about.registry, record);
  writeWorld(folder, record);
  return {
    now: () => record.now,
    endpoint,
    registry: {
      list: memory.list,
      newestApproved: memory.newestApproved,
      describe: memory.describe,
      async mark(mark) {
        const outcome = await memory.mark(mark);
        save({ ...record, marks: memory.marks });
        return outcome;
      },
    },
    versions: () => record.versions.length,
    isDecided: async () => (await memory.list(about.registry, 0)).every(({ approval }) => approval !== "pending"),
    register(version, more) {
      together(
        () => more(endpoint),
        (before) => ({ ...before, versions: [...before.versions, version] }),
      );
      memory.register(about.registry, version);
    },
    editOnce(number, edit) {
      if (record.edited.includes(number)) return;
      let isDone = false;
      together(
        () => {
          isDone = edit(endpoint);
        },
        (before) => (isDone ? { ...before, edited: [...before.edited, number] } : before),
      );
    },
    goOn(time, counts) {
      record = { ...record, ...counts, now: time };
    },
    saveTime() {
      if (record.now !== savedAt) save(record);
    },
    counts: () => ({ invocations: record.invocations, killed: record.killed }),
    finish: () => save({ ...record, isDone: true }),
  };
}

async function registryOf(cloud: LocalCloud, registry: string, { versions, marks }: WorldRecord) {
  const memory = memoryModelRegistry(cloud.versionNaming);
  for (const [index, version] of versions.entries()) {
    const registered = memory.register(registry, version);
    if (index === 0) memory.change(registered.version, { approval: "approved" });
  }
  for (const mark of marks) await memory.mark(mark);
  return memory;
}

/** Windows are counted through, from 0 below `limit`. */
function turnOf(at: number, limit: number): number {
  return (at / WINDOW_MS) % limit;
}

function worldFile(folder: string): string {
  return join(folder, "rollout-world.json");
}

/** Replaced as a whole, so that a kill leaves the old one or the new one. */
function writeWorld(folder: string, record: WorldRecord): void {
  const path = worldFile(folder);
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** Undefined where there is none, or it is of another version of Retrigger. @throws BrokenFileError */
function readWorld(folder: string): WorldRecord | undefined {
  const path = worldFile(folder);
  try {
    const text = readFileSync(path, "utf8");
    const { format } = parseJson(path, text, z.looseObject({ format: z.unknown() }));
    return format === FORMAT ? parseJson(path, text, worldSchema) : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
