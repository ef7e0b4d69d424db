// What a direct schedule asks of its fields, and of a model that has nothing else. Each rule says all that it finds.

import { EVENT_PATHS, isEventPath, isRuleName, isUtc } from "../../eventbridge/who-starts-pipeline";
import { PLACEHOLDERS } from "../../functions/core/coordination/render-parameters";
import { LAUNCH_PLACEHOLDERS, unknownLaunchPlaceholders } from "../../functions/core/schedules/pipeline-schedule";
import { type Problem, shown } from "../errors";
import type { Cloud } from "../model-cloud";
import { mapping, type UncheckedSchedule, uncheckedSchedules } from "./valid-fields";

/** Sections of a model that mean nothing without data: the coordinator and all that asks it. */
const COORDINATED_SECTIONS = ["batch", "drift", "monitoring", "operations", "policy"];
const OWN_PLACEHOLDERS = [...new Set([...Object.keys(PLACEHOLDERS), ...Object.keys(LAUNCH_PLACEHOLDERS)])];
const OWN_PLACEHOLDER = new RegExp(`\\{(?:${OWN_PLACEHOLDERS.join("|")})\\}`);
const LAUNCH_LIST = Object.keys(LAUNCH_PLACEHOLDERS)
  .map((name) => `{${name}}`)
  .join(", ");

/** The problems of one schedule that come from its mode. */
export function directProblems({ path, fields }: UncheckedSchedule, cloud: Cloud | undefined): Problem[] {
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
            message: `got ${shown(fields.priority)} for a direct schedule, which waits for nobody; expected it with mode coordinated; remove it`,
          },
        ];
  if (cloud === undefined) return priority;
  const problemsOf = cloud === "aws" ? awsParameterProblems : gcpParameterProblems;
  return [...priority, ...problemsOf(path, fields)];
}

/** The problems of a model without data: it can have direct schedules, and nothing that needs the coordinator. */
export function dataProblems(config: unknown): Problem[] {
  return Object.entries(mapping(mapping(config).models)).flatMap(([model, section]) => {
    const fields = mapping(section);
    if (fields.data !== undefined) return [];
    const path = ["models", model];
    const schedules = uncheckedSchedules(model, section);
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
  });
}

type Fields = UncheckedSchedule["fields"];

function textEntries({ parameters }: Fields): [name: string, value: string][] {
  return Object.entries(mapping(parameters)).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
}

function awsParameterProblems(path: Problem["path"], fields: Fields): Problem[] {
  const entries = textEntries(fields);
  const obstacles = [
    ...(isUtc(String(fields.timezone ?? "UTC")) ? [] : ["by the clock of another time zone than UTC"]),
    ...entries.filter(([name]) => !isRuleName(name)).map(([name]) => `with the parameter ${name}`),
  ];
  return entries.flatMap(([name, value]) => {
    const at = [...path, "parameters", name];
    const allowed = `${EVENT_PATHS.join(", ")} as the whole value, or static text`;
    if (value.includes("<aws.scheduler.") || (value.startsWith("$") && !isEventPath(value))) {
      return { path: at, message: `got ${shown(value)}; expected ${allowed}; write one of them` };
    }
    if (!value.startsWith("$") && /\$\.[A-Za-z]/.test(value)) {
      const message = `got ${shown(value)}, in which a path is a part, which EventBridge does not fill in; expected ${allowed}; take the rest away`;
      return { path: at, message };
    }
    if (OWN_PLACEHOLDER.test(value)) {
      const message = `got ${shown(value)}, which nobody fills in: on AWS a direct schedule starts the pipeline without Retrigger; expected ${allowed}; use those, or mode coordinated`;
      return { path: at, message };
    }
    if (!isEventPath(value) || obstacles.length === 0) return [];
    const message = `got ${shown(value)} in a schedule ${obstacles.join(", ")}; only EventBridge's rules fill in a path, and only EventBridge Scheduler knows time zones and names that are not letters and digits joined by -; expected static text here, or UTC and such names; change one, or use mode coordinated`;
    return { path: at, message };
  });
}

function gcpParameterProblems(path: Problem["path"], fields: Fields): Problem[] {
  return textEntries(fields).flatMap(([name, value]) => {
    const at = [...path, "parameters", name];
    const problems: Problem[] = [];
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const message = `got the name ${shown(name)}; expected a parameter of a Vertex AI pipeline: A-Z, a-z, 0-9 and _, not starting with a digit; rename it`;
      problems.push({ path: at, message });
    }
    if (isEventPath(value) || unknownLaunchPlaceholders(value).length > 0) {
      const message = `got ${shown(value)}; expected no other placeholders than ${LAUNCH_LIST}; correct it`;
      problems.push({ path: at, message });
    }
    return problems;
  });
}
