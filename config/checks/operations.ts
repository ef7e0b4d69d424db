// What the sections `operations` ask of others. Each rule says all that it finds.
import { type Problem, shown } from "../errors";
import { regionSchema } from "../sections/fields";
import { mapping, type ValidModel } from "./valid-fields";

/** The problems of an unchecked configuration that come from what is watched, and who is told. */
export function operationsProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  return [...topicProblems(config), ...models.flatMap((model) => silenceProblems(config, model))];
}

/** An alarm of CloudWatch can only notify a topic of its own region. */
function topicProblems(config: unknown): Problem[] {
  const { region, operations } = mapping(mapping(config).aws);
  const { topics } = mapping(operations);
  if (!regionSchema.safeParse(region).success || !Array.isArray(topics)) return [];
  return topics.flatMap((topic: unknown, index) => {
    const [, , , own] = String(topic).split(":");
    if (own === undefined || own === region) return [];
    const message = `got a topic of ${shown(own)}; expected one of the region of the alarms, ${shown(region)}; name another topic`;
    return [{ path: ["aws", "operations", "topics", index], message }];
  });
}

/** Of a model without a monitor no silence is told, which the alarm would take for the worst of all. */
function silenceProblems(config: unknown, { name, monitoring }: ValidModel): Problem[] {
  const { monitorSilent } = mapping(mapping(mapping(mapping(config).models)[name]).operations);
  const { prefix: _prefix, ...monitors } = monitoring;
  const isMonitored = Object.values(monitors).some((monitor) => monitor !== undefined);
  if (monitorSilent === undefined || monitorSilent === "never" || isMonitored) return [];
  const message = `got ${shown(monitorSilent)} for a model without a monitor; expected never, or a monitor in monitoring; add it, or leave the key out`;
  return [{ path: ["models", name, "operations", "monitorSilent"], message }];
}
