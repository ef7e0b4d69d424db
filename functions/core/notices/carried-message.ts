// How a notice carries its message to the functions that tell chats: beside what the topic's subscribers have always read.
import { fitted } from "./bounded-message";
import { type Message, messageSchema } from "./message";

/** Name of the message's attribute on AWS. */
export const MESSAGE_ATTRIBUTE = "retrigger-message";

/** Most bytes that a message takes on its way. */
const MAX_CARRIED_BYTES = 24_000;

/** Longest value of an attribute of Pub/Sub, bytes; a message has up to 100. https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_PART_BYTES = 1_024;

/** A message as JSON of ASCII characters, at most `MAX_CARRIED_BYTES`. */
export function carriedText(message: Message): string {
  return fitted(message, asciiJson, (text) => text.length <= MAX_CARRIED_BYTES);
}

/** The message that a text carries; undefined for one that carries none. */
export function readCarriedText(text: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The attributes that carry a message on Google Cloud: `message0`, `message1` and so on, of 1,024 bytes each. */
export function messageAttributes(message: Message): Record<string, string> {
  const text = carriedText(message);
  const parts = Array.from({ length: Math.ceil(text.length / MAX_PART_BYTES) }, (_, at) =>
    text.slice(at * MAX_PART_BYTES, (at + 1) * MAX_PART_BYTES),
  );
  return Object.fromEntries(parts.map((part, at) => [`message${at}`, part]));
}

/** The message that attributes carry; undefined where they carry none. */
export function readMessageAttributes(attributes: Readonly<Record<string, string>>): Message | undefined {
  const parts: string[] = [];
  while (Object.hasOwn(attributes, `message${parts.length}`)) parts.push(String(attributes[`message${parts.length}`]));
  return parts.length === 0 ? undefined : readCarriedText(parts.join(""));
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
