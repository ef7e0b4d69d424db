import { FieldValue, type Firestore } from "@google-cloud/firestore";
import type { LandedObject } from "../functions/core/batching/landed-object";

// The algorithm that the document types out for Cloud Run: one document per hour, to whose list each event adds an element, a
// read of it after each, and its deletion at the threshold. Written to be measured, beside what replaces it.

/** Every object as an event of its own. */
export async function documentEvents(firestore: Firestore, objects: readonly LandedObject[], batchSize: number): Promise<void> {
  const hour = firestore.collection("event_batches").doc("2026-11-21-04");
  for (const [index, { key }] of objects.entries()) {
    const timestamp = new Date(Date.UTC(2026, 10, 21, 4) + index);
    const event = { gcs_path: `gs://acme-flights-production/${key}`, timestamp };
    await hour.set({ events: FieldValue.arrayUnion(event), updated_at: timestamp }, { merge: true });
    const events: unknown = (await hour.get()).get("events");
    if (Array.isArray(events) && events.length >= batchSize) await hour.delete();
  }
}
