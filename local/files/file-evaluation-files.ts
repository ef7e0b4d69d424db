import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { PoisonMessageError } from "../../functions/core/errors";
import type { EvaluationFiles } from "../../functions/core/promotion/ports";
import { hashedLines } from "../../functions/node/hashed-lines";
import { manifestPath } from "./file-manifest-store";
import { hasCode } from "./json-files";

/** `EvaluationFiles` in a folder, which has one folder for each bucket. */
export function fileEvaluationFiles(folder: string): EvaluationFiles {
  return {
    async read(uri, mostBytes) {
      const bytes = await orNothing(readFile(manifestPath(folder, uri)));
      if (bytes !== undefined && bytes.length > mostBytes) {
        throw new PoisonMessageError(`got ${uri} of ${bytes.length} bytes; expected at most ${mostBytes}`);
      }
      return bytes;
    },
    async lines(uri) {
      const path = manifestPath(folder, uri);
      const file = await orNothing(open(path));
      await file?.close();
      return file && hashedLines(uri, createReadStream(path));
    },
  };
}

async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  return await reading.catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
}
