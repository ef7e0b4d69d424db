import type { EventEntry } from "./event-entry";
import { textsAt } from "./values-at";

/** The name of the thing that an event is about; undefined when its field, or the ARN that would hold it, is not there. */
export function subjectOf({ subject }: EventEntry, detail: unknown, resources: readonly string[]): string | undefined {
  const texts = subject.path === undefined ? resources : textsAt(detail, subject.path);
  const { arnOf } = subject;
  return arnOf === undefined ? texts[0] : texts.flatMap((arn) => nameInArn(arn, arnOf) ?? [])[0];
}

/** Why an event has no subject. */
export function missingSubject({ subject: { path, arnOf } }: EventEntry): string {
  const place = path === undefined ? "resources" : `detail.${path}`;
  return `${place}: expected ${arnOf === undefined ? "a name" : `an ARN such as arn:aws:sagemaker:<region>:<account>:${arnOf}/<name>`}`;
}

/** What follows the resource type: `churn/18` of `arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/18`. */
function nameInArn(arn: string, type: string): string | undefined {
  const [scheme, , service, , , ...rest] = arn.split(":");
  const resource = rest.join(":");
  const isOfType = scheme === "arn" && service === "sagemaker" && resource.startsWith(`${type}/`);
  return isOfType ? resource.slice(type.length + 1) || undefined : undefined;
}
