import { basename } from "node:path";
import { assessable, assessFile, assessReports, readReports } from "../../../functions/core/drift/assess-document";
import type { DriftPorts } from "../../../functions/core/drift/assess-drift";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { requestFates } from "../../../functions/core/drift/episodes/request-fate";
import type { ReportFile } from "../../../functions/core/drift/ports";
import { PoisonMessageError, RetryableError } from "../../../functions/core/errors";
import type { LogRecord } from "../../../functions/core/log/log";
import { memoryDecisionLog, memoryNotifier, memoryQualityQueue, memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../../functions/memory/drift";
import { settingsOf } from "../../simulation/data-path";
import { nannymlWithFutureWeek, ownReport } from "../../simulation/drift-documents";
import { NOON } from "../../simulation/requests";
import { fixtureFile } from "./sources/documents";

const SETTINGS = settingsOf();
const URI = "s3://data/drift/flight-delay/weekly.json";
const FILE = { uri: URI, version: "v1", settings: SETTINGS };
const GOOD_WEEKS = ["2001-03-05/2001-03-11", "2001-03-19/2001-03-25"];

describe("assessReports", () => {
  it("should assess every good report of a document, and then refuse it for the bad one, however often it comes", async () => {
    const world = createWorld();
    const document = { text: nannymlWithFutureWeek(), id: "m1", at: NOON, owners: [SETTINGS] };

    for (let delivery = 0; delivery < 2; delivery++) {
      const assessing = assessReports(world.ports, readReports(document, [SETTINGS], NOON));

      await expect(assessing).rejects.toThrow(PoisonMessageError);
      await expect(assessing).rejects.toThrow("got a window that ends at 2101-03-18");
    }

    expect(world.assessed().map((id) => GOOD_WEEKS.find((week) => id.includes(week)))).toEqual(GOOD_WEEKS);
  });

  it("should assess those after a report that is refused, whichever model's it is", async () => {
    const world = createWorld();
    const other = { ...SETTINGS, model: "other" };
    const reports = [["first"], ["late", NOON + 86_400_000], ["foreign", NOON, "third"], ["last"]] as const;
    const owned = reports.map(([id, end = NOON, model = "other"]) => ({
      settings: other,
      report: parseDriftReport(JSON.parse(ownReport(id, end, { model }))),
    }));

    const assessing = assessReports(world.ports, assessable(owned, NOON));

    await expect(assessing).rejects.toThrow(
      /the drift report late: got a window .*; the drift report foreign: got a report of model/,
    );
    expect(world.assessed()).toEqual(["first", "last"]);
  });

  it("should stop at a fault, so that the windows of a monitor are assessed in their order when it comes again", async () => {
    const world = createWorld();
    const read = readReports({ text: nannymlWithFutureWeek(), id: "m1", at: NOON, owners: [SETTINGS] }, [SETTINGS], NOON);
    const failing = { ...world.ports, drifts: { ...world.drifts, record: () => Promise.reject(new RetryableError("throttled")) } };

    await expect(assessReports(failing, read)).rejects.toThrow("throttled");
    expect(world.assessed()).toEqual([]);
    await expect(assessReports(world.ports, read)).rejects.toThrow(PoisonMessageError);

    expect(world.assessed().map((id) => GOOD_WEEKS.find((week) => id.includes(week)))).toEqual(GOOD_WEEKS);
  });
});

describe("assessFile", () => {
  it("should assess the version that was announced", async () => {
    const world = createWorld({ v1: ownReport("first", NOON), v2: ownReport("second", NOON) });

    await assessFile(world.ports, FILE);

    expect(world.assessed()).toEqual(["first"]);
    expect(world.warnings()).toEqual([]);
  });

  it("should assess the newer file where the announced version is gone, once beside its own announcement, and tell the loss", async () => {
    const world = createWorld({ v2: ownReport("second", NOON) });

    await assessFile(world.ports, FILE);
    await assessFile(world.ports, { ...FILE, version: "v2" });

    expect(world.assessed()).toEqual(["second"]);
    expect(world.warnings()).toEqual([{ level: "warn", event: "drift-report-gone", model: "flight-delay", uri: URI }]);
  });

  it.each([
    ["s3://data/drift/flight-delay/model-quality/1.json", "sagemaker-violations model-quality"],
    ["gs://data/drift/flight-delay/2026/11/bias.json", "sagemaker-violations bias"],
    ["s3://data/drift/flight-delay/1.json", "sagemaker-violations of unknown type"],
  ])("should tell by the place of %s which monitor found nothing", async (uri, monitor) => {
    const world = createWorld({ v1: '{"violations": []}' });

    await assessFile(world.ports, { ...FILE, uri });

    expect(world.drifts.records().map(({ evaluation }) => evaluation.monitor)).toEqual([monitor]);
  });

  it.each([FILE, { uri: URI, settings: SETTINGS }])(
    "should fail, and refuse nothing, where there is no file at all",
    async (file) => {
      const world = createWorld();

      const assessing = assessFile(world.ports, file);

      await expect(assessing).rejects.toThrow(RetryableError);
      await expect(assessing).rejects.toThrow(`the drift report ${URI} is not there; put it back, and it is read`);
      expect(world.warnings()).toEqual([]);
    },
  );
});

describe("files of Model Monitor, dropped every day", () => {
  const TYPES = ["model-quality", "bias", "attribution", "empty"];

  it.each([
    ["nothing", ["data-quality"]],
    ["the other types after it", ["data-quality", ...TYPES]],
    ["the other types before it", [...TYPES, "data-quality"]],
    ["the other types around it", ["bias", "empty", "data-quality", "model-quality", "attribution"]],
    ["a file without violations of a known type", ["data-quality", "model-quality/empty", "bias/empty", "attribution/empty"]],
  ])("should detect a drift of data quality at its second report, with %s beside it", async (_what, names) => {
    const severities = (await dropped(4, names)).get("data-quality") ?? [];

    expect(severities).toEqual(["none", "medium", "medium", "medium"]);
  });

  it("should detect each type's drift at its second report too, and nothing of a file that is empty", async () => {
    const severities = await dropped(4, ["data-quality", ...TYPES]);

    for (const name of ["model-quality", "bias", "attribution"]) {
      expect([name, severities.get(name)]).toEqual([name, ["none", "medium", "medium", "medium"]]);
    }
    expect(severities.get("empty")).toEqual(["none", "none", "none", "none"]);
  });

  it("should end a drift of data quality with a file of its own type without violations, and not with another's", async () => {
    const severityAfter = async (name: string) => {
      const world = createDroppedWorld();
      for (const [day, file] of ["data-quality", "data-quality", name, "data-quality"].entries()) await world.drop(day, file);
      return world.severities.get("data-quality")?.at(-1);
    };

    expect(await severityAfter("data-quality/empty")).toBe("none");
    expect(await severityAfter("model-quality/empty")).toBe("medium");
    expect(await severityAfter("empty")).toBe("medium");
  });
});

// Helpers

/** The severities that files lead to that are dropped under `drift/<model>/` every day at noon, in this order, by name. */
async function dropped(days: number, names: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  const world = createDroppedWorld();
  for (let day = 0; day < days; day++) for (const name of names) await world.drop(day, name);
  return world.severities;
}

/** Where files are dropped under `drift/<model>/`, a minute apart; `bias/empty` is the file `empty` in a folder of that name. */
function createDroppedWorld() {
  const { ports, drifts } = createWorld();
  const severities = new Map<string, string[]>();
  let files = 0;
  return {
    severities,
    async drop(day: number, name: string): Promise<void> {
      const at = NOON + day * 86_400_000 + 60_000 * files++;
      const file = { text: fixtureFile(`model-monitor/${basename(name)}.json`), version: `v${files}`, writtenAt: at };
      const uri = `s3://data/drift/flight-delay/${name}.json`;
      const before = drifts.records().length;
      await assessFile(
        { ...ports, now: () => at, reports: { read: async () => file } },
        { uri, version: file.version, settings: SETTINGS },
      );
      const told = drifts
        .records()
        .slice(before)
        .map(({ evaluation }) => evaluation.severity);
      severities.set(name, [...(severities.get(name) ?? []), ...told]);
    },
  };
}

/** Versions of the one file, the newest last. */
function createWorld(versions: Readonly<Record<string, string>> = {}) {
  const log: LogRecord[] = [];
  const drifts = memoryDriftLog();
  const ports: DriftPorts = {
    histories: memoryDriftHistoryStore(),
    drifts,
    qualities: memoryQualityQueue(async () => undefined),
    requests: memoryRequestQueue(async () => undefined),
    notifier: memoryNotifier(),
    fates: requestFates(memoryDecisionLog()),
    log: (entry) => void log.push(entry),
    now: () => NOON,
  };
  const fileOf = (version: string | undefined): ReportFile | undefined => {
    const text = version === undefined ? undefined : versions[version];
    return version === undefined || text === undefined ? undefined : { text, version, writtenAt: NOON };
  };
  const reports = { read: async (_uri: string, version = Object.keys(versions).at(-1)) => fileOf(version) };
  return {
    ports: { ...ports, reports },
    drifts,
    assessed: () => drifts.records().map(({ evaluation }) => evaluation.reportId),
    warnings: () => log.filter(({ level }) => level === "warn").filter(({ event }) => event !== "drift-detected"),
  };
}
