import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SAGEMAKER_EVENTS, type SageMakerEventName } from "../../../functions/core/sagemaker-events/catalogue";
import { type KnownSageMakerEvent, readSageMakerEvent } from "../../../functions/core/sagemaker-events/read-sagemaker-event";

const FOLDER = join(__dirname, "samples");

/** An event as it comes from EventBridge. */
export interface SampleEvent {
  readonly [field: string]: unknown;
  readonly source: unknown;
  readonly "detail-type": string;
  readonly account: string;
  readonly time: unknown;
  readonly resources: readonly string[];
  readonly detail: { readonly [field: string]: unknown };
}

export const NAMES: readonly SageMakerEventName[] = SAGEMAKER_EVENTS.map(({ name }) => name);

/** The names of the samples that are there. */
export const SAMPLE_NAMES = readdirSync(FOLDER).map((file) => file.replace(".json", ""));

export function sample(name: SageMakerEventName, { detail, ...envelope }: Partial<SampleEvent> = {}): SampleEvent {
  const event: SampleEvent = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
  return { ...event, ...envelope, detail: { ...event.detail, ...detail } };
}

/** What an event says that the catalogue knows. */
export function readKnown(event: unknown): KnownSageMakerEvent {
  const reading = readSageMakerEvent(event);
  if (!reading.isKnown) throw new Error(reading.why);
  return reading;
}
