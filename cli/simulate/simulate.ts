import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { durationMs } from "../../config/sections/fields";
import { REFERENCE_NAMES } from "../../functions/core/replay/references/reference-schedules";
import type { SimulatedPolicy } from "../../functions/core/replay/simulated-policy";
import { namedPolicy, type PolicyName } from "../../functions/core/replay/simulation/named-policies";
import { type SimulatedHistory, shownPrice } from "../../functions/core/replay/simulation/simulate-history";
import type { SimulationResult } from "../../functions/core/replay/simulation-result";
import { version } from "../../package.json";
import { CommandError, UsageError } from "../command-error";
import { refuseOverwriting, refuseReadOnce } from "../history/history-paths";
import { offsetOption } from "../history/offset-option";
import { openHistory } from "../history/read-history";
import { filesText, noLinesError, toldFiles } from "../history/told-files";
import type { Paint, Printout } from "../printout";
import { decisionsKey, simulationReport } from "../report/simulation-report";
import { configuredSettings, defaultSettings, policyOfFile } from "./policy-settings";
import { readCurve } from "./read-curve";
import { runSimulation, usefulWorkers } from "./run-simulation";
import { simulationProgress } from "./simulation-progress";
import { simulationText } from "./simulation-text";

/** What a person chose. */
export interface SimulateOptions {
  readonly history: readonly string[];
  readonly policies: readonly PolicyName[];
  readonly policy: readonly string[];
  readonly model?: string;
  /** Of times without an offset, such as `+02:00`. */
  readonly timezone?: string;
  readonly config?: string;
  readonly period: string;
  readonly step: string;
  readonly run: string;
  readonly runUsd?: number;
  readonly prices: readonly number[];
  readonly approvals: "granted" | "unanswered";
  readonly curve?: string;
  readonly train?: string;
  readonly output?: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

const DEFAULT_OUTPUT = "retrigger-simulation.html";

/**
 * Replays histories under several policies, tells what each would have done, and writes it as a page; with `json`, only where a
 * file is named for it.
 * @throws CommandError when a file cannot be read or is broken, or holds nothing of the model; UsageError for options that
 * exclude each other
 */
export async function simulate(options: SimulateOptions, paint: Paint): Promise<Printout> {
  const { history, step, run, runUsd, prices, approvals, model, timezone, curve, train } = options;
  if (curve !== undefined && train !== undefined) throw new UsageError("--curve and --train are both given; give one of them");
  refuseReadOnce(history);
  const output = options.output ?? (options.json === true ? undefined : DEFAULT_OUTPUT);
  if (output !== undefined) refuseOutput(output, options);
  const { policies, otherwise } = policiesOf(options);
  const bytes = history.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  const progress = simulationProgress(process.stderr, Date.now);
  const offsetMinutes = timezone === undefined ? undefined : offsetOption(timezone);
  const opened = () =>
    openHistory(
      history.map((path) => ({ path })),
      { ...(model !== undefined && { model }), ...(offsetMinutes !== undefined && { offsetMinutes }) },
    );
  const read = { files: opened().files };
  const finished = await runSimulation({
    read: () => {
      const again = opened();
      read.files = again.files;
      return again;
    },
    ...(model !== undefined && { model }),
    options: {
      policies,
      otherwise,
      stepMs: durationMs(step),
      runMs: durationMs(run),
      ...(runUsd !== undefined && { costUsd: runUsd }),
      prices,
      approvals,
      ...(curve !== undefined && { curve: readCurve(curve) }),
      ...(train !== undefined && { train }),
    },
    workers: train === undefined ? usefulWorkers(bytes) : 0,
    onLines: progress.update,
  }).finally(progress.clear);
  if (finished.length === 0) throw noLinesError(read.files, { ...(model !== undefined && { model }), page: "docs/simulate.md" });
  const files = toldFiles(read.files);
  const data: SimulationResult = { version: 1, retrigger: version, models: finished.map(({ result }) => result), files };
  if (output !== undefined) await writeReport(output, data, finished);
  const isOpened = output === undefined || options.open !== true || (await openFile(output));
  const texts = [
    ...data.models.map((one) => simulationText(one, shownPrice(prices), paint)),
    ...filesText(files, paint),
    ...(output === undefined ? [] : [`Written to ${output}`]),
    ...(isOpened ? [] : [`could not be opened: ${output}`]),
  ];
  return { data, text: texts.join("\n\n") };
}

/** Before anything is simulated: the page would be lost at the end, or a file that it was made of. */
function refuseOutput(output: string, { history, policy, config, curve, train }: SimulateOptions): void {
  if (output === "" || output === "-") throw new UsageError(`--output ${output}: the page needs a file; name one, or use --json`);
  refuseOverwriting(output, [...history, ...policy, ...[config, curve, train].filter((file) => file !== undefined)]);
}

/** The policies of each configured model, and of all others. */
function policiesOf({ policies: names, policy: files, config, period, step, prices }: SimulateOptions) {
  const configured = config === undefined ? new Map() : configuredSettings(config);
  const own = files.map(policyOfFile);
  const price = shownPrice(prices);
  const all = (settings: SimulatedPolicy["settings"]) => {
    const parts = { settings, periodMs: durationMs(period), period, stepMs: durationMs(step), price };
    return [...names.map((name) => namedPolicy(name, parts)), ...own];
  };
  const taken = [...names, ...own.map(({ name }) => name)];
  const twice = taken.find((name, place) => taken.indexOf(name) !== place);
  if (twice !== undefined) throw new UsageError(`two policies are named ${twice}; rename the file of one`);
  const reference = own.find(({ name }) => REFERENCE_NAMES.some((one) => one === name))?.name;
  if (reference !== undefined)
    throw new UsageError(
      `a policy is named ${reference}, as a reference beside it; rename its file: none is named ${REFERENCE_NAMES.join(", ")}`,
    );
  if (taken.length === 0) throw new UsageError("no policy is given; name some with --policies, or files with --policy");
  return {
    policies: new Map([...configured].map(([model, settings]) => [model, all(settings)])),
    otherwise: all(defaultSettings()),
  };
}

async function writeReport(file: string, result: SimulationResult, finished: readonly SimulatedHistory[]): Promise<void> {
  const columns = new Map(
    finished.flatMap(({ result: { history }, columns }) =>
      [...columns].map(([policy, decisions]) => [decisionsKey(history.model, policy), decisions] as const),
    ),
  );
  try {
    await writeFile(file, simulationReport({ result, columns }));
  } catch (error) {
    throw new CommandError(`${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** So long an opener is waited for. */
const OPENER_MS = 2_000;

/**
 * Shows a file with whatever the platform shows such files with.
 * @returns false where that cannot be: the file is there all the same
 */
function openFile(file: string): Promise<boolean> {
  const [command, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(command, [...before, file], { detached: true, stdio: "ignore" });
  return new Promise((resolve) => {
    const told = (isShown: boolean) => {
      clearTimeout(timer);
      opener.unref();
      resolve(isShown);
    };
    // An opener that stays is the program that shows the file.
    const timer = setTimeout(() => told(true), OPENER_MS);
    opener.on("error", () => told(false));
    opener.on("exit", (code) => told(code === 0));
  });
}
