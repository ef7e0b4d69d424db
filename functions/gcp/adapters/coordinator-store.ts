import type { Firestore } from "@google-cloud/firestore";
import type { CoordinatorStore } from "../../core/coordination/coordinator-store";
import { decodeState, encodeState } from "../../node/coordinator-state-codec";
import { firestoreVersionedStore } from "./versioned-store";

/** `CoordinatorStore` in Firestore, in the collection `coordinators`. */
export function firestoreCoordinatorStore(firestore: Firestore): CoordinatorStore {
  const codec = { encode: encodeState, decode: decodeState };
  return firestoreVersionedStore(firestore, { collection: "coordinators", what: "a coordinator's state", codec });
}
