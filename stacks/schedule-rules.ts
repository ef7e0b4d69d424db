// What depends on more than one field of the models' schedules. Each rule says all that it finds.
import { cloudSchedulerCron } from "../functions/core/schedules/cloud-scheduler-cron";
import { readCron } from "../functions/core/schedules/cron-expression";
import { eventBridgeCron } from "../functions/core/schedules/eventbridge-cron";
import { type Problem, shown } from "./config-errors";
import { DEFAULT_SCHEDULE_NAME } from "./schedule-config";
import { mapping } from "./valid-fields";

interface UncheckedSchedule {
  readonly path: Problem["path"];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The problems of the schedules of an unchecked configuration, as far as the fields that a rule needs are valid. */
export function scheduleProblems(config: unknown): Problem[] {
  return Object.entries(mapping(mapping(config).models)).flatMap(([model, section]) => {
    const { schedule, pipeline } = mapping(section);
    const schedules = schedulesOf(["models", model, "schedule"], schedule);
    return [...nameProblems(schedules), ...translationProblems(schedules, mapping(pipeline))];
  });
}

function schedulesOf(path: Problem["path"], value: unknown): UncheckedSchedule[] {
  if (!Array.isArray(value)) return [{ path, fields: mapping(value) }];
  return value.map((entry, index) => ({ path: [...path, index], fields: mapping(entry) }));
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

/** A model is on the cloud of its pipeline: SageMaker knows pipelines by name, Vertex AI by template. */
function translationProblems(schedules: readonly UncheckedSchedule[], pipeline: Readonly<Record<string, unknown>>): Problem[] {
  const translate =
    pipeline.template !== undefined ? cloudSchedulerCron : pipeline.name !== undefined ? eventBridgeCron : undefined;
  if (translate === undefined) return [];
  return schedules.flatMap(({ path, fields: { cron } }) => {
    const read = typeof cron === "string" ? readCron(cron) : undefined;
    const translation = read?.isValid ? translate(read.cron) : undefined;
    if (translation === undefined || translation.isPossible) return [];
    return [{ path: [...path, "cron"], message: `got ${shown(cron)}, which ${translation.refusal}` }];
  });
}
