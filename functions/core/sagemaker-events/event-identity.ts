import { fnv1a } from "../request-ids";
import { eventNamed } from "./catalogue";
import type { EventEntry } from "./event-entry";
import { firstDate, valuesAt } from "./event-entry";
import type { KnownSageMakerEvent, SageMakerEventReading } from "./read-sagemaker-event";

/** Of subject and status in the readable part of an identity; the hash is of all of both. */
const SHOWN_CHARACTERS = 100;

/**
 * What is equal for every repetition of an event, of which SageMaker may send several per change, and different for any other
 * change, also for a later one to the same status. It is made of the account, region, kind, thing, status, previous status, of what
 * the entry says to tell changes apart by, such as the approval of a model package, and of the change's own time.
 *
 * That time is LastModifiedTime, or of an export of a model card LastModifiedAt; of a pipeline's run and step its end, else its
 * start; of a transform job its end, else its start or creation; of a processing job without LastModifiedTime its end; of a
 * HyperPod event EventTime; of a human loop its creation. The other kinds (model, endpoint-config, notebook-lifecycle-config,
 * algorithm, labeling-job, labeling-task, hyperpod-cluster, hyperpod-node-health), and any event without its field, such as those
 * of images in the reference, have the envelope's time: a repetition that is sent in another second is then taken for a change of
 * its own, rather than a change be lost.
 */
export function eventIdentity(reading: KnownSageMakerEvent): string {
  const { account, region, name, subject, status = "", previousStatus = "", at, detail } = reading;
  const { tellsApart = [], times = [], onceSince = [] }: Partial<EventEntry> = eventNamed(name) ?? {};
  const time = firstDate(detail, [...times, ...onceSince]) ?? at;
  const apart = tellsApart.map((path) => valuesAt(detail, path));
  const hash = fnv1a(JSON.stringify([account, region, name, subject, status, previousStatus, time, ...apart]));
  const [thing, change] = [subject, status || "changed"].map((text) => text.slice(0, SHOWN_CHARACTERS));
  return `${name}/${thing}/${change}/${time.toISOString()}-${hash}`;
}

/**
 * The first of each event, in their order; what the catalogue does not know is kept, since nothing tells whether it is a
 * repetition.
 */
export function withoutRepetitions<Reading extends SageMakerEventReading>(readings: readonly Reading[]): Reading[] {
  const seen = new Set<string>();
  return readings.filter((reading) => {
    if (!reading.isKnown) return true;
    const identity = eventIdentity(reading);
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
  });
}
