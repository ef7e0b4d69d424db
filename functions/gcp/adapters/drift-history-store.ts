import type { Firestore } from "@google-cloud/firestore";
import type { DriftState } from "../../core/drift/drift-state";
import type { VersionedStore } from "../../core/versioned-store";
import { decodeDriftState, encodeDriftState } from "../../node/drift-history-codec";
import { firestoreVersionedStore } from "./versioned-store";

/** The models' drift histories in Firestore, in the collection `driftHistories`. */
export function firestoreDriftHistoryStore(firestore: Firestore): VersionedStore<DriftState> {
  const codec = { encode: encodeDriftState, decode: decodeDriftState };
  return firestoreVersionedStore(firestore, { collection: "driftHistories", what: "a drift history", codec });
}
