import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import { type ModelSettings, type ModelSettingsSource, modelSettingsSchema } from "../../../core/model-settings";
import { queryPages } from "./documents";

export interface FirestoreModelSettingsOptions {
  /** How long a list that was read is used; a change of the policy takes effect after that. */
  readonly maxAgeMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * `ModelSettingsSource` in Firestore: `settings/<model>`, the settings in the field `settings`. One document that cannot be read
 * makes the whole list unreadable, so that no decision is taken on half of a configuration.
 */
export function firestoreModelSettings(
  firestore: Firestore,
  { maxAgeMs, now }: FirestoreModelSettingsOptions,
): ModelSettingsSource {
  let kept: { readonly list: readonly ModelSettings[]; readonly readAt: number } | undefined;

  async function read(): Promise<readonly ModelSettings[]> {
    const list: ModelSettings[] = [];
    for await (const page of queryPages(firestore.collection("settings"))) list.push(...page.map(parseDocument));
    return list;
  }

  return {
    async list() {
      const readAt = now();
      if (kept === undefined || readAt - kept.readAt >= maxAgeMs) kept = { list: await read(), readAt };
      return kept.list;
    },
  };
}

function parseDocument(snapshot: DocumentSnapshot): ModelSettings {
  const parsed = modelSettingsSchema.safeParse(snapshot.get("settings"));
  if (parsed.success) return parsed.data;
  const remedy = "correct the model in retrigger.yaml and deploy again";
  throw new Error(`the settings of the model ${snapshot.id} are not valid; ${remedy}: ${z.prettifyError(parsed.error)}`);
}
