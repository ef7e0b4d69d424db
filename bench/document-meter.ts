import { Transform } from "node:stream";
import type { Firestore } from "@google-cloud/firestore";

/** Documents that a client wrote, read and deleted; a document that was looked for and is not there is a read too. */
export interface DocumentMeter {
  readonly writes: number;
  readonly reads: number;
  readonly deletes: number;
}

/**
 * Counts what Firestore charges a client for, without the caller's doing: the writes of every commit that was performed, every
 * document of an answer, and one read for a query that finds nothing. https://cloud.google.com/firestore/pricing
 */
export function meterDocuments(firestore: Firestore): DocumentMeter {
  const meter = { writes: 0, reads: 0, deletes: 0 };
  wrapMethod(firestore, "request", async (perform, [method, request]) => {
    const answer = await perform();
    if (method !== "commit") return answer;
    for (const write of listIn(request, "writes")) meter[Reflect.get(Object(write), "delete") ? "deletes" : "writes"]++;
    return answer;
  });
  wrapMethod(firestore, "requestStream", async (perform) => {
    const before = meter.reads;
    const answers = await perform();
    if (!(answers instanceof Object) || !("pipe" in answers) || typeof answers.pipe !== "function") return answers;
    return answers.pipe(
      new Transform({
        objectMode: true,
        transform(answer, _, done) {
          if (answer.found || answer.missing || answer.document) meter.reads++;
          done(null, answer);
        },
        flush(done) {
          if (meter.reads === before) meter.reads++;
          done();
        },
      }),
    );
  });
  return meter;
}

type Wrapper = (perform: () => Promise<unknown>, parameters: readonly unknown[]) => Promise<unknown>;

/** All requests of the client pass through two methods that its types do not show. */
function wrapMethod(firestore: Firestore, name: string, wrap: Wrapper): void {
  const original: unknown = Reflect.get(firestore, name);
  if (typeof original !== "function") throw new Error(`the client has no ${name}; see how this version of it sends requests`);
  Reflect.set(firestore, name, (...parameters: unknown[]) => wrap(async () => original.apply(firestore, parameters), parameters));
}

function listIn(request: unknown, name: string): readonly unknown[] {
  const list: unknown = Reflect.get(Object(request), name);
  return Array.isArray(list) ? list : [];
}
