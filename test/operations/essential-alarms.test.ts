import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WATCH_LEVELS, type WatchLevel } from "../../functions/core/log/essential-metrics";
import type { LogEvent, LogRecord } from "../../functions/core/log/log";
import type { Metric } from "../../functions/core/log/metric";
import { METRICS } from "../../functions/core/log/metric-list";
import { essentialMetricsOf, type MetricValue, metricsOf } from "../../functions/core/log/metrics-of";
import { limitsLog } from "../../functions/core/log/passed-limits";
import type { Alarm, ConfiguredAlarm, ModelLimits } from "../../operations/alarm";
import { ALARMS, type AlarmName } from "../../operations/alarm-list";
import { configuredAlarms, type Watched } from "../../operations/configured-alarms";
import { type EssentialForm, essentialForm, namingLines, passableLimits } from "../../operations/essential-alarms";
import { metricNamed } from "../../operations/service-metric";
import { evaluate, type Sample } from "./alarm-evaluator";
import { type WatchedDeployment, watchSize } from "./watch-size";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const LIMITS: ModelLimits = {
  noDataSec: DAY,
  monitorSilentSec: 2 * DAY,
  unreadShare: 0.01,
  suspectedSec: 7 * DAY,
  runOverUsual: 3,
  storm: 100,
  approvalLeftSec: 30 * MINUTE,
  promotion: { candidateAgeSec: 4 * DAY, hasRollout: true },
  hasDailyBudget: true,
  hasMonthlyBudget: true,
  hasSchedule: true,
};

const NAMES = Array.from({ length: 25 }, (_, index) => `model-${index}`);
const WRONG = "model-7";
/** The model that is wrong has limits of its own: what is far from calm for it would be for none of the others. */
const MODELS: Readonly<Record<string, ModelLimits>> = Object.fromEntries(
  NAMES.map((name) => [name, name === WRONG ? { ...LIMITS, noDataSec: HOUR, storm: 20, approvalLeftSec: 2 * HOUR } : LIMITS]),
);

const RESOURCES = { queue: ["data"], "dead-letter-queue": ["data"], function: ["coordinator", "sweeper"] };

/** Of models on AWS without captures, promotion and schedules. */
const USUAL_RESOURCES = {
  queue: ["data", "drift", "requests"],
  "dead-letter-queue": ["data", "data-rules", "drift", "drift-rules", "requests", "run-rules", "sweeper"],
  function: ["batcher", "coordinator", "drift-evaluator", "sweeper"],
};

/** Alarms that functions' own metrics raise; those of the clouds' metrics are the same at both levels. */
const OWN = (ALARMS as readonly Alarm[]).filter(({ metric }) => metricNamed(metric).origin === "own");

/** Of one model, or function: what its metric tells each `everySec`, when all is well and when something is wrong. */
const STORIES: Readonly<Partial<Record<AlarmName, Story>>> = {
  "handler-errors": { wrong: 1 },
  "sweeper-silent": { calm: 1 },
  "schedule-missed": { wrong: 1 },
  "start-refused": { wrong: 1 },
  "data-set-aside": { wrong: 1 },
  "manifest-left-out": { wrong: 1 },
  "no-data": { calm: 30 * MINUTE, wrong: HOUR + 1 },
  "monitor-silent": { calm: HOUR, wrong: 2 * DAY + 1 },
  "captures-unread": { calm: 0.009, wrong: 0.02, everySec: HOUR },
  "drift-suspected": { calm: 0, wrong: 7 * DAY + 1 },
  "budget-day-high": { calm: 0.79, wrong: 0.8 },
  "budget-day-spent": { calm: 0.99, wrong: 1 },
  "budget-month-high": { calm: 0.79, wrong: 0.8 },
  "budget-month-spent": { calm: 0.99, wrong: 1.2 },
  "approval-expiring": { calm: 3 * HOUR, wrong: 119 * MINUTE },
  "run-overdue": { calm: 2.9, wrong: 3.1 },
  // Together far more than the lowest limit of any.
  storm: { calm: 1, wrong: 1, calmEverySec: 10 * MINUTE, everySec: MINUTE },
  "candidate-expiring": { calm: 3 * HOUR, wrong: 119 * MINUTE },
  "candidate-undecided": { calm: 3 * DAY, wrong: 4 * DAY + 1 },
  "model-frozen": { wrong: 1 },
  "effects-postponed": { wrong: 1 },
  "rollout-stuck": { calm: 2 * HOUR, wrong: 2 * HOUR + 1 },
  "rollout-share-wrong": { wrong: 1 },
  "rollout-held-long": { calm: DAY, wrong: DAY + 1 },
  "rolled-back": { wrong: 1 },
};

interface Story {
  /** @default - nothing is told */
  readonly calm?: number;
  readonly wrong?: number;
  /** @default - five minutes, the shortest period of an alarm */
  readonly everySec?: number;
  readonly calmEverySec?: number;
}

describe.each(WATCH_LEVELS)("the alarms of a deployment of 25 models, watched: %s", (watch) => {
  it.each(OWN.map(({ name }) => name))(
    "should raise %s of one model while 24 are calm, and no other, and close it again",
    (name) => {
      const span = spanOf(name);
      const lines = [...told(name, 0, span), ...told(name, span, 3 * span, WRONG), ...told(name, 3 * span, 5 * span)];

      const raised = raisedBy(watch, name, lines, 5 * span);

      const [one, ...others] = raised.filter(({ states }) => states.includes(true));
      expect(others).toEqual([]);
      expect([undefined, WRONG, "sweeper"]).toContain(one?.subject);
      expect(one?.states.at(0)).toBe(false);
      expect(one?.states.at(-1)).toBe(false);
      expect(one?.states.filter((state, index) => index > 0 && state !== one.states[index - 1])).toHaveLength(2);
    },
  );

  it.each(OWN.map(({ name }) => name))("should not raise %s on calm days", (name) => {
    const raised = raisedBy(watch, name, told(name, 0, 2 * spanOf(name)), 2 * spanOf(name));

    expect(raised.length).toBeGreaterThan(0);
    expect(raised.filter(({ states }) => states.includes(true))).toEqual([]);
  });
});

describe("the essential alarms", () => {
  const essential = configuredAlarms({ ...watched("essential") });

  it("should be those of ALARMS, each in the form that docs/operations.md says", () => {
    const rows = pageRows(/^\| `[a-z-]+` \| [a-z]/);

    expect(new Set(essential.map(({ alarm }) => alarm.name))).toEqual(new Set(ALARMS.map(({ name }) => name)));
    expect(rows).toEqual((ALARMS as readonly Alarm[]).map(levelRow));
  });

  it("should be as many whatever the number of models is, but for storms", () => {
    const numberOf = (models: number) =>
      configuredAlarms({
        ...watched("essential"),
        models: Object.fromEntries(NAMES.slice(0, models).map((name) => [name, LIMITS])),
      }).length;

    expect(numberOf(25) - numberOf(1)).toBe(24);
  });

  it("should compare counts with none, as a sum over models does too", () => {
    const counted = configuredAlarms(watched("full")).filter(({ alarm }) => essentialForm(alarm) === "together");

    expect(new Set(counted.map(({ threshold }) => threshold))).toEqual(new Set([0]));
  });

  it("should be of what a model has, as with full", () => {
    const bare: ModelLimits = { hasDailyBudget: false, hasMonthlyBudget: false, hasSchedule: false };
    const namesOf = (watch: WatchLevel) =>
      new Set(configuredAlarms({ ...watched(watch), models: { bare } }).map(({ alarm }) => alarm.name));

    expect(namesOf("essential")).toEqual(namesOf("full"));
    expect(passableLimits(bare)).toEqual([]);
  });

  it("should say by which lines of the log whom they are about is named, where they do not say it themselves", () => {
    const lines = new Map(essential.map(({ alarm }) => [alarm.name, namingLines(alarm)]));

    expect(lines.get("no-data")).toEqual({ event: "limit-passed", only: { alarm: "no-data" }, by: "model" });
    expect(lines.get("rolled-back")).toEqual({ event: "rollout-ended", only: { outcome: "rolled-back" }, by: "model" });
    expect(lines.get("handler-errors")).toEqual({ event: "handler-failed", only: {}, by: "function" });
    for (const name of ["storm", "queue-age", "sweeper-silent"]) expect([name, lines.get(name)]).toEqual([name, undefined]);
  });
});

describe("what is watched", () => {
  it("should cost on AWS what docs/operations.md says: at rest, and where every metric has values every hour", () => {
    const { promotion: _none, unreadShare: _read, monitorSilentSec: _reports, ...rest } = LIMITS;
    const limits = { ...rest, hasSchedule: false };
    const rows = WATCH_LEVELS.flatMap((watch) =>
      [1, 25, 100].map((count) => {
        const models = Object.fromEntries(Array.from({ length: count }, (_, index) => [`model-${index}`, limits]));
        const size = watchSize({ ...deployment(watch, models), resources: USUAL_RESOURCES });
        const { metrics, metricsAtRest, alarmMetrics, compositeAlarms, dashboards } = size;
        const fixed = alarmMetrics * 0.1 + compositeAlarms * 0.5 + dashboards * 3;
        const usd = [metricsAtRest, metrics].map((series) => (fixed + series * 0.3).toFixed(2));
        return `| ${watch} | ${count} | ${metricsAtRest} to ${metrics} | ${alarmMetrics} | ${compositeAlarms} | ${usd.join(" to ")} |`;
      }),
    );

    expect(pageRows(/^\| (essential|full) \|/)).toEqual(rows);
  });
});

describe("watchSize", () => {
  it.each(WATCH_LEVELS)("should be the series that are told by 25 models to which everything happens: %s", (watch) => {
    const series = seriesOf(watch, everything());

    expect(watchSize(deployment(watch, MODELS)).metrics).toBe(series);
  });

  it("should count the metrics of alarms: of each model with full, of all together with essential", () => {
    expect(watchSize(deployment("full", MODELS))).toMatchObject({ alarmMetrics: 709, compositeAlarms: 25, dashboards: 1 });
    expect(watchSize(deployment("essential", MODELS))).toMatchObject({ alarmMetrics: 55, compositeAlarms: 0, dashboards: 1 });
  });

  it("should be nothing of alarms and dashboards that are switched off", () => {
    const off = { ...deployment("full", MODELS), hasAlarms: false, hasDashboard: false };

    expect(watchSize(off)).toMatchObject({ alarmMetrics: 0, compositeAlarms: 0, alarmSeries: 0, dashboards: 0 });
  });

  it("should count on Google Cloud a condition for each threshold, and two where silence is the alarm", () => {
    const names = (ALARMS as readonly Alarm[]).length;

    expect(watchSize({ ...deployment("full", { one: LIMITS }), cloud: "gcp" }).alarmMetrics).toBe(names + 2);
    expect(watchSize({ ...deployment("essential", { one: LIMITS }), cloud: "gcp" }).alarmMetrics).toBe(names + 1);
  });
});

// Helpers

function watched(watch: WatchLevel): Watched {
  return { watch, limits: { queueAgeSec: 30 * MINUTE }, models: MODELS, resources: RESOURCES };
}

function deployment(watch: WatchLevel, models: Watched["models"]): WatchedDeployment {
  return { ...watched(watch), models, cloud: "aws", hasAlarms: true, hasDashboard: true };
}

interface Line {
  readonly atSec: number;
  readonly record: LogRecord;
}

/** What is logged for an alarm from one second to another by every model, or function; one of them may be wrong. */
function told(name: AlarmName | Alarm["name"], fromSec: number, toSec: number, wrong?: string): Line[] {
  const { calm, wrong: beyond, everySec = 5 * MINUTE, calmEverySec = everySec } = storyOf(name);
  const alarm = alarmNamed(name);
  const subjects = alarm.per === "model" ? NAMES : alarm.per === "function" ? ["sweeper", WRONG] : [WRONG];
  return subjects.flatMap((subject, index) => {
    const isWrong = subject === wrong;
    const value = isWrong ? beyond : calm;
    const spacing = isWrong ? everySec : calmEverySec;
    if (value === undefined) return [];
    const about = alarm.per === "function" ? { function: "sweeper" } : { model: subject };
    return Array.from({ length: Math.floor((toSec - fromSec) / spacing) }, (_, turn) => ({
      // Models have their turns one after the other.
      atSec: fromSec + turn * spacing + (index % (spacing / MINUTE)) * MINUTE,
      record: recordOf(alarm, about, value),
    }));
  });
}

/** As long as the alarm looks back at any level, in whole hours, and an hour more. */
function spanOf(name: string): number {
  const { periods, periodSec } = alarmNamed(name);
  return Math.ceil((periods * periodSec) / HOUR + 1) * HOUR;
}

function storyOf(name: string): Story {
  const story = Object.entries(STORIES).find(([key]) => key === name)?.[1];
  if (story === undefined) throw new Error(`expected a story of ${name}`);
  return story;
}

function alarmNamed(name: string): Alarm {
  const found = ALARMS.find((alarm) => alarm.name === name);
  if (found === undefined) throw new Error(`expected an alarm ${name}`);
  return found;
}

/** A line that the alarm's metric reads this value from, as the functions log it. */
function recordOf(
  { metric, only }: Pick<Alarm, "metric" | "only">,
  about: Readonly<Record<string, string>>,
  value: number,
): LogRecord {
  const source = METRICS.find(({ name }) => name === metric) as Metric | undefined;
  if (source === undefined) throw new Error(`expected a metric ${metric} of METRICS`);
  const field = source.value === undefined ? {} : { [source.value]: value };
  const others = Object.fromEntries(source.dimensions.map((dimension) => [dimension, "manual"]));
  return { ...others, level: "info", event: source.event, ...about, ...field, ...only };
}

/** The lines, with those of the limits that the functions of this level find passed in them. */
function logged(watch: WatchLevel, lines: readonly Line[]): Line[] {
  const written: Line[] = [];
  let atSec = 0;
  const write = (record: LogRecord) => void written.push({ atSec, record });
  const models = Object.entries(MODELS).map(([model, limits]) => ({ model, limits: passableLimits(limits) }));
  const log = watch === "full" ? write : limitsLog(write, models);
  for (const line of lines) {
    atSec = line.atSec;
    log(line.record as LogEvent);
  }
  return written;
}

function valuesOf(watch: WatchLevel, record: LogRecord): MetricValue[] {
  return watch === "full" ? metricsOf(record) : essentialMetricsOf(record);
}

/** The alarms of a name, each with whether it was raised at the end of each period. */
function raisedBy(watch: WatchLevel, name: string, lines: readonly Line[], untilSec: number) {
  const values = logged(watch, lines).flatMap(({ atSec, record }) => valuesOf(watch, record).map((value) => ({ ...value, atSec })));
  return configuredAlarms(watched(watch))
    .filter(({ alarm }) => alarm.name === name)
    .map((configured) => {
      const { alarm, subject, threshold } = configured;
      const samples: Sample[] = values.filter((value) => isLookedAt(configured, value));
      return { subject, states: evaluate(alarm, threshold, samples, untilSec) };
    });
}

/** Series with further dimensions are added up, as CloudWatch's alarm of a storm does. */
function isLookedAt({ alarm, subject }: ConfiguredAlarm, { name, dimensions }: MetricValue): boolean {
  const own = { ...(subject !== undefined && { [alarm.per]: subject }), ...alarm.only };
  return name === alarm.metric && Object.entries(own).every(([key, value]) => dimensions[key] === value);
}

/** Every metric once, of every model and function, with every limit passed. */
function everything(): Line[] {
  const lines = (METRICS as readonly Metric[]).flatMap((metric) => {
    const abouts = metric.dimensions.includes("function")
      ? RESOURCES.function.map((role) => ({ function: role }))
      : NAMES.map((model) => ({ model }));
    return abouts.map((about) => recordOf({ metric: metric.name as Alarm["metric"] }, about, 1));
  });
  const passed = NAMES.flatMap((model) =>
    OWN.filter((alarm) => essentialForm(alarm) === "limits").map((alarm) =>
      recordOf(alarm, { model }, storyOf(alarm.name).wrong ?? 0),
    ),
  );
  return [...lines, ...passed].map((record) => ({ atSec: 0, record }));
}

function seriesOf(watch: WatchLevel, lines: readonly Line[]): number {
  const values = logged(watch, lines).flatMap(({ record }) => valuesOf(watch, record));
  return new Set(values.map(({ name, dimensions }) => JSON.stringify([name, dimensions]))).size;
}

const FORMS: Readonly<Record<EssentialForm, readonly [essential: string, naming: string]>> = {
  same: ["as with full", "the alarm"],
  each: ["one of each model", "the alarm"],
  together: ["one of all", "the log"],
  limits: ["one of all", "the log"],
};

function levelRow(alarm: Alarm): string {
  const [essential, naming] = FORMS[essentialForm(alarm)];
  const subject = alarm.per === "deployment" ? "one" : `one of each ${alarm.per}`;
  return `| \`${alarm.name}\` | ${subject} | ${essential} | ${naming} |`;
}

function pageRows(pattern: RegExp): string[] {
  return readFileSync(join(__dirname, "../../docs/operations.md"), "utf8")
    .split("\n")
    .filter((line) => pattern.test(line));
}
