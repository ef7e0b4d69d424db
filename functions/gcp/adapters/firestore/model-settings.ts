import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import {
  type ModelList,
  type ModelSettingsSource,
  modelList,
  SETTINGS_MAX_AGE_MS,
  type SettingsOptions,
  type SettingsRow,
} from "../../../core/model-settings";
import { cached } from "../../../core/pacing";
import { COLLECTIONS, SETTINGS_FIELD, SHAPE_FIELD } from "../../../core/state-layout";
import { queryPages } from "./documents";

/**
 * `ModelSettingsSource` in Firestore: `settings/<model>`, the settings in the field `settings`. One document that cannot be read
 * is told beside the others, and stops its own model alone.
 */
export function firestoreModelSettings(
  firestore: Firestore,
  { now, maxAgeMs = SETTINGS_MAX_AGE_MS }: SettingsOptions,
): ModelSettingsSource {
  async function read(): Promise<ModelList> {
    const list: SettingsRow[] = [];
    for await (const page of queryPages(firestore.collection(COLLECTIONS.settings))) list.push(...page.map(settingsRow));
    return modelList(list);
  }

  return { list: cached({ maxAgeMs, now }, read) };
}

function settingsRow(snapshot: DocumentSnapshot): SettingsRow {
  return { model: snapshot.id, settings: snapshot.get(SETTINGS_FIELD), shape: snapshot.get(SHAPE_FIELD) };
}
