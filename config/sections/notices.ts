// What the sections of both clouds say of chats that are told.
import * as z from "zod";
import { NOTICE_KINDS } from "../../functions/core/notices/message";

/** What a chat is told about. */
export const aboutSchema = z
  .array(z.enum(NOTICE_KINDS, { error: `expected ${NOTICE_KINDS.join(", ")}` }))
  .min(1, { error: `expected at least one of ${NOTICE_KINDS.join(", ")}` })
  .default([...NOTICE_KINDS])
  .describe("What it is told about: decisions that need a person, drift, promotions, alarms; all by default");
