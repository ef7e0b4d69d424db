import type { HeartbeatStore } from "../core/schedules/heartbeats";
import { memoryVersionedStore } from "./versioned-store";

/** `HeartbeatStore` in memory. */
export function memoryHeartbeatStore(): HeartbeatStore {
  return memoryVersionedStore();
}
