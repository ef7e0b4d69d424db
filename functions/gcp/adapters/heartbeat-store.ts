import type { Firestore } from "@google-cloud/firestore";
import type { HeartbeatStore } from "../../core/schedules/heartbeats";
import { decodeHeartbeats, encodeHeartbeats } from "../../node/heartbeat-codec";
import { firestoreVersionedStore } from "./versioned-store";

/** `HeartbeatStore` in Firestore, in the collection `heartbeats`. */
export function firestoreHeartbeatStore(firestore: Firestore): HeartbeatStore {
  const codec = { encode: encodeHeartbeats, decode: decodeHeartbeats };
  return firestoreVersionedStore(firestore, { collection: "heartbeats", what: "a record of watched schedules", codec });
}
