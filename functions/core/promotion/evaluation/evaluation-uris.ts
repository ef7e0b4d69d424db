import { objectUri } from "../../object-uri";
import { plainLine } from "../../plain-text";
import { EVALUATION_FILE } from "./evaluation-file";

/** Where files are read from: keys of this bucket that begin so. */
export interface AllowedPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** The address, or why it must not be read. */
export type UriReading =
  | { readonly uri: string; readonly problem?: undefined }
  | { readonly uri?: undefined; readonly problem: string };

const MAX_SHOWN_CHARS = 200;

/**
 * The addresses at which an evaluation may lie, the likeliest first: the registry has the file itself, or the folder that it is in.
 * An artifact of Vertex AI Pipelines is a file without an ending.
 */
export function locateEvaluation(uri: string): readonly string[] {
  if (uri.endsWith("/")) return [`${uri}${EVALUATION_FILE}`];
  return uri.endsWith(".json") ? [uri] : [uri, `${uri}/${EVALUATION_FILE}`];
}

/** The address of the predictions that an evaluation names: a path from its own folder, or an address of the same storage. */
export function predictionsUri(evaluationUri: string, uri: string, allowed: AllowedPlace): UriReading {
  const path = uri.replace(/^(?:\.\/)+/, "");
  const isRelative = !/^[a-z][a-z0-9+.-]*:/i.test(path) && !path.startsWith("/");
  const absolute = isRelative ? evaluationUri.slice(0, evaluationUri.lastIndexOf("/") + 1) + path : path;
  const storage = evaluationUri.slice(0, "s3://".length);
  if (!absolute.startsWith(storage)) {
    return { problem: `got predictions at ${shown(uri)}, expected ${storage}…, or a path from the evaluation's folder` };
  }
  return allowedUri(absolute, allowed);
}

/** The address itself where it may be read. Steps such as `..` are refused, though storages take them for names. */
export function allowedUri(uri: string, { bucket, prefix }: AllowedPlace): UriReading {
  const place = partsOf(uri);
  const steps = place?.key.split("/") ?? [];
  if (place === undefined || steps.some((step) => step === "." || step === "..")) {
    return { problem: `got the address ${shown(uri)}, expected s3://bucket/key or gs://bucket/key, without . or .. in it` };
  }
  if (place.bucket !== bucket || !place.key.startsWith(prefix)) {
    const allowed = `${uri.slice(0, "s3://".length)}${bucket}/${prefix}`;
    return {
      problem: `got the address ${shown(uri)}, expected one that begins with ${allowed}: evaluations are read from there alone`,
    };
  }
  return { uri };
}

function partsOf(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  try {
    return objectUri(uri);
  } catch {
    return undefined;
  }
}

function shown(uri: string): string {
  return plainLine(uri, MAX_SHOWN_CHARS);
}
