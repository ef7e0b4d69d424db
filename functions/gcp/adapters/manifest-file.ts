import * as z from "zod/mini";

const lineSchema = z.object({ uri: z.string() });

/**
 * The text of a manifest: JSON Lines, every object once as `{"uri":"gs://<bucket>/<key>"}`, in the order of the keys given. A reader
 * takes the newest generation of each, as on S3: of an older one nothing is left unless the bucket keeps versions.
 */
export function manifestFile(bucket: string, keys: readonly string[]): string {
  return [...new Set(keys)].map((key) => `${JSON.stringify({ uri: `gs://${bucket}/${key}` })}\n`).join("");
}

/**
 * The keys of `bucket` that a manifest lists.
 * @throws Error when the text is not such a manifest
 */
export function manifestKeys(uri: string, bucket: string, text: string): string[] {
  const start = `gs://${bucket}/`;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      const parsed = z.safeParse(lineSchema, parseJson(line));
      if (parsed.success && parsed.data.uri.startsWith(start)) return parsed.data.uri.slice(start.length);
      const remedy = "restore it, or reject the request that names it";
      throw new Error(`line ${index + 1} of ${uri} is not {"uri":"${start}…"}; ${remedy}`);
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a manifest either: the caller's error says which.
    return undefined;
  }
}
