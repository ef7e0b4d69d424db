// What depends on more than one field of the models' schedules. Each rule says all that it finds.
import { cloudSchedulerTiming, eventBridgeTiming } from "../../functions/core/schedules/cron-dialects";
import { type Problem, shown } from "../errors";
import { type Cloud, cloudOf } from "../model-cloud";
import { DEFAULT_SCHEDULE_NAME, readTiming } from "../sections/schedule";
import { directProblems } from "./direct";
import { mapping, type UncheckedSchedule, uncheckedSchedules } from "./valid-fields";

/** Whose clock needs no name. */
const UTC_NAMES: readonly unknown[] = [undefined, "UTC", "Etc/UTC"];

/** The problems of the schedules of an unchecked configuration, as far as the fields that a rule needs are valid. */
export function scheduleProblems(config: unknown): Problem[] {
  return Object.entries(mapping(mapping(config).models)).flatMap(([model, section]) => {
    const schedules = uncheckedSchedules(model, section);
    const cloud = cloudOf(mapping(mapping(section).pipeline));
    return [
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

/** Two schedules of one name would be one in request ids, so that one of them would not be heard. */
function nameProblems(schedules: readonly UncheckedSchedule[]): Problem[] {
  const nameOf = ({ fields }: UncheckedSchedule) => fields.name ?? DEFAULT_SCHEDULE_NAME;
  return schedules.flatMap((schedule, index) => {
    const name = nameOf(schedule);
    if (!schedules.slice(0, index).some((earlier) => nameOf(earlier) === name)) return [];
    const message =
      schedule.fields.name === undefined
        ? `has no name, so it is named ${DEFAULT_SCHEDULE_NAME}, as an earlier one is; expected names that differ; name it`
        : `has the name ${shown(name)}, as an earlier one has; expected names that differ; rename it`;
    return [{ path: schedule.path, message }];
  });
}

function choiceProblems({ path, fields }: UncheckedSchedule): Problem[] {
  const given = ["cron", "every", "rate"].filter((key) => fields[key] !== undefined);
  if (given.length === 1) return [];
  const got = given.length === 0 ? "none of cron, every and rate" : given.join(" beside ");
  const remedy = given.length === 0 ? "add one, such as cron: 30 2 * * MON-FRI, or every: day at 2:30" : "leave one";
  return [{ path, message: `got ${got}; expected exactly one of them; ${remedy}` }];
}

function zoneProblems({ path, fields: { rate, timezone } }: UncheckedSchedule): Problem[] {
  if (rate === undefined || UTC_NAMES.includes(timezone)) return [];
  const message = `got ${shown(timezone)} beside a rate, which goes by the clock of no zone; expected cron or every with it; remove it, or say when`;
  return [{ path: [...path, "timezone"], message }];
}

/** A model is on the cloud of its pipeline: SageMaker knows pipelines by name, Vertex AI by template. */
function translationProblems({ path, fields }: UncheckedSchedule, cloud: Cloud | undefined): Problem[] {
  const timing = readTiming(fields);
  if (timing === undefined || cloud === undefined) return [];
  const translation = cloud === "gcp" ? cloudSchedulerTiming(timing) : eventBridgeTiming(timing);
  if (translation.isPossible) return [];
  const [key, value] = Object.entries(fields).find(([name]) => ["cron", "every", "rate"].includes(name)) ?? ["cron", undefined];
  return [{ path: [...path, key], message: `got ${shown(value)}, which ${translation.refusal}` }];
}
