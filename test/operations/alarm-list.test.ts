import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { metricsOf } from "../../functions/core/log/metrics-of";
import { LONGEST_UNTOLD_MIN } from "../../functions/core/log/model-state";
import { CANDIDATE_OUTCOMES } from "../../functions/core/promotion/candidate";
import { causeSchema } from "../../functions/core/training-request";
import type { Alarm, ConfiguredAlarm, ModelLimits } from "../../operations/alarm";
import { ALARMS, type AlarmName, MONITOR_PATIENCE_SEC } from "../../operations/alarm-list";
import { configuredAlarms, type Watched } from "../../operations/configured-alarms";
import { CAUSE_TYPES, metricNamed } from "../../operations/service-metric";
import { evaluate, type Sample } from "./alarm-evaluator";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const RUNBOOKS = join(__dirname, "../../docs/runbooks");

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

const WATCHED: Watched = {
  limits: { queueAgeSec: 30 * MINUTE },
  models: { flights: LIMITS },
  resources: { queue: ["data"], "dead-letter-queue": ["data"], function: ["sweeper"] },
};

/** What each metric tells each minute: when all is well, and when something is wrong. */
const STORIES: Readonly<Record<AlarmName, { readonly calm: Told; readonly wrong: Told }>> = {
  "dead-letters": { calm: 0, wrong: 1 },
  "queue-age": { calm: 20 * MINUTE, wrong: 31 * MINUTE },
  "function-errors": { calm: 0, wrong: 1 },
  "function-throttles": { calm: 0, wrong: 1 },
  "handler-errors": { calm: undefined, wrong: 1 },
  "sweeper-silent": { calm: 1, wrong: undefined },
  "schedule-missed": { calm: undefined, wrong: 1 },
  "start-refused": { calm: undefined, wrong: 1 },
  "data-set-aside": { calm: undefined, wrong: 1 },
  "manifest-left-out": { calm: undefined, wrong: 1 },
  "no-data": { calm: 6 * HOUR, wrong: DAY + 1 },
  "monitor-silent": { calm: HOUR, wrong: undefined },
  "captures-unread": { calm: 0.009, wrong: 0.02 },
  "drift-suspected": { calm: 0, wrong: 7 * DAY + 1 },
  "budget-day-high": { calm: 0.79, wrong: 0.8 },
  "budget-day-spent": { calm: 0.99, wrong: 1 },
  "budget-month-high": { calm: 0.79, wrong: 0.8 },
  "budget-month-spent": { calm: 0.99, wrong: 1.2 },
  "approval-expiring": { calm: undefined, wrong: 29 * MINUTE },
  "run-overdue": { calm: 2.9, wrong: 3.1 },
  storm: { calm: 1, wrong: 5 },
  "candidate-expiring": { calm: undefined, wrong: 29 * MINUTE },
  "candidate-undecided": { calm: 3 * DAY, wrong: 4 * DAY + 1 },
  "model-frozen": { calm: undefined, wrong: 1 },
  "effects-postponed": { calm: undefined, wrong: 1 },
  "rollout-stuck": { calm: 2 * HOUR, wrong: 2 * HOUR + 1 },
  "rollout-share-wrong": { calm: undefined, wrong: 1 },
  "rollout-held-long": { calm: DAY, wrong: DAY + 1 },
  "rolled-back": { calm: undefined, wrong: 1 },
};

type Told = number | undefined;

describe("ALARMS", () => {
  it.each(ALARMS.map(({ name }) => name))("should raise %s when something is wrong, and close it again", (name) => {
    const configured = configuredNamed(name);
    const { calm, wrong } = STORIES[name];
    const span = configured.alarm.periods * configured.alarm.periodSec;

    const samples = [...each(0, span, calm), ...each(span, 3 * span, wrong), ...each(3 * span, 5 * span, calm)];

    const raised = evaluate(configured.alarm, configured.threshold, samples, 5 * span);
    expect(raised.at(0)).toBe(false);
    expect(raised).toContain(true);
    expect(raised.at(-1)).toBe(false);
    expect(changes(raised)).toBe(2);
  });

  it.each(ALARMS.map(({ name }) => name))("should not raise %s on a calm day", (name) => {
    const { alarm, threshold } = configuredNamed(name);

    const raised = evaluate(alarm, threshold, each(0, 2 * DAY, STORIES[name].calm), 2 * DAY);

    expect(raised).not.toContain(true);
  });

  it.each(ALARMS.filter(({ missing }) => missing === "not-breaching").map(({ name }) => name))(
    "should not raise %s when its metric tells nothing",
    (name) => {
      const { alarm, threshold } = configuredNamed(name);

      expect(evaluate(alarm, threshold, [], DAY)).not.toContain(true);
    },
  );

  it("should take silence for an alarm of the sweeper and the monitor alone", () => {
    const silent = ALARMS.filter(({ missing }) => missing === "breaching").map(({ name }) => name);

    expect(silent).toEqual(["sweeper-silent", "monitor-silent"]);
  });

  it("should raise monitor-silent when its limit is reached, and close it with the next report", () => {
    const { alarm, threshold } = configuredNamed("monitor-silent");
    const silence = each(0, 4 * DAY, 0).map(({ atSec }) => ({ atSec, value: atSec < 3 * DAY ? atSec : atSec - 3 * DAY }));

    const raised = evaluate(alarm, threshold, silence, 4 * DAY);

    const firstHour = raised.indexOf(true) + alarm.periods;
    expect(firstHour * HOUR).toBeGreaterThanOrEqual(2 * DAY);
    expect(firstHour * HOUR).toBeLessThanOrEqual(2 * DAY + HOUR);
    expect(raised.at(3 * 24 + 1 - alarm.periods)).toBe(false);
  });

  it("should neither raise nor end a steady alarm by one value that is missing", () => {
    const { alarm, threshold } = configuredNamed("function-errors");
    const gap = ({ atSec }: Sample) => atSec < 20 * MINUTE || atSec >= 25 * MINUTE;

    const raised = evaluate(alarm, threshold, each(0, HOUR, 1).filter(gap), HOUR);

    expect(raised).not.toContain(false);
  });

  it.each(ALARMS.filter(isToldByTurns).map(({ name }) => name))(
    "should hold %s without a break between two values of a model that is told of by turns, and stay calm likewise",
    (name) => {
      const { alarm, threshold } = configuredNamed(name);
      for (let minute = 0; minute < LONGEST_UNTOLD_MIN; minute++) {
        const inTurn = ({ atSec }: Sample) => (atSec / MINUTE - minute) % LONGEST_UNTOLD_MIN === 0;
        const { calm, wrong } = STORIES[name];

        const raised = evaluate(alarm, threshold, each(0, 2 * DAY, wrong).filter(inTurn), 2 * DAY);

        expect(raised.slice(raised.indexOf(true))).not.toContain(false);
        if (alarm.missing === "not-breaching") expect(raised.indexOf(true)).toBe(0);
        expect(evaluate(alarm, threshold, each(0, 2 * DAY, calm).filter(inTurn), 2 * DAY)).not.toContain(true);
      }
    },
  );

  it("should be evaluated the later the more periods must be beyond, whatever is told", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALARMS.map(({ name }) => name)),
        fc.array(fc.option(fc.double({ noNaN: true, min: 0, max: 1e7 })), { minLength: 1, maxLength: 60 }),
        (name, values) => {
          const { alarm, threshold } = configuredNamed(name);
          const samples = values.flatMap((value, index) => (value === null ? [] : [{ atSec: index * alarm.periodSec, value }]));
          const untilSec = values.length * alarm.periodSec;

          const raised = evaluate(alarm, threshold, samples, untilSec);
          const easier = evaluate({ ...alarm, datapoints: 1 }, threshold, samples, untilSec);

          expect(raised.every((isRaised, index) => !isRaised || easier[index])).toBe(true);
        },
      ),
    );
  });

  it("should fit both clouds: unique names, a day at most, no more datapoints than periods", () => {
    expect(new Set(ALARMS.map(({ name }) => name)).size).toBe(ALARMS.length);
    for (const { name, periodSec, periods, datapoints } of ALARMS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect([60, 300, HOUR]).toContain(periodSec);
      expect(periods * periodSec).toBeLessThanOrEqual(MONITOR_PATIENCE_SEC);
      expect(datapoints).toBeGreaterThanOrEqual(1);
      expect(datapoints).toBeLessThanOrEqual(periods);
    }
  });

  it("should watch series that its subject tells apart", () => {
    for (const alarm of ALARMS as readonly Alarm[]) {
      const named = metricNamed(alarm.metric);
      if (named.origin === "service") expect(named.metric.of).toBe(alarm.per);
      else if (alarm.per !== "deployment") expect(named.metric.dimensions).toContain(alarm.per);
      const dimensions = named.origin === "service" ? [] : named.metric.dimensions;
      expect(Object.keys(alarm.only ?? {}).filter((dimension) => !dimensions.includes(dimension))).toEqual([]);
    }
  });

  it("should be raised by outcomes that candidates have", () => {
    const outcomes = (ALARMS as readonly Alarm[]).flatMap(({ only }) => only?.outcome ?? []);

    expect(outcomes).toEqual(["rolled-back"]);
    expect(Object.keys(CANDIDATE_OUTCOMES)).toEqual(expect.arrayContaining(outcomes));
  });

  it("should be the table of docs/operations.md", () => {
    const rows = readFileSync(join(RUNBOOKS, "../operations.md"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| ["));

    expect(rows).toEqual(ALARMS.map(rowOf));
  });

  it("should have a runbook for each alarm, and an alarm for each runbook", () => {
    const files = readdirSync(RUNBOOKS).map((file) => file.replace(/\.md$/, ""));

    expect(new Set(files)).toEqual(new Set(ALARMS.map(({ name }) => name)));
    for (const { name } of ALARMS) {
      const text = readFileSync(join(RUNBOOKS, `${name}.md`), "utf8");
      expect(text.split("\n")[0]).toMatch(new RegExp(`^# ${name}: `));
      expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(["Look", "Do", "It closes"]);
    }
  });

  it("should name commands in runbooks that the program has", () => {
    const program = ["program.ts", "promotion-program.ts"]
      .map((file) => readFileSync(join(RUNBOOKS, "../../cli", file), "utf8"))
      .join("\n");
    const used = readdirSync(RUNBOOKS).flatMap((file) =>
      [...readFileSync(join(RUNBOOKS, file), "utf8").matchAll(/npx retrigger ([a-z]+)/g)].map(([, command]) => command),
    );

    const known = ["resume", "thaw", "approve", "reject", "rollback", "hold"];
    const unknown = used.filter((command) => !known.includes(command ?? "") && !program.includes(`command("${command}"`));
    expect(used.length).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
    for (const command of known) expect(program).toContain(`"${command}"`);
  });
});

describe("configuredAlarms", () => {
  it("should make none for what a model has not", () => {
    const bare: ModelLimits = { hasDailyBudget: false, hasMonthlyBudget: false, hasSchedule: false };

    const alarms = configuredAlarms({ ...WATCHED, models: { bare } }).filter(({ alarm }) => alarm.per === "model");

    expect(alarms.map(({ alarm, subject }) => `${alarm.name} of ${subject}`)).toEqual([
      "start-refused of bare",
      "data-set-aside of bare",
      "manifest-left-out of bare",
    ]);
  });

  it("should make none of rollouts for a model that is only judged", () => {
    const judged = { ...LIMITS, promotion: { candidateAgeSec: DAY, hasRollout: false } };
    const namesOf = (models: Watched["models"]) => configuredAlarms({ ...WATCHED, models }).map(({ alarm }) => alarm.name);

    const all = namesOf({ flights: LIMITS });
    expect(namesOf({ flights: judged })).toEqual(all.filter((name) => !/^roll/.test(name)));
    expect(all.filter((name) => /^roll/.test(name))).toHaveLength(4);
  });

  it("should make one for each model, queue and function", () => {
    const models = { a: LIMITS, b: { ...LIMITS, storm: 7 } };
    const resources = { ...WATCHED.resources, queue: ["data", "requests"] };

    const alarms = configuredAlarms({ ...WATCHED, models, resources });

    const told = (name: string) =>
      alarms.flatMap(({ alarm, subject, threshold }) => (alarm.name === name ? [`${subject} ${threshold}`] : []));
    expect(told("storm")).toEqual(["a 100", "b 7"]);
    expect(told("queue-age")).toEqual(["data 1800", "requests 1800"]);
    expect(told("sweeper-silent")).toEqual(["undefined 1"]);
  });
});

describe("CAUSE_TYPES", () => {
  it("should be every type of cause, so that a storm of any is counted", () => {
    const types = causeSchema.def.options.map(({ def }) => String(def.shape.type.def.values[0]));

    expect(new Set(CAUSE_TYPES)).toEqual(new Set(types));
  });

  it("should be what the metric of a storm is told by", () => {
    const entry = { level: "info", event: "request-received", model: "a", requestId: "r", type: "drift", priority: 1 } as const;

    expect(metricsOf(entry)).toEqual([
      { name: "TriggerEvents", unit: "Count", value: 1, dimensions: { model: "a", type: "drift" } },
    ]);
  });
});

// Helpers

/** Not an approval's: while one is awaited, its model is told of by every sweep. */
function isToldByTurns({ metric }: Alarm): boolean {
  const named = metricNamed(metric);
  return named.origin === "own" && named.metric.event === "model-state" && metric !== "ApprovalExpiresIn";
}

function configuredNamed(name: AlarmName): ConfiguredAlarm {
  const found = configuredAlarms(WATCHED).find(({ alarm }) => alarm.name === name);
  if (found === undefined) throw new Error(`expected an alarm ${name}`);
  return found;
}

/** A value each minute from one second to another; none for undefined. */
function each(fromSec: number, toSec: number, value: Told): Sample[] {
  if (value === undefined) return [];
  return Array.from({ length: (toSec - fromSec) / MINUTE }, (_, index) => ({ atSec: fromSec + index * MINUTE, value }));
}

function rowOf({ name, per, severity, summary, metric, datapoints, periods, periodSec }: Alarm): string {
  const when = `${datapoints} of ${periods} × ${periodSec / MINUTE} min`;
  return `| [${name}](runbooks/${name}.md) | ${per} | ${severity} | ${summary}: \`${metric}\`, ${when} |`;
}

function changes(states: readonly boolean[]): number {
  return states.filter((state, index) => index > 0 && state !== states[index - 1]).length;
}
