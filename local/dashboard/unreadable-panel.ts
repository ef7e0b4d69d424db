import * as z from "zod/mini";
import { type Panel, UnreadableWidget } from "./panel";

/** The panel that `read` makes, or one that says why it is not to be read. */
export function asPanel(title: string, read: () => Panel): Panel {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableWidget) return { kind: "unreadable", title, why: error.message };
    if (error instanceof z.core.$ZodError) return { kind: "unreadable", title, why: z.prettifyError(error) };
    throw error;
  }
}
