import * as z from "zod/mini";
import { type Heartbeats, heartbeatsSchema } from "../core/schedules/schedule-settings";
import { fromDeflatedJson, toDeflatedJson } from "./deflated-json";

/**
 * The record of the watched schedules as deflated JSON.
 * @throws Error when it is too large, or could not be read back
 */
export function encodeHeartbeats(_key: string, heartbeats: Heartbeats): Uint8Array {
  const readBack = heartbeatsSchema.safeParse(heartbeats);
  if (readBack.success) return toDeflatedJson("the record of the watched schedules", readBack.data);
  throw new Error(`the record of the watched schedules is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of such a record */
export function decodeHeartbeats(data: Uint8Array): Heartbeats {
  return heartbeatsSchema.parse(fromDeflatedJson(data));
}
