import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import {
  type ModelSettings,
  type ModelSettingsSource,
  modelSettingsSchema,
  SETTINGS_MAX_AGE_MS,
  type SettingsOptions,
} from "../../../core/model-settings";
import { cached } from "../../../core/pacing";
import { COLLECTIONS, SETTINGS_FIELD } from "../../../core/state-layout";
import { queryPages } from "./documents";

/**
 * `ModelSettingsSource` in Firestore: `settings/<model>`, the settings in the field `settings`. One document that cannot be read
 * makes the whole list unreadable, so that no decision is taken on half of a configuration.
 */
export function firestoreModelSettings(
  firestore: Firestore,
  { now, maxAgeMs = SETTINGS_MAX_AGE_MS }: SettingsOptions,
): ModelSettingsSource {
  async function read(): Promise<readonly ModelSettings[]> {
    const list: ModelSettings[] = [];
    for await (const page of queryPages(firestore.collection(COLLECTIONS.settings))) list.push(...page.map(parseDocument));
    return list;
  }

  return { list: cached({ maxAgeMs, now }, read) };
}

function parseDocument(snapshot: DocumentSnapshot): ModelSettings {
  const parsed = modelSettingsSchema.safeParse(snapshot.get(SETTINGS_FIELD));
  if (parsed.success) return parsed.data;
  const remedy = "correct the model in retrigger.yaml and deploy again";
  throw new Error(`the settings of the model ${snapshot.id} are not valid; ${remedy}: ${z.prettifyError(parsed.error)}`);
}
