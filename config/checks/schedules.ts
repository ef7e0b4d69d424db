// What the schedules of a model ask of each other, of its cloud, and of a model that has nothing but direct schedules.
import { EVENT_PATHS, isEventPath, isRuleName } from "../../eventbridge/who-starts-pipeline";
import { PLACEHOLDERS } from "../../functions/core/coordination/render-parameters";
import { isMapping } from "../../functions/core/json-path";
import { type CronTranslation, cloudSchedulerTiming, eventBridgeTiming } from "../../functions/core/schedules/cron-dialects";
import { LAUNCH_PLACEHOLDERS, unknownLaunchPlaceholders } from "../../functions/core/schedules/pipeline-schedule";
import type { Timing } from "../../functions/core/schedules/timing";
import { type Problem, quotedValue } from "../errors";
import { type Cloud, cloudOf } from "../model-cloud";
import { PARAMETER_NAME_MISTAKES } from "../sections/pipeline";
import { DEFAULT_SCHEDULE_NAME, readTiming } from "../sections/schedule";
import { mapping, type UncheckedPart, uncheckedSchedules } from "./unchecked-config";

/** Sections of a model that need data: those of the coordinator, and of what sends it requests. */
export const COORDINATED_SECTIONS = ["batch", "drift", "monitoring", "operations", "policy", "promotion"];
const OWN_PLACEHOLDERS = [...new Set([...Object.keys(PLACEHOLDERS), ...Object.keys(LAUNCH_PLACEHOLDERS)])];
const OWN_PLACEHOLDER = new RegExp(`\\{(?:${OWN_PLACEHOLDERS.join("|")})\\}`);
const LAUNCH_LIST = Object.keys(LAUNCH_PLACEHOLDERS)
  .map((name) => `{${name}}`)
  .join(", ");

/** How UTC is named, also by leaving it out. */
const UTC_NAMES: readonly unknown[] = [undefined, "UTC", "Etc/UTC"];

/** The problems of the schedules of an unchecked configuration, as far as the keys that a check needs are valid. */
export function scheduleProblems(config: unknown): Problem[] {
  return Object.entries(mapping(mapping(config).models)).flatMap(([model, section]) => {
    const schedules = uncheckedSchedules(model, section);
    const cloud = cloudOf(mapping(mapping(section).pipeline));
    // The schema reports what is no mapping.
    if (!isMapping(section)) return [];
    return [
      ...missingDataProblems(model, mapping(section), schedules),
      ...nameProblems(schedules),
      ...schedules.flatMap((schedule) => [
        ...choiceProblems(schedule),
        ...zoneProblems(schedule),
        ...translationProblems(schedule, cloud),
        ...directProblems(schedule, cloud),
      ]),
    ];
  });
}

/** Two schedules with one name would have equal request ids, so that a request of one would count as a duplicate. */
function nameProblems(schedules: readonly UncheckedPart[]): Problem[] {
  const nameOf = ({ fields }: UncheckedPart) => fields.name ?? DEFAULT_SCHEDULE_NAME;
  return schedules.flatMap((schedule, index) => {
    const name = nameOf(schedule);
    if (!schedules.slice(0, index).some((earlier) => nameOf(earlier) === name)) return [];
    const message =
      schedule.fields.name === undefined
        ? `has no name, so it is named ${DEFAULT_SCHEDULE_NAME}, as an earlier one is; expected names that differ; name it`
        : `has the name ${quotedValue(name)}, as an earlier one has; expected names that differ; rename it`;
    return [{ path: schedule.path, message }];
  });
}

function choiceProblems({ path, fields }: UncheckedPart): Problem[] {
  const given = ["cron", "every", "rate"].filter((key) => fields[key] !== undefined);
  if (given.length === 1) return [];
  const got = given.length === 0 ? "none of cron, every and rate" : given.join(" beside ");
  const remedy = given.length === 0 ? "add one, such as cron: 30 2 * * MON-FRI, or every: day at 2:30" : "leave one";
  return [{ path, message: `got ${got}; expected exactly one of them; ${remedy}` }];
}

function zoneProblems({ path, fields: { rate, timezone } }: UncheckedPart): Problem[] {
  if (rate === undefined || UTC_NAMES.includes(timezone)) return [];
  const message = `got ${quotedValue(timezone)} beside a rate, which has no time zone; expected it with cron or every; remove it, or use one of them`;
  return [{ path: [...path, "timezone"], message }];
}

const TRANSLATIONS: Readonly<Record<Cloud, (timing: Timing) => CronTranslation>> = {
  aws: eventBridgeTiming,
  gcp: cloudSchedulerTiming,
};

function translationProblems({ path, fields }: UncheckedPart, cloud: Cloud | undefined): Problem[] {
  const timing = readTiming(fields);
  if (timing === undefined || cloud === undefined) return [];
  const translation = TRANSLATIONS[cloud](timing);
  if (translation.isPossible) return [];
  const [key, value] = Object.entries(fields).find(([name]) => ["cron", "every", "rate"].includes(name)) ?? ["cron", undefined];
  return [{ path: [...path, key], message: `got ${quotedValue(value)}, which ${translation.refusal}` }];
}

/** The problems of one schedule that come from its mode. */
function directProblems({ path, fields }: UncheckedPart, cloud: Cloud | undefined): Problem[] {
  if (fields.mode !== "direct") {
    if (fields.parameters === undefined) return [];
    const message = "got parameters for a coordinated schedule; expected them with mode direct; use pipeline.parameters";
    return [{ path: [...path, "parameters"], message }];
  }
  const priority =
    fields.priority === undefined
      ? []
      : [
          {
            path: [...path, "priority"],
            message: `got ${quotedValue(fields.priority)} for a direct schedule, which starts without waiting; expected it with mode coordinated; remove it`,
          },
        ];
  return [...priority, ...(cloud === undefined ? [] : PARAMETER_PROBLEMS[cloud](path, fields))];
}

/** The problems of a model without data: it can have direct schedules, and nothing that needs the coordinator. */
function missingDataProblems(model: string, fields: Fields, schedules: readonly UncheckedPart[]): Problem[] {
  if (fields.data !== undefined) return [];
  const path = ["models", model];
  const isDirect = fields.schedule !== undefined && schedules.every((schedule) => schedule.fields.mode === "direct");
  if (!isDirect) {
    const message =
      "missing; expected data: {bucket}; only a model whose every schedule has mode: direct needs none; add data, or such a schedule alone";
    return [{ path: [...path, "data"], message }];
  }
  const needing = COORDINATED_SECTIONS.filter((key) => fields[key] !== undefined).map((key) => ({
    path: [...path, key],
    message: `got ${key} without data, for a model that its cloud's scheduler alone starts; expected it with data; add data, or remove it`,
  }));
  if (mapping(fields.pipeline).parameters === undefined) return needing;
  const message =
    "got parameters of coordinated trainings for a model without data; expected schedule.parameters, which a direct schedule starts with; move them there";
  return [...needing, { path: [...path, "pipeline", "parameters"], message }];
}

type Fields = UncheckedPart["fields"];

function textEntries({ parameters }: Fields): [name: string, value: string][] {
  return Object.entries(mapping(parameters)).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
}

function awsParameterProblems(path: Problem["path"], fields: Fields): Problem[] {
  const entries = textEntries(fields);
  const obstacles = [
    ...(UTC_NAMES.includes(fields.timezone) ? [] : ["in another time zone than UTC"]),
    ...entries.filter(([name]) => !isRuleName(name)).map(([name]) => `with the parameter ${name}`),
  ];
  return entries.flatMap(([name, value]) => {
    const at = [...path, "parameters", name];
    const allowed = `${EVENT_PATHS.join(", ")} as the whole value, or static text`;
    if (value.includes("<aws.scheduler.") || (value.startsWith("$") && !isEventPath(value))) {
      return { path: at, message: `got ${quotedValue(value)}; expected ${allowed}; write one of them` };
    }
    if (!value.startsWith("$") && /\$\.[A-Za-z]/.test(value)) {
      const message = `got ${quotedValue(value)}, in which a path is only a part, where EventBridge does not fill it in; expected ${allowed}; remove the rest`;
      return { path: at, message };
    }
    if (OWN_PLACEHOLDER.test(value)) {
      const message = `got ${quotedValue(value)}, which is not filled in: on AWS a direct schedule starts the pipeline without Retrigger; expected ${allowed}; use those, or mode coordinated`;
      return { path: at, message };
    }
    if (!isEventPath(value) || obstacles.length === 0) return [];
    const message = `got ${quotedValue(value)} in a schedule ${obstacles.join(", ")}; only EventBridge's rules fill in a path, and only EventBridge Scheduler knows time zones and names that are not letters and digits joined by -; expected static text here, or UTC and such names; change one, or use mode coordinated`;
    return { path: at, message };
  });
}

function gcpParameterProblems(path: Problem["path"], fields: Fields): Problem[] {
  return textEntries(fields).flatMap(([name, value]) => {
    const at = [...path, "parameters", name];
    const problems: Problem[] = [];
    const mistake = PARAMETER_NAME_MISTAKES.gcp(name);
    if (mistake !== undefined) problems.push({ path: at, message: mistake });
    if (isEventPath(value) || unknownLaunchPlaceholders(value).length > 0) {
      const message = `got ${quotedValue(value)}; expected no other placeholders than ${LAUNCH_LIST}; correct it`;
      problems.push({ path: at, message });
    }
    return problems;
  });
}

const PARAMETER_PROBLEMS: Readonly<Record<Cloud, (path: Problem["path"], fields: Fields) => Problem[]>> = {
  aws: awsParameterProblems,
  gcp: gcpParameterProblems,
};
